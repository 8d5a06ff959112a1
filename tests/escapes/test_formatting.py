"""`str.format` is a language that reads attributes: every way to it keeps the policy."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("'{0.__globals__}'.format(look)", "AttributeError: the attribute .__globals__ is not available"),
        ("'{x.__globals__}'.format_map({'x': print})", "AttributeError: the attribute .__globals__ is not available"),
        ("getattr('{0.__class__.__mro__}', 'format')(1)", "AttributeError: the attribute .__mro__ is not available"),
        (
            "list(map(str.format, ['{0.__class__.__base__}'], [1]))",
            "AttributeError: the attribute .__base__ is not available",
        ),
        (
            "import functools\nfunctools.partial(str.format, '{0.__class__.__base__}')(1)",
            "AttributeError: the attribute .__base__ is not available",
        ),
        (
            "import operator\noperator.methodcaller('format', print)('{0.__self__}')",
            "AttributeError: the attribute .__self__ is not available",
        ),
        ("'{:{0.__globals__}}'.format(look)", "AttributeError: the attribute .__globals__ is not available"),
        ("'{0[0].__globals__}'.format([look])", "AttributeError: the attribute .__globals__ is not available"),
    ],
)
def test_format_fields(refused, code, refusal):
    """Fields read attributes under the policy, whoever calls."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "class Text(str):\n    def show(self, *args):\n        return super().format(*args)\nText('{0.__globals__}').show(lambda: 1)",
            "AttributeError: the attribute .__globals__ is not available",
        ),
        (
            "class Text(str):\n    def show(self, **names):\n        return super().format_map(names)\nText('{f.__globals__}').show(f=print)",
            "AttributeError: the attribute .__globals__ is not available",
        ),
        (
            "class Text(str):\n    pass\nText('{0.__globals__}').format(print)",
            "AttributeError: the attribute .__globals__ is not available",
        ),
        (
            "class Text(str):\n    def format(self, *args):\n        return getattr(super(), 'format')(*args)\nText('{0.__globals__}').format(print)",
            "AttributeError: the attribute .__globals__ is not available",
        ),
    ],
)
def test_format_through_super(refused, code, refusal):
    """A method of an own subclass of `str` gets the guarded version from `super()`."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "import re\nre.match('(?P<g>a)', 'a').expandf('{g.__class__.__mro__}')",
            "SyntaxError: the attribute .expandf is not available: it leads into the interpreter",
        ),
        (
            "import re\ngetattr(re.match('a', 'a'), 'expandf')",
            "AttributeError: the attribute .expandf is not available: it leads into the interpreter",
        ),
        (
            "import re\nre.compile('a').subf('{0.__class__}', 'a')",
            "SyntaxError: the attribute .subf is not available: it leads into the interpreter",
        ),
    ],
)
def test_format_of_matches(refused, code, refusal):
    """The pattern engine's own templates with attributes are not there."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("'{:>99999999}'.format(1)", "ValueError: a width above 1,000,000 is not available"),
        ("format(1, '>99999999')", "ValueError: a width above 1,000,000 is not available"),
    ],
)
def test_widths(refused, code, refusal):
    """A width asks for memory, so it is bounded."""
    assert refused(code) == refusal
