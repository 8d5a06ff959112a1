"""Files inside chosen folders, as a tool pack."""

from codeact_files.settings import FilesSettings
from codeact_files.tools import pack

__all__ = ["FilesSettings", "pack"]
