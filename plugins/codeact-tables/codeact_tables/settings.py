"""What the person who installs the pack may choose."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator


class TablesSettings(BaseModel):
    """Settings of the pack `tables`."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    roots: Path | dict[str, Path] = Path()
    """The folder whose files may be loaded, or names for several: then a path begins with the name of its root."""
    writable: bool = False
    """Whether tables may be saved inside the roots."""
    max_bytes: int = Field(default=200_000_000, gt=0)
    """Largest file that is loaded, in bytes."""
    max_table_rows: int = Field(default=5_000_000, gt=0)
    """Most rows of a table: a small file, or a join, may make many."""
    max_rows: int = Field(default=10_000, gt=0)
    """Most rows that one call gives to code as dicts."""

    @field_validator("roots")
    @classmethod
    def _make_absolute(cls, roots: Path | dict[str, Path]) -> Path | dict[str, Path]:
        # Absolute from the start: a later change of the working directory must not move the roots.
        if isinstance(roots, Path):
            return _absolute(roots)
        if not roots:
            raise ValueError("roots is an empty mapping: name at least one folder")
        for name in roots:
            if not name or name.startswith(".") or any(mark in name for mark in "/\\:\0"):
                raise ValueError(f"{name!r} cannot name a root: use a plain word, such as 'data'")
        return {name: _absolute(root) for name, root in roots.items()}


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()
