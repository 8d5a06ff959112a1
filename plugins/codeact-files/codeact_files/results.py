"""What the tools return."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class FileInfo(BaseModel):
    """One entry of a folder."""

    path: str = Field(description="Path to give to the other tools.")
    name: str
    kind: Literal["file", "folder", "link", "other"] = Field(description="Links are listed and never followed.")
    size_bytes: int
    modified: datetime = Field(description="Time of the last change, in UTC.")


class FoundLine(BaseModel):
    """One line in which a search found something."""

    path: str
    line: int = Field(description="Line number, from 1.")
    text: str = Field(description="The line, without its line end.")
    match: str = Field(description="The part that was found; the first one of the line.")
