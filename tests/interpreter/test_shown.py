"""What an action shows beside its text: pictures, and what packs give for their types."""

from __future__ import annotations

import base64
import json

import pytest
from pictures import png, svg
from pydantic import TypeAdapter

from codeact_sdk import Interpreter, Observation, ToolContext, ToolPack
from codeact_sdk.interpreter.shown import MAX_DISPLAY_BYTES, MAX_DISPLAYS
from codeact_sdk.packs import Display, Image, TypeRule
from codeact_sdk.prompts.observations import render_observation
from codeact_sdk.prompts.system import system_prompt

RED = png(40, 30)


def chart(alt: str = "sales") -> Image:
    """Draws a chart."""
    return Image(RED, alt=alt)


def drawing() -> list[Image]:
    """Draws two."""
    return [Image(svg(3, 4), alt="one"), Image(svg(5, 6))]


def size(picture: Image | None = None) -> int:
    """Bytes of a picture."""
    return len(picture.data) if picture else 0


@pytest.fixture
def interp():
    """A session with tools that give pictures."""
    with Interpreter(tools=[chart, drawing, size]) as made:
        yield made


def test_a_picture_as_the_last_value_is_a_display(interp):
    """The model reads what it is, a person sees it, the variable keeps it."""
    obs = interp.run("picture = chart()\npicture")
    text = f"[image image/png, 40x30, {len(RED)} bytes: sales]"
    assert obs.displays == (Display(mime="image/png", data=base64.b64encode(RED).decode(), text=text),)
    assert render_observation(obs) == f"Value of picture: {text}"
    assert interp.run("size(picture), size()").value == (len(RED), 0)


def test_display_shows_pictures_and_prints_the_rest(interp):
    """As in a notebook; what was displayed stands in the order of the output."""
    obs = interp.run("print('before')\ndisplay(*drawing(), 'text', 5)\nprint('after')")
    assert (
        obs.stdout
        == "before\n[image image/svg+xml, 3x4, 62 bytes: one]\n[image image/svg+xml, 5x6, 62 bytes]\ntext\n5\nafter\n"
    )
    assert [display.data for display in obs.displays] == [svg(3, 4).decode(), svg(5, 6).decode()]
    assert interp.run("1").displays == ()


def test_a_printed_picture_says_how_it_is_shown(interp):
    """Printing shows nothing to anybody, and says so."""
    obs = interp.run("p = chart('x')\nprint(p)\nprint(f'{p}' == f'{p!s}' == repr(p) == str(p))")
    assert obs.stdout == f"[image image/png, 40x30, {len(RED)} bytes: x; display(x) shows it]\nTrue\n"
    assert obs.displays == ()


def test_display_in_a_loop_is_bounded(interp):
    """A loop shows a few, and what is not shown says why."""
    obs = interp.run("p = chart()\nfor _ in range(50): display(p)")
    assert len(obs.displays) == MAX_DISPLAYS
    assert obs.stdout.count(f"; not shown: at most {MAX_DISPLAYS} displays an action]") == 50 - MAX_DISPLAYS


def test_displays_hold_a_bounded_amount():
    """A picture of a gigabyte is not copied into an observation."""
    huge = Image(b"<svg>" + bytes(MAX_DISPLAY_BYTES), alt="huge")
    with Interpreter(tools={"huge": lambda: huge, "chart": chart}) as interp:
        obs = interp.run("display(huge(), chart())")
    assert len(obs.displays) == 1
    assert "not shown: the displays of an action hold at most 8.0 MB together]" in obs.stdout


def test_displays_survive_a_run_file(interp):
    """What is written and read again is the same observation."""
    obs = interp.run("display(chart())\n[{'a': n} for n in range(3000)]")
    adapter = TypeAdapter(Observation)
    assert adapter.validate_json(adapter.dump_json(obs)) == obs
    older = json.loads(adapter.dump_json(obs))
    del older["view"], older["displays"][0]["text"]
    assert adapter.validate_json(json.dumps(older)).view == ""


def test_what_failed_before_is_shown_all_the_same(interp):
    """An error does not take away what was displayed before it."""
    obs = interp.run("display(chart())\n1 / 0")
    assert (obs.status, len(obs.displays)) == ("error", 1)


class Report:
    """A type with a rule that gives several parts."""

    def __init__(self, parts: object) -> None:
        self.parts = parts


def report_pack(parts: object) -> ToolPack:
    """A pack whose tool gives a report."""
    pack = ToolPack("reports", "Reports.", types={Report: TypeRule(render=lambda report: report.parts)})

    @pack.tool
    def make() -> Report:
        """Makes a report."""
        return Report(parts)

    return pack


def test_a_rule_may_show_text_and_displays_together():
    """The parts stand in their order; a page of another kind says what it is."""
    parts = ["Sales by month", Image(RED, alt="chart"), Display(mime="text/html", data="<p>x</p>"), "end"]
    with Interpreter(packs=[report_pack(parts)]) as interp:
        obs = interp.run("r = reports.make()\nr")
        assert (
            obs.view
            == f"Value of r:\nSales by month\n[image image/png, 40x30, {len(RED)} bytes: chart]\n[display text/html, 8 bytes]\nend"
        )
        assert [display.mime for display in obs.displays] == ["image/png", "text/html"]
        assert [display.text for display in obs.displays] == obs.view.split("\n")[2:4]


def test_what_a_rule_shows_is_cut_and_cleaned():
    """Neither a flood of text, nor commands for a terminal, nor addresses of the process come through."""
    flood = "\n".join(f"row {n}" for n in range(100_000))
    for shown, expected in ((flood, "row 0\nrow 1\n"), ("\x1b[2J<a object at 0x7f3a5c0d1e40>", "\\x1b[2J<a object>")):
        with Interpreter(packs=[report_pack(shown)]) as interp:
            for code in ("print(reports.make())", "display(reports.make())"):
                out = interp.run(code).stdout
                assert out.startswith(expected)
                assert len(out) <= 4_001
            assert len(interp.run("reports.make()").view) < 4_100


def test_a_prompt_tells_of_display_where_a_tool_gives_pictures():
    """Who has no pictures pays no tokens for them."""
    with Interpreter(tools=[chart]) as interp, Interpreter(tools=[size]) as without:
        assert "display(x)" in system_prompt(interp.toolset)
        assert "display" not in system_prompt(Interpreter(tools={"f": lambda: 1}).toolset)
        assert len(without.toolset) == 1


def test_a_handle_gives_nothing_away(interp):
    """A picture in model code has no parts, and its renderer cannot be reached."""
    for code in (
        "p.data",
        "p._text",
        "getattr(p, '_text')",
        "vars(p)",
        "p.__str__",
        "p.__repr__()",
        "type(p)('x')",
        "p.x = 1",
    ):
        assert interp.run(f"p = chart()\n{code}").error is not None, code


def test_a_handle_of_another_session_shows_nothing_of_its_object(interp):
    """What a handle stands for is known to the session that made it, and gone with its object's last handle."""
    with Interpreter(tools={"chart": chart}) as other:
        other.run("p = chart('secret')")
        stolen = other.variables["p"]
        assert interp._session._parts.boundary.parts_of(stolen) == ()


def test_an_answer_may_be_a_picture(interp):
    """The user sees it; as text it is what it shows."""
    obs = interp.run("answer(chart())")
    assert obs.status == "answered"
    assert obs.answer == interp.answer == f"[image image/png, 40x30, {len(RED)} bytes: sales]"
    assert len(obs.displays) == 1


def test_secrets_do_not_come_through_what_is_shown():
    """A table may hold the token that it was loaded with: neither its text nor the words of a picture give it away."""
    pack = ToolPack("s", "S.", secrets=["SHOP_TOKEN"], types={Report: TypeRule(render=lambda report: report.parts)})
    token = "s3cr3t-value-of-a-token"

    @pack.tool
    def make(ctx: ToolContext) -> Report:
        """Makes a report."""
        found = ctx.secret("SHOP_TOKEN")
        return Report([f"token {found}", Image(b"<svg>", alt=found), Display(mime="text/html", data=found)])

    with Interpreter(packs=[pack], environ={"SHOP_TOKEN": token}) as interp:
        obs = interp.run("r = s.make()\nprint(r, str(r).count('s3cr3t'))\ndisplay(r)\nr")
    assert obs.error is None
    assert obs.stdout.startswith("token [secret SHOP_TOKEN]")
    assert "s3cr3t" not in repr(obs)
    assert "] 0\n" in obs.stdout


def test_an_error_names_what_a_handle_stands_for(interp):
    """A model that has many handles reads which is which."""
    assert interp.run("p = chart()\np + 1").error.names == ("p: handle of a Image",)
