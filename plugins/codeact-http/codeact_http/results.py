"""What the tools return."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Page(BaseModel):
    """What a server answered."""

    status: int
    url: str = Field(description="After redirects.")
    content_type: str = Field(description='Such as "text/html"; empty if the server does not say.')
    headers: dict[str, str] = Field(description="Names in small letters.")
    text: str = Field(description="The body, decoded.")


class Link(BaseModel):
    """A link of a page."""

    url: str = Field(description="Absolute.")
    text: str


class Saved(BaseModel):
    """A file that was downloaded."""

    path: str = Field(description="Relative to the root.")
    size_bytes: int
    content_type: str
