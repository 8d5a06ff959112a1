"""`re` with a time limit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.interpreter.patterns import members
from codeact_sdk.observations import Observation

Act = Callable[[str], Observation]
OURS: Any = members(lambda: None, lambda taken: None)

TEXT = st.text(st.sampled_from("ab1 -é\n"), max_size=12)
PATTERNS = st.sampled_from(
    [
        r"a+",
        r"(a)(b)?",
        r"\d|b",
        r"^a.*$",
        r"[^a]",
        r"(?P<x>a)",
        r"\s*",
        r"\bb",
        "",
        "é",
        "a{2}",
        "(?i)A",
        "(?=b)",
        "a|b|",
    ]
)


@given(PATTERNS, TEXT)
def test_matches_are_those_of_re(pattern: str, text: str) -> None:
    """On ordinary patterns both engines say the same."""
    assert OURS["findall"](pattern, text) == re.findall(pattern, text)
    assert OURS["sub"](pattern, "<>", text) == re.sub(pattern, "<>", text)
    assert OURS["subn"](pattern, "x", text, 1) == re.subn(pattern, "x", text, count=1)
    assert [m.span() for m in OURS["finditer"](pattern, text)] == [m.span() for m in re.finditer(pattern, text)]
    for method in ("search", "match", "fullmatch"):
        ours, theirs = OURS[method](pattern, text), getattr(re, method)(pattern, text)
        assert (ours and ours.groups(), ours and ours.span()) == (theirs and theirs.groups(), theirs and theirs.span())


@given(TEXT)
def test_escaped_text_matches_itself(text: str) -> None:
    """`re.escape` is safe on any text."""
    assert OURS["fullmatch"](OURS["escape"](text), text)


SLOW = "(x|xx)+$"


@pytest.mark.parametrize(
    "call", ["re.search(p, t)", "re.findall(p, t)", "list(re.finditer('^a|' + p, 'a' + t))", "re.sub(p, '', t)"]
)
def test_a_pattern_cannot_hold_the_action(call: str) -> None:
    """A repeat of repeats is given up, with advice."""
    from codeact_sdk.interpreter.patterns import PatternTimeout

    ours: Any = members(lambda: 0.05, lambda taken: None)
    with pytest.raises(PatternTimeout, match=r"took (longer|too long)"):
        eval(
            call,
            {
                "re": type("re", (), {k: staticmethod(v) for k, v in ours.items() if callable(v)}),
                "p": SLOW,
                "t": "x" * 60 + "y",
            },
        )


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("import re\np = re.compile('(?P<n>a)', re.I)\np.pattern, p.groups, p.groupindex, p.flags & re.I == re.I, repr(p)", ("(?P<n>a)", 1, {"n": 1}, True, "re.compile('(?P<n>a)')")),
        ("import re\nre.compile('a') == re.compile('a'), len({re.compile('a'), re.compile('a')}), re.compile('a') == 5", (True, 1, False)),
        ("import re\nre.compile(re.compile('a')).pattern, isinstance(re.compile('a'), re.Pattern)", ("a", True)),
        ("import re\nm = re.search('(a)', 'ba')\nm.re.pattern, m.string, m[1], isinstance(m, re.Match)", ("(a)", "ba", "a", True)),
        ("import re\nre.findall('A', 'aA', re.I), re.sub('A', 'x', 'aA', 1, re.I), re.split('B', 'abc', 0, re.I), re.findall('a', 'A', flags=re.I)", (["a", "A"], "xA", ["a", "c"], ["A"])),
        ("import re\nre.purge(), re.NOFLAG, re.findall(b'a', b'ba')", (None, 0, [b"a"])),
        ("import re\nclass S(str): pass\nre.findall(S('a'), 'a')", ["a"]),
        ("import re\np = re.compile('a')\np.search('ba', 1).start(), p.split('bab', maxsplit=1), p.subn('x', 'aa', count=1), p.findall('aa', 1)", (1, ["b", "b"], ("xa", 1), ["a"])),
    ],
)  # fmt: skip
def test_the_module_looks_like_re(act: Act, code: str, value: object) -> None:
    """Flags, compiled patterns and matches."""
    seen = act(code)
    assert seen.error is None
    assert seen.value == value


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("re.compile(5)", "TypeError"),
        ("re.compile(re.compile('a'), re.I)", "ValueError"),
        ("re.compile('(')", re.error.__name__),
        ("re.search('a', 5)", "TypeError"),
    ],
)
def test_wrong_use_is_an_error(act: Act, code: str, kind: str) -> None:
    """Of the kind that `re` raises."""
    assert act(f"import re\n{code}").error.type == kind
