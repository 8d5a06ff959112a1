"""Draws docs/demo.svg: what `codeact demo` shows on a terminal, with every duration replaced.

Run it after a change of the demo or of the screen: `python scripts/make_picture.py`. The same code gives the same file.
"""

from __future__ import annotations

import io
import re
import tempfile
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from codeact_sdk.cli.screen import Screen
from codeact_sdk.cli.views import Look
from codeact_sdk.demo import run_demo
from codeact_sdk.events import CallFinished, Event, RunFinished

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "demo.svg"
WIDTH = 100
LOOK = Look(boxed=True, code_lines=9, output_lines=6, calls=2)
"""A picture for a page: the beginning of each action, and how much more there is."""
STEPS = {2, 3}
"""The steps of the picture: the first error and its repair."""
TITLE = "codeact demo (steps 2 and 3 of 4, and the answer)"
CALL_S = 0.004
RUN_S = 1.2

THEME = TerminalTheme(
    (22, 27, 34),
    (201, 209, 217),
    [
        (110, 118, 129),
        (255, 123, 114),
        (86, 211, 100),
        (227, 179, 65),
        (108, 182, 255),
        (210, 168, 255),
        (86, 212, 221),
        (201, 209, 217),
    ],
    [
        (139, 148, 158),
        (255, 161, 152),
        (126, 231, 135),
        (242, 204, 96),
        (150, 208, 255),
        (226, 197, 255),
        (179, 240, 255),
        (240, 246, 252),
    ],
)
"""Background, text, the eight colours, the eight bright ones."""


def timeless(event: Event) -> Event:
    """The event with a fixed duration."""
    match event:
        case CallFinished():
            return event.model_copy(update={"call": replace(event.call, seconds=CALL_S)})
        case RunFinished():
            return event.model_copy(update={"seconds": RUN_S})
    return event


def draw() -> str:
    """Runs the demo and gives its picture as SVG."""
    events: list[Event] = []
    with tempfile.TemporaryDirectory() as folder:
        run_demo([events.append], runs_folder=Path(folder))
    console = Console(
        file=io.StringIO(), record=True, width=WIDTH, force_terminal=True, color_system="standard", legacy_windows=False
    )
    screen = Screen(console, look=LOOK, live=False)
    for event in events:
        if getattr(event, "step", None) in STEPS | {None}:  # the start and the end of a run belong to no step
            screen(timeless(event))
    svg = console.export_svg(title=TITLE, theme=THEME, unique_id="demo")
    # Pages do not load fonts from elsewhere for an image; the widths are fixed by the picture itself.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code, monospace", "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace")
    return "\n".join(line.rstrip() for line in svg.split("\n"))


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
    print(f"{PICTURE.name}: {PICTURE.stat().st_size:,} bytes")
