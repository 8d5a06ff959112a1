"""CSV, Parquet and Excel files as tables, as a tool pack."""

from codeact_tables.settings import TablesSettings
from codeact_tables.tools import pack

__all__ = ["TablesSettings", "pack"]
