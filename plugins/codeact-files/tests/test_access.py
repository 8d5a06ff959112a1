"""Nothing leads outside, whatever the tree is made of and whoever changes it."""

import os
import socket
import threading
from pathlib import Path

import pytest

from codeact_files.access import DescriptorAccess, PortableAccess, open_root

pytestmark = pytest.mark.skipif(os.name == "nt", reason="makes links and pipes")

BOTH = pytest.mark.parametrize("kind", [DescriptorAccess, PortableAccess])


def test_this_system_gets_the_access_by_descriptors(root: Path):
    """Where `openat` exists it is used."""
    assert isinstance(open_root(root), DescriptorAccess)


@BOTH
@pytest.mark.parametrize("parts", [("link.txt",), ("linked", "secret.txt"), ("inner", "b.md"), ("linked",)])
def test_no_link_is_followed(kind, root: Path, parts):
    """Neither a link itself nor a folder behind one is opened, also where it leads to a place inside."""
    with pytest.raises(OSError, match=r".") as caught:
        kind(root).open(parts)
    assert "secret" not in str(caught.value)


@BOTH
def test_no_folder_behind_a_link_is_listed(kind, root: Path):
    """A link to a folder is no folder."""
    with pytest.raises(OSError, match=r"."):
        kind(root).scan(("linked",))


@BOTH
@pytest.mark.parametrize("mode", ["create", "replace", "append"])
@pytest.mark.parametrize("parts", [("link.txt",), ("linked", "secret.txt"), ("linked", "new.txt")])
def test_nothing_is_written_through_a_link(kind, mode, parts, root: Path):
    """The target of a link keeps its content and gets no neighbours."""
    with pytest.raises(OSError, match=r"."):
        kind(root).write(parts, b"evil", mode)
    outside = root.parent / "outside"
    assert [path.name for path in outside.iterdir()] == ["secret.txt"]
    assert (outside / "secret.txt").read_text() == "secret"


@BOTH
def test_pipes_sockets_and_devices_are_refused_at_once(kind, root: Path, monkeypatch: pytest.MonkeyPatch):
    """Opening a pipe without a writer does not wait, and a socket is no file."""
    os.mkfifo(root / "pipe")
    monkeypatch.chdir(root)  # the path of a socket has a short limit
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        for name in ("pipe", "socket"):
            with pytest.raises(OSError, match="device, pipe or socket"):
                kind(root).open((name,))
            with pytest.raises(OSError, match="device, pipe or socket"):
                kind(root).write((name,), b"x", "append")


@BOTH
def test_a_device_folder_as_root_gives_no_device(kind):
    """Even a root full of devices gives none of them."""
    with pytest.raises(OSError, match="device, pipe or socket"):
        kind(Path("/dev").resolve()).open(("null",))


@BOTH
def test_a_hard_link_is_not_appended_to_and_replaced_only_here(kind, root: Path):
    """A second name outside keeps its content."""
    outside = root.parent / "outside" / "secret.txt"
    os.link(outside, root / "hard.txt")
    with pytest.raises(OSError, match="hard link"):
        kind(root).write(("hard.txt",), b"evil", "append")
    kind(root).write(("hard.txt",), b"mine", "replace")
    assert (outside.read_text(), (root / "hard.txt").read_text()) == ("secret", "mine")


@BOTH
def test_a_replaced_file_leaves_no_other_file_behind(kind, root: Path):
    """The file that is written beside it takes its place, or goes."""
    before = {path.name for path in root.iterdir()}
    kind(root).write(("a.txt",), b"new", "replace")
    with pytest.raises(OSError, match=r"."):
        kind(root).write(("docs",), b"new", "replace")
    assert {path.name for path in root.iterdir()} == before


def test_a_replaced_file_keeps_its_permissions(root: Path):
    """A private file stays private."""
    (root / "a.txt").chmod(0o600)
    DescriptorAccess(root).write(("a.txt",), b"new", "replace")
    assert (root / "a.txt").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_turns_into_a_link_again_and_again_never_leads_outside(root: Path):
    """Swapping a folder for a link while it is read and written gives errors, never the file outside."""
    swap, plain, link = root / "swap", root / "plain", root / "to_outside"
    plain.mkdir()
    (plain / "secret.txt").write_text("mine")
    (link).symlink_to(root.parent / "outside")
    plain.rename(swap)
    done = threading.Event()

    def attack() -> None:
        while not done.is_set():
            swap.rename(plain)
            link.rename(swap)
            swap.rename(link)
            plain.rename(swap)

    attacker = threading.Thread(target=attack)
    attacker.start()
    seen: set[bytes] = set()
    access = DescriptorAccess(root)
    try:
        for round_number in range(3000):
            try:
                if round_number % 3:
                    with access.open(("swap", "secret.txt")) as file:
                        seen.add(file.read())
                else:
                    access.write(("swap", "secret.txt"), b"mine", "replace")
            except OSError:
                continue
    finally:
        done.set()
        attacker.join()
    assert seen <= {b"mine"}
    assert (root.parent / "outside" / "secret.txt").read_text() == "secret"


def test_no_descriptor_stays_open(root: Path):
    """Calls that fail close what they opened."""
    access = DescriptorAccess(root)
    fds = Path("/dev/fd")
    before = len(list(fds.iterdir()))
    for parts in [("link.txt",), ("docs", "nope", "x"), ("docs",), ("a.txt", "x")]:
        with pytest.raises(OSError, match=r"."):
            access.open(parts)
    access.scan(("docs",))
    assert len(list(fds.iterdir())) == before
