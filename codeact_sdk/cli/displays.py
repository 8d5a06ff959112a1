"""Displays of observations as files that a person can open."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from pathlib import Path

import click

from codeact_sdk.events import Event, Observed
from codeact_sdk.observations import Display

_ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/svg+xml": ".svg",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
"""Of files, by MIME type; others are kept as they came."""

HOW = "--displays FOLDER writes it to a file"
"""What a person is told who did not ask for files."""

displays_option = click.option(
    "--displays",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write pictures that are shown to files in this folder.",
)


class DisplayFiles:
    """An observer that writes what is shown to files, and says where."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, event: Event) -> None:
        """Writes the displays of an observation."""
        if isinstance(event, Observed):
            self.write(event.observation.displays)

    def write(self, displays: Iterable[Display]) -> None:
        """Writes each to a file of its own; files that are there stay as they are."""
        for display in displays:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = _write(self._folder, _ENDINGS.get(display.mime, ".data"), _content(display))
            click.echo(f"display written to {path}", err=True)


def _content(display: Display) -> bytes:
    text = display.data
    if display.mime.startswith("text/") or display.mime == "image/svg+xml":
        return text.encode("utf-8", "backslashreplace")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):  # a pack gave text under a binary type
        return text.encode("utf-8", "backslashreplace")


def _write(folder: Path, ending: str, content: bytes) -> Path:
    number = 1
    while (path := folder / f"display-{number}{ending}").exists():
        number += 1
    with path.open("xb") as file:
        file.write(content)
    return path
