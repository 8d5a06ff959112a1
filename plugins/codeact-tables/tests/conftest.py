"""A folder with tables of every kind, and with what may lead outside."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from codeact_sdk import Interpreter

SALES = "day,city,Unit price,amount,note\n2024-01-05,Graz,2.5,4,\n2024-01-20,Linz,3,,late\n2024-02-02,Graz,4,10,\n2024-02-09,Wien,1.25,2,late\n"

WORKBOOK = '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="People" sheetId="1" r:id="r1"/><sheet name="Codes" sheetId="2" r:id="r2"/></sheets></workbook>'
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
RELATIONS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = (
    '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
)


def sheet(rows: list[list[object]]) -> str:
    """The XML of a sheet."""
    lines = []
    for row in rows:
        cells = [
            f"<c><v>{cell}</v></c>" if isinstance(cell, int | float) else f'<c t="inlineStr"><is><t>{cell}</t></is></c>'
            for cell in row
        ]
        lines.append(f"<row>{''.join(cells)}</row>")
    return f'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def write_workbook(path: Path, padding: int = 0) -> None:
    """Writes a workbook of two sheets; padding is what unpacks to much."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS.format(RELATION.format("r1", "officeDocument", "xl/workbook.xml")))
        archive.writestr("xl/workbook.xml", WORKBOOK)
        sheets = "".join(RELATION.format(f"r{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in (1, 2))
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(sheets))
        archive.writestr("xl/worksheets/sheet1.xml", sheet([["city", "people"], ["Graz", 300_000], ["Linz", 210_000]]))
        archive.writestr("xl/worksheets/sheet2.xml", sheet([["code"], ["A"]]))
        if padding:
            archive.writestr("xl/media/padding.bin", bytes(padding))


@pytest.fixture
def make_workbook() -> Callable[..., None]:
    """Writes a workbook."""
    return write_workbook


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The root, and beside it what must not be seen."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("secret\n1\n")
    root = tmp_path / "root"
    (root / "more").mkdir(parents=True)
    (root / "sales.csv").write_text(SALES)
    (root / "semicolon.csv").write_bytes("Stadt;Größe\nGraz;1\n".encode("cp1252"))
    (root / ".hidden.csv").write_text("a\n1\n")
    (root / "empty.csv").write_text("\n")
    (root / "link.csv").symlink_to(outside / "secret.csv")
    (root / "linked").symlink_to(outside)
    pl.DataFrame({"city": ["Graz", "Wien"], "region": ["South", "East"]}).write_parquet(
        root / "more" / "regions.parquet"
    )
    write_workbook(root / "book.xlsx")
    return root


@pytest.fixture
def settings(root: Path) -> dict[str, object]:
    """What the integrator has set; tests may change it before they ask for the session."""
    return {"roots": str(root), "writable": True, "max_rows": 100, "max_table_rows": 1_000, "max_bytes": 100_000}


@pytest.fixture
def interp(settings: dict[str, object], make_interpreter: Callable[..., Interpreter]) -> Interpreter:
    """A session with the pack."""
    return make_interpreter(settings=settings)
