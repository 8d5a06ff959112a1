"""Pictures on the command line: what they are is told, and files are written where that is asked for."""

from __future__ import annotations

import base64

from pictures import png
from rich.console import Console

from codeact_sdk.cli.displays import DisplayFiles
from codeact_sdk.cli.screen import Screen
from codeact_sdk.cli.views import Look
from codeact_sdk.events import Noted, Observed
from codeact_sdk.observations import Display, Observation
from codeact_sdk.values import Opaque

RED = Display(mime="image/png", data=base64.b64encode(png(4, 3)).decode(), text="[image image/png, 4x3: red]")


def observed(*displays: Display) -> Observed:
    """An observation with displays."""
    return Observed(at=0, step=1, text="", observation=Observation(status="ok", displays=displays))


def test_displays_become_files(tmp_path, capsys):
    """Each has a name of its own and opens as what it is; what is there stays."""
    write = DisplayFiles(tmp_path / "shown")
    write(Noted(at=0, step=1, text="x"))
    write(observed(RED, Display(mime="image/svg+xml", data="<svg>"), Display(mime="a/b", data="\ud800?")))
    write(observed(RED))
    found = {path.name: path.read_bytes() for path in (tmp_path / "shown").iterdir()}
    assert found == {
        "display-1.png": png(4, 3),
        "display-1.svg": b"<svg>",
        "display-1.data": b"\\ud800?",
        "display-2.png": png(4, 3),
    }
    assert capsys.readouterr().err.count("display written to ") == 4


def test_the_screen_says_what_is_shown_and_how_to_see_it(capsys):
    """One line for each, without commands of a terminal."""
    Screen(Console(soft_wrap=True))(observed(RED, Display(mime="text/html", data="x", text="a\x1bb\nc")))
    out = capsys.readouterr().out
    assert "shown beside the text: [image image/png, 4x3: red]; --displays FOLDER writes it to a file\n" in out
    assert "shown beside the text: a\\x1bb c; --displays" in out
    Screen(Console(soft_wrap=True), look=Look(boxed=False, says_how=False))(
        observed(Display(mime="image/png", data=""))
    )
    assert capsys.readouterr().out == "  shown beside the text: [image/png]\n\n"


def test_the_screen_shows_what_a_pack_shows_of_its_objects(capsys):
    """A handle says nothing to a person, what its pack shows of it does."""
    obs = Observation(status="ok", value=Opaque("Handle", "<handle>"), view="Value of t:\n2 rows\n1 2")
    Screen(Console(soft_wrap=True))(Observed(at=0, step=1, text="", observation=obs))
    assert "= 2 rows\n  = 1 2" in capsys.readouterr().out
