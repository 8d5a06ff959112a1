"""What model code, files and integrators might do to get out of the roots, or to take all there is."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import polars as pl
import pytest

from codeact_sdk import ToolError
from codeact_tables import TablesSettings, places
from codeact_tables.conditions import read_condition
from codeact_tables.table import Table

pytestmark = pytest.mark.skipif(os.name == "nt", reason="makes links and pipes")


@pytest.mark.parametrize(
    "path",
    [
        "../outside/secret.csv", "more/../../outside/secret.csv", "/etc/passwd", "~/x.csv", "link.csv", "linked/secret.csv",
        ".hidden.csv", "more", "", ".", "..", "C:/x.csv", "more\\..\\x.csv", "a\0.csv", "http://127.0.0.1/x.csv", "s3://x/y.parquet",
        "*.csv", "sales.csv/x.csv", "more/ . ./x.csv", "file:///etc/passwd", "x" * 5_000 + ".csv",
    ],
)  # fmt: skip
@pytest.mark.parametrize("by_descriptor", [True, False])
def test_no_path_leads_outside(interp, monkeypatch, path, by_descriptor):
    """Nothing but regular files below the root is read or written, also on systems without `openat`."""
    monkeypatch.setattr(places, "_BY_DESCRIPTOR", by_descriptor)
    target = path if path.endswith(".csv") else f"{path}.csv"
    for call in (f"tables.load({path!r})", f"tables.save(tables.from_rows([{{'a': 1}}]), {target!r}, replace=True)"):
        obs = interp.run(call)
        if obs.error is None:
            assert path in ("*.csv", "more")  # a new file of that plain name, inside
        else:
            assert obs.error.type == "ToolError"
            assert "secret\n" not in str(obs)


def test_a_pipe_is_not_waited_for(interp, root: Path):
    """Neither devices nor pipes are files."""
    os.mkfifo(root / "pipe.csv")
    assert "is a device, pipe or socket" in interp.run("tables.load('pipe.csv')").error.message
    assert (
        "links are not followed"
        in interp.run("tables.save(tables.from_rows([]), 'pipe.csv', replace=True)").error.message
    )


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('id')", "city.__class__", "city.str", "(lambda: 1)()", "[x for x in city]", "open('x')", "city[0]",
        "f'{city}'", "city if amount else city", "amount ** 999999", "'x' * 10**9", "(y := 1)", "b'x' == city", "... == city",
        "read_csv('/etc/passwd')", "(SELECT 1)", "col(col('city'))", "city @ city", "amount << 99", "await city", "*city", "1j == amount",
        "lower(column=city)", "{1: 2}", "9" * 4_990, "not " * 1_000 + "city", "-" * 4_000 + "1", "(" * 190 + "city" + ")" * 190, "", "x" * 6_000,
    ],
)  # fmt: skip
def test_an_expression_reaches_nothing_but_columns(text):
    """What is not in the small grammar is refused before anything is computed."""
    table = Table(pl.DataFrame({"city": ["Graz"], "amount": [1]}))
    try:
        made = read_condition(text, table)
    except (ToolError, pl.exceptions.PolarsError, OverflowError, TypeError, ValueError):
        return
    with pytest.raises((pl.exceptions.PolarsError, ToolError)):
        table.frame.filter(made)


def test_a_small_file_cannot_make_a_large_table(interp, root: Path, make_workbook):
    """Files that unpack to much are refused before they are unpacked."""
    pl.DataFrame({"a": pl.zeros(500_000, eager=True)}).write_parquet(root / "bomb.parquet")
    assert (root / "bomb.parquet").stat().st_size < 100_000
    assert (
        "bomb.parquet has 500,000 rows; 1,000 is the limit" in interp.run("tables.load('bomb.parquet')").error.message
    )
    make_workbook(root / "bomb.xlsx", padding=30_000_000)
    assert "bytes when it is unpacked" in interp.run("tables.load('bomb.xlsx')").error.message
    (root / "long.csv").write_text("a\n" + "1\n" * 2_000)
    assert "long.csv has 2,000 rows" in interp.run("tables.load('long.csv')").error.message
    (root / "big.csv").write_bytes(b"a\n" + b"1" * 200_000)
    assert "100,000 is the limit (max_bytes)" in interp.run("tables.load('big.csv')").error.message
    (root / "packed.csv").write_bytes(b"x\x01packed")
    assert "is compressed" in interp.run("tables.load('packed.csv')").error.message


def test_a_workbook_is_unpacked_to_the_sizes_that_it_declares_and_no_further(interp, root: Path, make_workbook):
    """The directory of an archive is written by whoever made it."""
    make_workbook(root / "bomb.xlsx", padding=30_000_000)
    packed = (root / "bomb.xlsx").read_bytes()
    honest = (30_000_000).to_bytes(4, "little")
    assert packed.count(honest) == 2
    (root / "liar.xlsx").write_bytes(packed.replace(honest, (1000).to_bytes(4, "little")))
    error = interp.run("tables.load('liar.xlsx')").error
    assert error.message.startswith(
        "liar.xlsx cannot be read as a workbook: Bad CRC-32 for file 'xl/media/padding.bin'"
    )


def test_an_existing_file_is_left_alone_where_no_file_can_be_opened(settings, root: Path, monkeypatch):
    """Only what was made here is taken away again."""
    (root / "keep.csv").write_text("a\n1\n")

    def full(*_, **__):
        raise OSError(errno.EMFILE, "")

    monkeypatch.setattr(places, "_BY_DESCRIPTOR", False)
    with monkeypatch.context() as patched:
        patched.setattr(os, "open", full)
        with pytest.raises(ToolError, match="Too many open files"):
            places.write_file("keep.csv", b"x", TablesSettings(**settings), replace=False)
    assert (root / "keep.csv").read_text() == "a\n1\n"


def test_replacing_keeps_the_permissions(interp, root: Path):
    """A private file does not become one that others may read."""
    (root / "own.csv").write_text("a\n1\n")
    (root / "own.csv").chmod(0o600)
    assert interp.run("tables.save(tables.from_rows([{'a': 2}]), 'own.csv', replace=True)").error is None
    assert (root / "own.csv").stat().st_mode & 0o777 == 0o600
    assert (root / "own.csv").read_text() == "a\n2\n"


def test_half_a_character_is_no_file_name(interp):
    """It is said in words, on reading and on writing."""
    for call in (r"tables.load('a\ud800.csv')", r"tables.save(tables.from_rows([{'a': 1}]), 'a\ud800.csv')"):
        assert "holds half a character" in interp.run(call).error.message


def test_a_join_cannot_make_a_large_table(interp):
    """Rows of a join are counted before they are made."""
    code = "t = tables.from_rows([{'a': 1, 'b': n} for n in range(900)])\ntables.join(t, t, 'a')"
    assert "the join would have 810,000 rows; 1,000 is the limit" in interp.run(code).error.message


def test_rows_come_in_bounded_parts(interp):
    """What would be a flood is an error, never a list cut in silence."""
    code = "t = tables.from_rows([{'a': n} for n in range(500)])\n"
    assert "500 rows are too many for one call; 100 is the limit" in interp.run(code + "tables.rows(t)").error.message
    assert len(interp.run("tables.rows(t, limit=100, offset=450)").value) == 50
    assert "there are 2,000 rows" in interp.run("tables.from_rows([{'a': 1}] * 2000)").error.message


@pytest.mark.parametrize(
    "name", ["broken.parquet", "broken.xlsx", "broken.ods", "broken.xls", "broken.csv", "broken.txt.exe"]
)
@pytest.mark.parametrize(
    "data",
    [b"PAR1" + bytes(20), b"PK\x03\x04" + bytes(40), b"\xd0\xcf\x11\xe0" + bytes(600), b'a,"b\n1', b"\x1f\x8b\x08"],
)
def test_a_broken_file_is_an_error_of_the_tool(interp, root: Path, name, data):
    """No file ends the process, and each says which it is."""
    (root / name).write_bytes(data)
    obs = interp.run(f"tables.load({name!r})")
    assert obs.error is None or (obs.error.type == "ToolError" and name in obs.error.message)


def test_nothing_is_written_unless_that_is_allowed(settings, root: Path):
    """Read-only is what an integrator gets who says nothing."""
    with pytest.raises(ToolError, match="writable = true"):
        places.write_file("x.csv", b"", TablesSettings(roots=root), replace=False)


def test_a_table_of_model_code_has_no_parts(interp):
    """A handle gives neither the frame nor its methods."""
    interp.run("t = tables.load('sales.csv')")
    for code in ("t.frame", "t.columns", "t._text", "t[0]", "len(t)", "list(t)", "t.frame.write_csv('/tmp/x')"):
        assert interp.run(code).error is not None


@pytest.mark.parametrize(
    ("roots", "words"),
    [({}, "name at least one folder"), ({"a/b": "x"}, "cannot name a root"), ({".x": "x"}, "cannot name a root")],
)
def test_roots_have_plain_names(roots, words):
    """A name with a separator would be read as a path."""
    with pytest.raises(ValueError, match=words):
        TablesSettings(roots=roots)


def test_several_roots_are_told_by_their_names(root: Path):
    """A path begins with the name of its root, and none leads from one to another."""
    settings = TablesSettings(roots={"one": root, "two": root / "more"})
    assert places.read_file("two/regions.parquet", settings).startswith(b"PAR1")
    for path, words in (
        ("three/x.csv", "the roots are one, two"),
        ("two/../sales.csv", "leads upwards"),
        ("one", "is a folder"),
    ):
        with pytest.raises(ToolError, match=words):
            places.read_file(path, settings)
