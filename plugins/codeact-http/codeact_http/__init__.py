"""Pages, JSON and downloads over HTTP."""

from codeact_http.settings import HttpSettings
from codeact_http.tools import pack

__all__ = ["HttpSettings", "pack"]
