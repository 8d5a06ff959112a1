"""Downloads inside one folder: whole or not at all, and nowhere else."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath

from codeact_sdk import ToolError


def check_path(root: Path | None, path: str) -> Path:
    """Says where a download goes.

    Args:
        root: The folder that it must be in; None where there are no downloads.
        path: Relative to it.

    Raises:
        ToolError: There are no downloads, or this is not inside.
    """
    if root is None:
        raise ToolError("downloads are off: whoever runs this can turn them on with the setting root, a folder")
    parts = PurePosixPath(path).parts
    wrong = not parts or path.startswith("/") or path.endswith("/") or any(part in ("..", ".") for part in parts)
    if wrong or any(mark in path for mark in "\\\0:"):
        raise ToolError(f"{path!r} is no path inside the folder for downloads: write one such as 'reports/2025.pdf'")
    return root.joinpath(*parts)


async def save(root: Path, target: Path, parts: AsyncIterator[bytes], *, replace: bool) -> int:
    """Writes a file beside its name and moves it there when it is whole.

    Args:
        root: The folder that it must be in, symbolic links followed.
        target: The file.
        parts: Its content.
        replace: Whether an existing file may be replaced.

    Returns:
        Its size in bytes.

    Raises:
        ToolError: It leads outside, or is there already.
    """
    root.mkdir(parents=True, exist_ok=True)
    _check_inside(root, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    _check_inside(root, target)  # again, for what has been made meanwhile
    if target.is_symlink() or target.is_dir() or (target.exists() and not replace):
        raise ToolError(
            f"{target.relative_to(root)} is there already: choose another path, or give replace=True for a file"
        )
    beside = target.parent / f".{secrets.token_hex(8)}.part"
    size = 0
    try:
        with open(beside, "xb") as file:  # noqa: PTH123  # pieces are small, and a local disk is fast
            async for part in parts:
                size += file.write(part)
        os.replace(beside, target)  # noqa: PTH105  # both are in one folder
    finally:
        beside.unlink(missing_ok=True)
    return size


def _check_inside(root: Path, target: Path) -> None:
    existing = next(folder for folder in target.parents if folder.exists() or folder == root)
    if not existing.resolve().is_relative_to(root.resolve()):
        raise ToolError(f"{target.relative_to(root)} leads out of the folder for downloads")
