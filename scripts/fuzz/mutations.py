"""Changes programs: their trees, their tokens, their characters."""

from __future__ import annotations

import ast
import copy
import io
import random
import tokenize
import warnings
from collections.abc import Callable, Sequence
from functools import partial

_ODD = (
    "\x00", "\x0c", "\r", "\t", "\ufeff", "\ud800", "\u2028", "\\\n", "\\", "\x1a", "é", "ª", "ﬁ", "＿", "__cｌass__", "０", "🐍", "\u202e",  # noqa: RUF001  # they are meant
    "'''", '"""', "f'{", "f'{x!r:{", "{{", "rb'", "0x", "1_0", "9" * 5000, "1e999", "(" * 90, "[" * 150, "-" * 3000, "~" * 200, "not " * 120, "lambda:" * 90,
    "x." * 300 + "y", "if 1:\n " * 30, "await ", "async ", "yield ", "*", "**", ":=", "->", "@", "print(", "type X = ", "match x:\n case ", "except* ", "# coding: utf-16\n",
    "from __future__ import annotations\n", "__debug__", "global x\n", "nonlocal x\n", "import *", "\n\n\n", " " * 9, ";" * 5, "[x for x in " * 12, "a if b else " * 99, "x=" * 99,
    "del ", "return ", "break\n", "...", "@alive", "_", "__", "__name__", "__class__", "self.__x", "answer", "None", "case _:", "class A[T]: ", "def f[T](x): ", "with (a as b, ): ",
)  # fmt: skip


def mutated(rng: random.Random, corpus: Sequence[str]) -> str:
    """Takes a program of a corpus and changes it one to three times.

    Args:
        rng: Who chooses.
        corpus: Programs, of which parts may also be taken.
    """
    text = rng.choice(corpus)
    changes: list[Callable[[str], str]] = [
        partial(_trees, rng=rng, corpus=corpus),
        partial(_trees, rng=rng, corpus=corpus),
        partial(_tokens, rng=rng, corpus=corpus),
        partial(_characters, rng=rng, corpus=corpus),
    ]
    for _ in range(rng.choice((1, 1, 2, 3))):
        text = rng.choice(changes)(text)
    return text


def spliced(rng: random.Random, text: str, other: str) -> str:
    """Puts parts of the tree of one program into that of another.

    Args:
        rng: Who chooses.
        text: The program that is changed.
        other: The program of which parts are taken.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree, donor = ast.parse(text), ast.parse(other)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return text
    for _ in range(rng.randint(1, 3)):
        _splice(rng, tree, donor)
    try:
        return ast.unparse(ast.fix_missing_locations(tree))
    except (
        ValueError,
        RecursionError,
        AttributeError,
        TypeError,
        KeyError,
        IndexError,
    ):  # no program is like this tree
        return text


def _trees(text: str, *, rng: random.Random, corpus: Sequence[str]) -> str:
    return spliced(rng, text, rng.choice(corpus))


def _splice(rng: random.Random, tree: ast.AST, donor: ast.AST) -> None:
    """Replaces a child by a part of the same kind, or of any kind at times; drops or doubles statements."""
    parents = [node for node in ast.walk(tree) if any(True for _ in ast.iter_child_nodes(node))]
    if not parents:
        return
    parent = rng.choice(parents)
    name, value = rng.choice([(name, value) for name, value in ast.iter_fields(parent) if _holds_nodes(value)])
    if isinstance(value, list):
        position = rng.randrange(len(value))
        change = rng.choice(("replace", "replace", "replace", "drop", "double", "swap"))
        if change == "replace":
            value[position] = _part(rng, donor, value[position])
        elif change == "drop" and len(value) > 1:
            del value[position]
        elif change == "double":
            value.insert(position, copy.deepcopy(value[position]))
        else:
            rng.shuffle(value)
    else:
        setattr(parent, name, _part(rng, donor, value))


def _holds_nodes(value: object) -> bool:
    return isinstance(value, ast.AST) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, ast.AST) for item in value)
    )


def _part(rng: random.Random, donor: ast.AST, old: ast.AST) -> ast.AST:
    kinds = next(
        kind
        for kind in (ast.stmt, ast.expr, ast.pattern, ast.operator, ast.cmpop, ast.unaryop, ast.AST)
        if isinstance(old, kind)
    )
    found = [node for node in ast.walk(donor) if isinstance(node, kinds if kinds is not ast.AST else type(old))]
    return copy.deepcopy(rng.choice(found)) if found else old


def _tokens(text: str, *, rng: random.Random, corpus: Sequence[str]) -> str:
    tokens, others = _tokenized(text), _tokenized(rng.choice(corpus))
    for _ in range(rng.randint(1, 4)):
        position = rng.randrange(len(tokens) + 1)
        change = rng.randrange(4)
        if change == 0 and others:
            begin = rng.randrange(len(others))
            tokens[position:position] = others[begin : begin + rng.randint(1, 6)]
        elif change == 1:
            del tokens[position : position + rng.randint(1, 3)]
        elif change == 2 and tokens:  # noqa: PLR2004  # the third of four
            tokens.insert(position, rng.choice(tokens))
        else:
            tokens.insert(position, rng.choice(_ODD))
    return "".join(tokens)


def _tokenized(text: str) -> list[str]:
    """The tokens of a text with what stands before each, as far as it can be read."""
    lines = text.splitlines(keepends=True)
    found: list[str] = []
    line, column = 1, 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            between = _between(lines, (line, column), token.start)
            found.append(between + token.string)
            line, column = token.end
    except (tokenize.TokenError, SyntaxError, IndexError, ValueError):
        found.append(_between(lines, (line, column), (len(lines) + 1, 0)))
    return found


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]] if start[0] <= len(lines) else ""
    parts = [lines[start[0] - 1][start[1] :] if start[0] <= len(lines) else "", *lines[start[0] : end[0] - 1]]
    return "".join([*parts, lines[end[0] - 1][: end[1]] if end[0] <= len(lines) else ""])


def _characters(text: str, *, rng: random.Random, corpus: Sequence[str]) -> str:
    for _ in range(rng.randint(1, 3)):
        position = rng.randrange(len(text) + 1)
        change = rng.randrange(5)
        if change == 0:
            text = text[:position] + rng.choice(_ODD) + text[position:]
        elif change == 1:
            text = text[:position] + text[position + rng.randint(1, 9) :]
        elif change == 2:  # noqa: PLR2004  # the third of five
            text = text[:position] + chr(rng.choice((rng.randrange(128), rng.randrange(0x3000)))) + text[position + 1 :]
        elif change == 3:  # noqa: PLR2004  # the fourth of five
            other = rng.choice(corpus)
            begin = rng.randrange(len(other) + 1)
            text = text[:position] + other[begin : begin + rng.randint(1, 60)] + text[position:]
        else:
            text = text[position:] + text[:position]
    return text
