"""What a path may look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_files.names import split_path
from codeact_sdk import ToolError


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        (".", ()),
        ("", ()),
        ("a.txt", ("a.txt",)),
        ("./a//b.txt", ("a", "b.txt")),
        ("a/./b/", ("a", "b")),
        ("ü ber/日本.txt", ("ü ber", "日本.txt")),
        ("a..b/c...", ("a..b", "c...")),
    ],
)
def test_plain_paths_are_split(path, parts):
    """Dots and doubled slashes that mean nothing are dropped."""
    assert split_path(path, hidden=False, windows=False) == parts


@pytest.mark.parametrize(
    "path",
    [
        "..", "../x", "a/../../x", "a/..", "./..", "...", ".. ", "..\t/x", "\u2025", "a/\u2025/x", "\uff0e\uff0e/x",
        "\u2024\u2024", "/etc/passwd", "//host/x", "~/x", "~root", "C:/x", "c:x", "\\\\host\\x", "a\\..\\b", "a\0b", "\ud800",
        "a/" * 65 + "x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("hidden", [True, False])
def test_paths_that_lead_elsewhere_are_refused(path, hidden):
    """Whatever the spelling of "upwards" or "from the top"."""
    with pytest.raises(ToolError, match="path"):
        split_path(path, hidden=hidden)


@pytest.mark.parametrize("path", ["con", "NUL.txt", "a/COM1", "lpt¹", "x.", "y ", "a:stream", "a?b", "aux .txt"])
def test_names_that_windows_reads_otherwise_are_refused_there(path):
    """Devices, streams and endings that Windows drops."""
    with pytest.raises(ToolError, match="path"):
        split_path(path, hidden=True, windows=True)


def test_hidden_names_need_a_setting():
    """A dot file is refused with its reason, or allowed."""
    with pytest.raises(ToolError, match="hidden"):
        split_path("docs/.env", hidden=False)
    assert split_path("docs/.env", hidden=True) == ("docs", ".env")


@given(st.text(alphabet="./\\a \0~:\u2025\uff0e", max_size=12))
def test_whatever_is_accepted_has_only_plain_names(path):
    """No accepted part means a place of its own, in any Unicode form."""
    try:
        parts = split_path(path, hidden=True)
    except ToolError:
        return
    assert all(part.strip(". ") and not set(part) & set("/\\\0") for part in parts)
