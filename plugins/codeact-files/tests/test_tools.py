"""What a model sees of the tools."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from codeact_files import FilesSettings, pack
from codeact_files.tools import info, list_files, read, search, write
from codeact_sdk import ToolError
from codeact_sdk.testing import assert_tool_docs


def test_every_tool_tells_a_model_what_it_needs():
    """Summaries, parameters and results are documented."""
    assert_tool_docs(pack)


def test_the_prompt_is_what_was_reviewed(prompt_snapshot):
    """A change of what models read is seen by a person."""
    prompt_snapshot()


def test_a_model_lists_reads_and_writes(root, make_interpreter):
    """Entries cross as records with their fields, and a refusal is an error that can be caught."""
    interpreter = make_interpreter(settings={"roots": root, "writable": True})
    code = """
sizes = {entry.path: files.info(entry.path).size_bytes for entry in files.list(glob="*.txt") if entry.kind == "file"}
files.write("sizes.txt", str(sizes))
try:
    files.read("link.txt")
except ToolError as error:
    refused = str(error)
files.read("sizes.txt"), refused
"""
    text, refused = interpreter.run(code).value
    assert text == "{'a.txt': 17}"
    assert "is a link" in refused


def test_the_pack_offers_five_tools_and_only_one_writes():
    """Effects are declared, so that approvals can rest on them."""
    assert {tool.qualified_name: tool.effect for tool in pack.tools} == {
        "files.list": "read",
        "files.info": "read",
        "files.read": "read",
        "files.search": "read",
        "files.write": "write",
    }


def test_a_folder_is_listed_in_order_without_hidden_names(ctx):
    """Links are listed as links."""
    assert [(entry.path, entry.kind) for entry in list_files(ctx=ctx)] == [
        ("a.txt", "file"),
        ("docs", "folder"),
        ("inner", "link"),
        ("link.txt", "link"),
        ("linked", "link"),
    ]


def test_a_listing_can_go_down_and_be_filtered(ctx):
    """Recursion does not go through links, and patterns hold for names or whole paths."""
    every = [entry.path for entry in list_files(recursive=True, ctx=ctx)]
    assert every == ["a.txt", "docs", "docs/b.md", "docs/deep", "docs/deep/c.txt", "inner", "link.txt", "linked"]
    assert [entry.path for entry in list_files(glob="c.*", recursive=True, ctx=ctx)] == ["docs/deep/c.txt"]
    assert [entry.path for entry in list_files(glob="docs/*.md", recursive=True, ctx=ctx)] == ["docs/b.md"]


def test_a_list_is_never_cut_in_silence(root, with_settings):
    """Too many entries are an error; with limit= the first few are what was asked for."""
    ctx = with_settings(roots=root, max_results=3)
    with pytest.raises(ToolError, match="more than 3 entries"):
        list_files(ctx=ctx)
    assert len(list_files(limit=2, ctx=ctx)) == 2
    with pytest.raises(ToolError, match="0 to 3"):
        list_files(limit=4, ctx=ctx)


def test_an_entry_is_described(ctx):
    """Size and time come with their units and zone."""
    found = info("a.txt", ctx=ctx)
    assert (found.name, found.kind, found.size_bytes) == ("a.txt", "file", 17)
    assert found.modified.tzinfo is not None
    assert info("link.txt", ctx=ctx).kind == "link"
    assert info(".", ctx=ctx).kind == "folder"


def test_text_is_read_whole_or_in_lines(ctx):
    """Offset and limit count lines."""
    assert read("a.txt", ctx=ctx) == "alpha\nbeta\ngamma\n"
    assert read("a.txt", offset=1, limit=1, ctx=ctx) == "beta\n"
    assert read("a.txt", offset=3, ctx=ctx) == ""
    assert read("a.txt", limit=0, ctx=ctx) == ""
    with pytest.raises(ToolError, match="0 or more"):
        read("a.txt", offset=-1, ctx=ctx)


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"\xef\xbb\xbfsk\xc3\xa5l", None, "skål"),
        ("skål".encode("utf-16"), None, "skål"),
        ("skål".encode("utf-32"), None, "skål"),
        (b"sk\xe5l", "cp1252", "skål"),
        (b"a\r\nb\rc", None, "a\nb\nc"),
        (b"", None, ""),
    ],
)
def test_encodings_are_found_or_given(root, ctx, data, encoding, text):
    """Byte order marks are understood and not part of the text."""
    (root / "t.txt").write_bytes(data)
    assert read("t.txt", encoding=encoding, ctx=ctx) == text


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (b"sk\xe5l", None, "not UTF-8 .*0xe5.*cp1252"),
        (b"sk\xe5l", "ascii", "not ascii"),
        (b"a\0b", None, "binary data"),
        (b"%PDF-1.7 x", None, "PDF"),
        (b"SQLite format 3\0", None, "codeact-sql"),
        (b"abc", "klingon", "no text encoding 'klingon'"),
        (b"abc", "zlib", "no text encoding 'zlib'"),
        (b"abc", "a\0b", "no text encoding"),
    ],
)
def test_what_is_not_text_is_refused_with_a_hint(root, ctx, data, encoding, message):
    """The message says what the file seems to be and what would work."""
    (root / "t.bin").write_bytes(data)
    with pytest.raises(ToolError, match=message):
        read("t.bin", encoding=encoding, ctx=ctx)


def test_a_text_that_is_too_long_is_read_in_parts(root, with_settings):
    """The message says how."""
    (root / "long.txt").write_text("0123456789\n" * 100)
    ctx = with_settings(roots=root, max_bytes=50)
    with pytest.raises(ToolError, match=r"read it in parts with offset= and limit= .fewer than 4 lines"):
        read("long.txt", ctx=ctx)
    assert read("long.txt", offset=97, limit=3, ctx=ctx) == "0123456789\n" * 3


def test_a_single_endless_line_does_not_fill_the_memory(root, with_settings):
    """A line longer than the cap is refused after the cap."""
    with (root / "line.txt").open("wb") as file:
        file.truncate(3_000_000_000)  # a sparse file: all NUL
    with pytest.raises(ToolError, match="longer than 1,000,000 characters"):
        read("line.txt", encoding="latin-1", ctx=with_settings(roots=root))


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("a.text", "nearest in '.': a.txt"),
        ("docs/bb.md", "nearest in 'docs': docs/b.md"),
        ("dosc/b.md", "nearest in '.': docs"),
        ("zzz", r"files.list\('.'\)"),
        ("docs", "is a folder"),
        (".", "is a folder"),
        ("a.txt/x", "not a folder"),
        ("link.txt", "is a link"),
        ("../outside/secret.txt", "leads upwards"),
        (".env", "hidden"),
    ],
)
def test_errors_name_the_path_and_the_way_out(ctx, path, message):
    """Every refusal is one sentence that says what would work."""
    with pytest.raises(ToolError, match=message):
        read(path, ctx=ctx)


def test_a_file_without_permission_is_named(root, ctx):
    """The system's refusal is passed on in words."""
    (root / "a.txt").chmod(0)
    if os.access(root / "a.txt", os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(ToolError, match="no permission"):
        read("a.txt", ctx=ctx)


def test_text_is_found_with_its_place(ctx):
    """Links and hidden files are not searched."""
    assert [(match.path, match.line, match.text) for match in search("beta", ctx=ctx)] == [
        ("a.txt", 2, "beta"),
        ("docs/b.md", 2, "beta two"),
    ]
    assert search("secret", ctx=ctx) == []
    assert [match.path for match in search("BETA", "docs", ignore_case=True, ctx=ctx)] == ["docs/b.md"]
    assert [match.line for match in search("a$", "a.txt", regex=True, ctx=ctx)] == [1, 2, 3]
    assert [match.match for match in search(r"\w+ta", glob="*.md", regex=True, ctx=ctx)] == ["beta"]
    assert search("a.pha", ctx=ctx) == []


def test_a_search_passes_over_what_is_not_text(root, ctx):
    """Binary files are not searched, files in another encoding are."""
    (root / "x.bin").write_bytes(b"alpha\0")
    (root / "y.txt").write_bytes(b"sk\xe5l alpha")
    assert [match.path for match in search("alpha", ctx=ctx)] == ["a.txt", "y.txt"]


def test_a_hostile_pattern_stops_at_the_deadline(root, with_settings):
    """Backtracking without end is an error that names the limit."""
    (root / "evil.txt").write_text("a" * 5000 + "b")
    with pytest.raises(ToolError, match=r"longer than 0.2 s"):
        search("(a|a)*(a|a)*$", regex=True, ctx=with_settings(roots=root, timeout_s=0.2))


@pytest.mark.parametrize("pattern", ["", "x" * 1001, "(", "[z-a]"])
def test_a_wrong_pattern_is_explained(ctx, pattern):
    """Neither an empty, an endless nor a malformed pattern is run."""
    with pytest.raises(ToolError, match=r"pattern|regular expression"):
        search(pattern, regex=True, ctx=ctx)


def test_writing_needs_a_setting(root, ctx):
    """Read-only is the default and the message says who can change it."""
    with pytest.raises(ToolError, match="writable = true"):
        write("new.txt", "x", ctx=ctx)
    assert not (root / "new.txt").exists()


def test_files_are_created_replaced_and_appended_to(root, writer):
    """Folders above are made; nothing is overwritten unasked."""
    assert write("x/y/new.txt", "ett\n", ctx=writer).path == "x/y/new.txt"
    with pytest.raises(ToolError, match="mode='replace' or mode='append'"):
        write("x/y/new.txt", "två", ctx=writer)
    write("x/y/new.txt", "två\n", mode="append", encoding="latin-1", ctx=writer)
    assert (root / "x/y/new.txt").read_bytes() == b"ett\ntv\xe5\n"
    write("x/y/new.txt", "tre", mode="replace", ctx=writer)
    assert (root / "x/y/new.txt").read_text() == "tre"


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        (".", "x", "is a folder"),
        ("docs", "x", "exists already"),
        ("linked/new.txt", "x", "link"),
        ("link.txt", "x", "link|exists already"),
        ("../new.txt", "x", "upwards"),
        (".hidden", "x", "hidden"),
        ("a.txt/new", "x", "not a folder"),
        ("n" * 300, "x", "too long"),
        ("big.txt", "x" * 1001, "1,000 is the limit"),
        ("half.txt", "\ud800", "cannot be written as utf-8"),
    ],
)
def test_what_cannot_be_written_is_explained(root, writer, path, text, message):
    """Nothing is written outside and nothing is left behind."""
    before = sorted(root.parent.rglob("*"))
    with pytest.raises(ToolError, match=message):
        write(path, text, ctx=writer)
    assert sorted(root.parent.rglob("*")) == before


def test_several_roots_are_the_top_folders(root, tmp_path, with_settings):
    """Paths begin with the name of a root, and a wrong one is told the names."""
    for roots in ({"one": root, "two": tmp_path / "outside"}, [root, tmp_path / "outside"]):
        ctx = with_settings(roots=roots)
        first, second = roots if isinstance(roots, dict) else ("root", "outside")
        assert [entry.path for entry in list_files(ctx=ctx)] == [first, second]
        assert read(f"{second}/secret.txt", ctx=ctx) == "secret"
        assert [match.path for match in search("beta", ctx=ctx)] == [f"{first}/a.txt", f"{first}/docs/b.md"]
        with pytest.raises(ToolError, match=f"the roots are: {first}, {second}"):
            read("a.txt", ctx=ctx)


def test_a_root_may_itself_be_a_link(root, tmp_path, with_settings):
    """It was chosen by the person who runs this."""
    (tmp_path / "chosen").symlink_to(root)
    assert read("a.txt", ctx=with_settings(roots=tmp_path / "chosen")).startswith("alpha")


def test_a_missing_root_is_named(tmp_path, with_settings):
    """The message names the setting."""
    with pytest.raises(ToolError, match="setting `roots`"):
        list_files(ctx=with_settings(roots=tmp_path / "nope"))


@pytest.mark.parametrize("roots", [[], {}, ["a/x", "b/x"], {"a/b": "x"}, {"..": "x"}, {"": "x"}])
def test_roots_without_plain_names_are_refused(roots):
    """What could be mistaken for a path is no name of a root."""
    with pytest.raises(ValidationError):
        FilesSettings(roots=roots)


def test_the_default_root_stays_where_it_was(tmp_path: Path, monkeypatch, make_context):
    """A later change of the working directory does not move it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.txt").write_text("here")
    ctx = make_context()
    monkeypatch.chdir("/")
    assert read("here.txt", ctx=ctx) == "here"


def test_a_call_works_from_any_thread_and_at_the_same_time(root, ctx):
    """Nothing is shared between calls."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as threads:
        texts = list(threads.map(lambda _: read("docs/b.md", ctx=ctx), range(100)))
    assert set(texts) == {"# Title\nbeta two\n"}
