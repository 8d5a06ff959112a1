"""Any SQL database, as a tool pack."""

from codeact_sql.settings import SqlSettings
from codeact_sql.tools import pack

__all__ = ["SqlSettings", "pack"]
