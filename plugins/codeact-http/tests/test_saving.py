"""Downloads where something stands in the way, also while they run."""

import asyncio

import pytest

from codeact_http.saving import save
from codeact_sdk import ToolError


async def content(*pieces, before_last=lambda: None):
    for piece in pieces[:-1]:
        yield piece
    before_last()
    yield pieces[-1]


def keep(root, path, pieces, *, replace=False, before_last=lambda: None, by_openat=True):
    parts = content(*pieces, before_last=before_last)
    return asyncio.run(save(root, tuple(path.split("/")), parts, replace=replace, by_openat=by_openat))


@pytest.fixture
def root(tmp_path):
    (tmp_path / "root").mkdir()
    (tmp_path / "outside").mkdir()
    return tmp_path / "root"


def test_a_folder_that_becomes_a_link_while_a_file_is_downloaded_leads_nowhere_else(root, tmp_path):
    """The folder that was opened is written into, wherever its name leads now."""

    def swap():
        (root / "a").rename(root / "b")
        (root / "a").symlink_to(tmp_path / "outside")

    assert keep(root, "a/file", [b"one", b"two"], before_last=swap) == 6
    assert list((tmp_path / "outside").iterdir()) == []
    assert (root / "b" / "file").read_bytes() == b"onetwo"


@pytest.mark.parametrize("by_openat", [True, False])
def test_of_two_downloads_to_one_path_the_first_stays(root, by_openat):
    """What came meanwhile is not gone over."""
    with pytest.raises(ToolError, match=r"^a is there already: choose another path, or give replace=True for a file$"):
        keep(root, "a", [b"one", b"two"], before_last=lambda: (root / "a").write_bytes(b"first"), by_openat=by_openat)
    assert [path.name for path in root.iterdir()] == ["a"]
    assert (root / "a").read_bytes() == b"first"


def test_a_link_that_comes_meanwhile_is_not_written_through(root, tmp_path):
    """Neither with replace=True."""
    link = root / "a"
    with pytest.raises(ToolError, match="is there already"):
        keep(root, "a", [b"one", b"two"], replace=True, before_last=lambda: link.symlink_to(tmp_path / "outside" / "x"))
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize("by_openat", [True, False])
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("link/file", r"^link/file leads out of the folder for downloads, or through a file$"),
        ("inner/file", "leads out"),
        ("file/x", "leads out"),
        ("folder", "is there already"),
        ("x" * 300, r"^x+ cannot be written: File name too long$"),
    ],
)
def test_what_stands_in_the_way_is_told(root, tmp_path, path, told, by_openat):
    """And nothing is left behind."""
    (root / "link").symlink_to(tmp_path / "outside")
    (root / "inner").symlink_to(root / "folder")
    (root / "folder").mkdir()
    (root / "file").write_text("old")
    with pytest.raises(ToolError, match=told):
        keep(root, path, [b"x"], replace=True, by_openat=by_openat)
    assert sorted(path.name for path in root.iterdir()) == ["file", "folder", "inner", "link"]


@pytest.mark.parametrize("by_openat", [True, False])
def test_the_root_itself_may_be_a_link(root, tmp_path, by_openat):
    """It was chosen by whoever runs this."""
    (tmp_path / "linked").symlink_to(root)
    assert keep(tmp_path / "linked", "a/b", [b"x"], by_openat=by_openat) == 1
    assert (root / "a" / "b").read_bytes() == b"x"


@pytest.mark.parametrize("path", ["a\nb", "a\x7fb", "a\tb/c"])
def test_names_hold_no_control_characters(refused, site, path):
    """Terminals and shells would read more into them."""
    assert "is no path inside the folder for downloads" in refused(f"http.download('{site.url}/', {path!r})")


@pytest.mark.parametrize("path", [".env", ".git/config", "a/.ssh/keys", "..."])
def test_names_begin_with_no_dot(refused, site, path):
    """What tools keep in hidden files is not written over."""
    assert "is hidden: downloads go to names that begin with no dot" in refused(
        f"http.download('{site.url}/p', {path!r}, replace=True)"
    )


def test_half_a_character_is_no_name(refused, site):
    """It is said in words."""
    assert "is no path inside the folder" in refused(rf"http.download('{site.url}/p', 'a\udc80')")


def test_a_root_that_is_a_file_is_named(tmp_path):
    """It is not said of the file that was to be made."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ToolError, match=r"the folder for downloads \(setting root\) is a file"):
        keep(tmp_path / "file", "a", [b"x"])


def test_replacing_keeps_the_permissions(root):
    """A private file does not become one that others may read."""
    (root / "own").write_bytes(b"old")
    (root / "own").chmod(0o600)
    keep(root, "own", [b"new"], replace=True)
    assert (root / "own").read_bytes() == b"new"
    assert (root / "own").stat().st_mode & 0o777 == 0o600
