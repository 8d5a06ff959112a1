"""From the bytes of a file to a frame, and back: no path is given to the table library, so that it opens nothing."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from codeact_sdk import ToolError
from codeact_tables.faults import explained
from codeact_tables.settings import TablesSettings

if TYPE_CHECKING:
    import polars as pl

_TEXT = (".csv", ".tsv", ".txt")
_PARQUET = (".parquet", ".pq")
_EXCEL = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
ENDINGS = (*_TEXT, *_PARQUET, *_EXCEL)
"""Of files that are loaded."""

_UNPACKED = 20
"""How many times larger than a file may be the contents of a workbook are at most, before it is taken for an attack."""

_SEPARATORS = ",;\t|"
_INFERRED = 10_000
"""Lines that are looked at for the types of the columns."""


def read_frame(
    path: str, data: bytes, settings: TablesSettings, *, sheet: str | None, separator: str | None, encoding: str
) -> pl.DataFrame:
    """Makes a frame of a file.

    Args:
        path: Its path, for messages and its ending.
        data: The file.
        settings: How large a table may be.
        sheet: Of a workbook.
        separator: Between the fields of a text file; found in its first line where this is left out.
        encoding: Of a text file.

    Raises:
        ToolError: It is no such file, or too large.
    """
    ending = f".{path.rpartition('.')[2].lower()}"
    with explained(f"loading {path}"):
        if ending in _TEXT:
            frame = _read_text(path, data, separator, encoding)
        elif ending in _PARQUET:
            frame = _read_parquet(path, data, settings)
        elif ending in _EXCEL:
            frame = _read_excel(path, data, sheet, settings)
        else:
            raise ToolError(f"{path} is no table: files that end in {', '.join(ENDINGS)} are loaded")
    check_rows(frame.height, settings, f"{path} has")
    return frame


def check_rows(rows: int, settings: TablesSettings, what: str) -> None:
    """Refuses a table that is too long.

    Raises:
        ToolError: It is.
    """
    if rows > settings.max_table_rows:
        raise ToolError(f"{what} {rows:,} rows; {settings.max_table_rows:,} is the limit of a table (max_table_rows)")


def _read_text(path: str, data: bytes, separator: str | None, encoding: str) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415  # takes long to import

    try:
        text = data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except UnicodeDecodeError as error:
        raise ToolError(
            f"{path} is not {encoding} text (byte {error.start:,}): give its encoding, such as encoding='cp1252'"
        ) from None
    except LookupError:
        raise ToolError(f"there is no encoding {encoding!r}: such as 'utf-8', 'cp1252', 'utf-16'") from None
    if text.startswith("x\x01"):  # zlib: the library would unpack any amount of it
        raise ToolError(f"{path} is compressed, not text")
    if not text.strip():
        raise ToolError(f"{path} is empty")
    first = text.partition("\n")[0]
    found = separator or max(_SEPARATORS, key=first.count)
    if len(found.encode()) != 1:
        raise ToolError(f"separator={separator!r} is not one character, such as ',' or ';'")
    return pl.read_csv(
        BytesIO(text.encode()), separator=found, try_parse_dates=True, infer_schema_length=_INFERRED, null_values=[""]
    )


def _read_parquet(path: str, data: bytes, settings: TablesSettings) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415  # as above

    counted = pl.scan_parquet(BytesIO(data)).select(pl.len()).collect().item()  # from the footer: nothing is unpacked
    check_rows(counted, settings, f"{path} has")
    return pl.read_parquet(BytesIO(data))


def _read_excel(path: str, data: bytes, sheet: str | None, settings: TablesSettings) -> pl.DataFrame:
    import fastexcel  # noqa: PLC0415  # as above
    import polars as pl  # noqa: PLC0415  # as above

    if zipfile.is_zipfile(BytesIO(data)):
        data = _unpacked(path, data, settings)
    try:
        names = fastexcel.read_excel(data).sheet_names
    except fastexcel.FastExcelError as error:
        raise ToolError(f"{path} cannot be read as a workbook: {error}") from None
    if sheet is not None and sheet not in names:
        raise ToolError(f"{path} has no sheet {sheet!r}: the sheets are {', '.join(map(repr, names))}")
    return pl.read_excel(BytesIO(data), sheet_name=sheet or names[0], engine="calamine")


def _unpacked(path: str, data: bytes, settings: TablesSettings) -> bytes:
    """The same archive with its entries unpacked to the sizes that it declares: the library would unpack what they hold."""
    out = BytesIO()
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as copy:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > max(_UNPACKED * len(data), 1_000_000) and unpacked > settings.max_bytes:
                raise ToolError(
                    f"{path} holds {unpacked:,} bytes when it is unpacked; {settings.max_bytes:,} is the limit (max_bytes)"
                )
            for name, entry in {
                entry.filename: entry for entry in entries
            }.items():  # of two of one name the last counts
                copy.writestr(name, archive.read(entry))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise ToolError(f"{path} cannot be read as a workbook: {error}") from None
    return out.getvalue()


def write_frame(path: str, frame: pl.DataFrame) -> bytes:
    """Gives the file that a frame becomes.

    Raises:
        ToolError: Its kind cannot be written.
    """
    out = BytesIO()
    with explained(f"saving {path}"):
        if path.lower().endswith((".csv", ".tsv")):
            frame.write_csv(out, separator="\t" if path.lower().endswith(".tsv") else ",")
        elif path.lower().endswith(_PARQUET):
            frame.write_parquet(out)
        else:
            raise ToolError(f"{path}: tables are saved as .csv, .tsv or .parquet")
    return out.getvalue()
