"""What the person who installs the pack may choose."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator


class FilesSettings(BaseModel):
    """Settings of the pack `files`."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    roots: Path | list[Path] | dict[str, Path] = Path()
    """The folders that may be seen: one, several (called by their own names), or names for them.

    With one folder paths are relative to it; otherwise a path begins with the name of its root.
    """
    writable: bool = False
    """Whether files may be written inside the roots."""
    hidden: bool = False
    """Whether names that begin with a dot, such as `.env` and `.git`, may be seen."""
    max_bytes: int = Field(default=1_000_000, gt=0)
    """Most that one call reads or writes, in bytes."""
    max_results: int = Field(default=5_000, gt=0)
    """Most entries or matches that one call returns."""
    timeout_s: float = Field(default=10.0, gt=0)
    """Longest that one search may take, in seconds."""

    @field_validator("roots")
    @classmethod
    def _make_absolute(cls, roots: Path | list[Path] | dict[str, Path]) -> Path | list[Path] | dict[str, Path]:
        # Absolute from the start: a later change of the working directory must not move the roots.
        if isinstance(roots, Path):
            return _absolute(roots)
        if isinstance(roots, list):
            folders = [_absolute(root) for root in roots]
            twice = [name for name, count in Counter(folder.name for folder in folders).items() if count > 1]
            if not folders or twice:
                reason = f"two are called {twice[0]!r}" if twice else "there are none"
                raise ValueError(f"roots given as a list need different names, and {reason}: give a mapping of names")
            return folders
        for name in roots:
            if not name or name.startswith(".") or any(mark in name for mark in "/\\:\0"):
                raise ValueError(f"{name!r} cannot name a root: use a plain word, such as 'docs'")
        if not roots:
            raise ValueError("roots is an empty mapping: name at least one folder")
        return {name: _absolute(root) for name, root in roots.items()}


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()
