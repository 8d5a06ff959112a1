"""What is shown of objects of the host: their rules run the host's code, and give nothing but text."""

from __future__ import annotations

import pytest
from pictures import png

from codeact_sdk import Interpreter, Limits, ToolPack
from codeact_sdk.packs import Image, TypeRule


class Report:
    """An object of the host."""


@pytest.fixture
def interp():
    """A session with a type that has a rule, and pictures."""
    pack = ToolPack("r", "R.", types={Report: TypeRule(render=lambda report: "a report " * 50)})

    @pack.tool
    def make() -> Report:
        """Makes a report."""
        return Report()

    @pack.tool
    def chart() -> Image:
        """Makes a picture."""
        return Image(png(4, 3))

    with Interpreter(packs=[pack], limits=Limits(seconds=0.4)) as made:
        yield made


@pytest.mark.parametrize("made", ["r.make()", "r.chart()"])
@pytest.mark.parametrize(
    "code",
    [
        "while True: str(h)",
        "while True: display(h)",
        "while True: print(h)",
        "[f'{h}' for _ in range(10**9)]",
        "try:\n    while True: repr(h)\nexcept Exception: pass\nfinally:\n    while True: str(h)",
        "sorted([h] * 10**7, key=str)",
        "''.join(map(str, [h] * 10**7))",
    ],
)
def test_a_loop_of_nothing_but_rules_is_stopped(interp, made, code):
    """The host's code is not interrupted in its midst, so the limit is looked at before it begins."""
    assert interp.run(f"h = {made}\n{code}").status == "limit"
    assert interp.run("1 + 1").value == 2


@pytest.mark.parametrize(
    "code",
    [
        "h._text", "h._kind", "h.__str__", "h.__repr__()", "type(h)('x')", "type(h)._text", "class A(type(h)): pass", "h._text = 1",
        "str.__str__(h)", "display.__self__", "display.__globals__", "display.__closure__", "display(x=1)", "object.__setattr__(h, '_text', 1)",
        "import operator; operator.attrgetter('_text')(h)", "'{0._text}'.format(h)", "vars(h)", "h.__reduce_ex__(2)",
    ],
)  # fmt: skip
def test_neither_the_rule_nor_the_object_is_reached(interp, code):
    """A handle has no way to what makes its text."""
    assert interp.run(f"h = r.make()\n{code}").status == "error"


def test_handles_in_containers_stay_short(interp):
    """A list of a hundred thousand handles is not a hundred thousand tables."""
    assert interp.run("h = r.make()\nlen(str([h] * 1000))").value < 60_000


def test_a_renderer_gets_no_object_of_model_code(interp):
    """A class of the program that is called as the host's has no rule."""
    code = "class Report:\n    def __repr__(self): return 'mine'\nclass Image(Report): pass\nprint(Report(), Image())\ndisplay(Report())"
    assert interp.run(code).stdout == "mine mine\nmine\n"
    assert interp.faults == ()


def test_the_host_reads_a_handle_after_the_action_too(interp):
    """Limits of an action that is over end nothing of the host."""
    interp.run("h = r.make()\nwhile True: pass")
    assert str(interp.variables["h"]).startswith("a report a report")
