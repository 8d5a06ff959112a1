r"""Keeps the compiler from giving advice, such as that "\d" is no escape and that `x is 1` is no comparison.

Advice goes through the `warnings` of the process: its filters decide whether it is printed on the host's stderr or ends
the compilation, and they belong to the host. So the text and the tree are put in a form of the same meaning that there
is nothing to say about. `parse` is for the text; the rules are for the policy, which sees every node once.
"""

from __future__ import annotations

import ast
import contextlib
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from codeact_sdk.interpreter import nodes
from codeact_sdk.later import later_pattern, unicodedata

# -- the text

_ODD_ESCAPE = later_pattern(r"\\(?:[^\n\r\\'\"abfnrtvxNuU0-7]|[4-7][0-7][0-7])")
"""May be one: the backslash itself may be escaped. `_ESCAPE` finds out."""

_ESCAPE = later_pattern(r"\\(?:([^\n\r\\'\"abfnrtvxNuU0-7])|([4-7][0-7][0-7])|[\s\S])")
_BYTES_ONLY = later_pattern(r"\\(?:([NuU])|[\s\S])")
"""What is an escape in text, and none in bytes."""

_BYTES = later_pattern(r"(?<!\w)(?:[bB]|[bB][rR]|[rR][bB])(?=['\"])")
_LITERAL = later_pattern(
    r"#[^\n]*|(?<!\w)([A-Za-z]{0,2})"
    r"('''(?:[^\\]|\\[\s\S])*?'''|\"\"\"(?:[^\\]|\\[\s\S])*?\"\"\"|'(?:[^\\\n']|\\[\s\S])*'|\"(?:[^\\\n\"]|\\[\s\S])*\")"
)

_NUMBER_AND_KEYWORD = later_pattern(
    r"[0-9](?<!\w[0-9])(?:(?<=0)[xX][\da-fA-F_]*+|[\d_]*+(?:\.[\d_]*+)?(?:[eE][+-]?[\d_]++)?[jJoObB]?[\d_]*+)"
    r"(?=(?:and|else|for|if|in|is|not|or)(?!\w))"
)
"""As in `0if x else 1`."""

_MAY_BE_TIGHT = later_pattern(r"[0-9][.jJ]?(?:and|else|for|i[fns]|not|or)")
"""The same, found at less cost; hexadecimal numbers are looked for apart."""

_SPACES = ("\x0c", "\t")
"""White space that may stand between the two."""

_STANDS_IN = [chr(code) for code in (*range(1, 9), 11, *range(14, 32), 127)]
"""One byte each, as the backslash is, so that columns stay."""

_NOT_PRINTABLE = "invalid non-printable character"
_MISPLACED = "unexpected character after line continuation character"


def parse(source: str, filename: str, flags: int) -> ast.Module:
    """Parses a text without advice.

    Args:
        source: The text.
        filename: What errors call it.
        flags: Of the compiler, beside the one that asks for a tree.

    Raises:
        SyntaxError: As `compile`.
    """
    spaced, space = _with_spaces(source)
    hidden, mark = _without_odd_escapes(spaced)
    try:
        tree: ast.Module = compile(hidden, filename, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        if mark and error.msg.startswith(_NOT_PRINTABLE):  # a backslash in the code itself
            error.msg = _MISPLACED
        raise
    if hidden is not source:
        _restore(tree, source, mark, space)
    return tree


def _with_spaces(source: str) -> tuple[str, str]:
    """Puts a space between numbers and the keywords after them, and tells which."""
    if _MAY_BE_TIGHT.search(source) is None and "0x" not in source and "0X" not in source:
        return source, ""
    if _NUMBER_AND_KEYWORD.search(source) is None:
        return source, ""
    space = _unused(source, _SPACES)
    return _NUMBER_AND_KEYWORD.sub(lambda found: found[0] + space, source), space


_NUMERIC = later_pattern(
    r"\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|N\{([^}\n]{1,80})\}|([tf]))"
)


def _unused(source: str, characters: Iterable[str]) -> str:
    """The first of some characters that no text in the source holds, written out or as an escape.

    Raises:
        SyntaxError: There is none.
    """
    escaped = {_character(*found.groups()) for found in _NUMERIC.finditer(source)}
    for char in characters:
        if char not in source and char not in escaped:
            return char
    raise SyntaxError("the text holds too many control characters: take the odd backslashes out of it")


def _character(*groups: str | None) -> str:
    *hexadecimal, octal, name, letter = groups
    if letter:
        return {"t": "\t", "f": "\x0c"}[letter]
    if name:
        with contextlib.suppress(KeyError):
            return unicodedata.lookup(name)
        return ""
    code = int(octal, 8) if octal else int(next(filter(None, hexadecimal)), 16)
    return chr(code) if code < sys.maxunicode else ""


def _without_odd_escapes(source: str) -> tuple[str, str]:
    """Puts another character in the place of each backslash that begins no escape, and tells which."""
    if "\\" not in source:
        return source, ""
    in_bytes = _has_text_escape(source) and _BYTES.search(source) is not None
    if _ODD_ESCAPE.search(source) is None and not in_bytes:
        return source, ""
    mark = _unused(source, _STANDS_IN)
    hidden = _ESCAPE.sub(lambda found: mark + found[0][1:] if found[1] or found[2] else found[0], source)
    return (_hide_in_bytes(hidden, mark) if in_bytes else hidden), mark


def _has_text_escape(source: str) -> bool:
    return "\\N" in source or "\\u" in source or "\\U" in source


def _hide_in_bytes(source: str, mark: str) -> str:
    def hide(literal: re.Match[str]) -> str:
        prefix = literal[1] or ""
        if "b" not in prefix.lower():
            return literal[0]
        return _BYTES_ONLY.sub(lambda found: mark + found[1] if found[1] else found[0], literal[0])

    return _LITERAL.sub(hide, source)


def _restore(tree: ast.Module, source: str, mark: str, space: str) -> None:
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for node, raw in _constants(tree, lines):
        value: Any = node.value
        if isinstance(value, str):
            node.value = _restored(value, mark, space, raw=raw, largest=0x1FF)
        elif isinstance(value, bytes):
            node.value = _restored(value.decode("latin-1"), mark, space, raw=raw, largest=0xFF).encode("latin-1")


def _constants(tree: ast.Module, lines: list[str]) -> Iterator[tuple[ast.Constant, bool]]:
    """The constants, each with whether it is written as raw text."""
    raw_parts: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and _is_raw(node, lines):
            raw_parts.update(map(id, node.values))
        elif isinstance(node, ast.Constant):
            yield node, id(node) in raw_parts or _is_raw(node, lines)


_PREFIX = later_pattern(r"[A-Za-z]{0,2}(?=['\"])")


def _is_raw(node: ast.expr, lines: list[str]) -> bool:
    start = lines[node.lineno - 1].encode("utf-8", "surrogatepass")[node.col_offset : node.col_offset + 3]
    prefix = _PREFIX.match(start.decode("latin-1"))
    return prefix is not None and "r" in prefix[0].lower()


def _restored(text: str, mark: str, space: str, *, raw: bool, largest: int) -> str:
    if space:
        text = text.replace(space, "")
    if not mark or mark not in text:
        return text
    if not raw:
        text = re.sub(f"{re.escape(mark)}([4-7][0-7][0-7])", lambda found: chr(int(found[1], 8) & largest), text)
    return text.replace(mark, "\\")


# -- the tree: each gives a node back that means the same


_IDENTITY = frozenset({ast.Is, ast.IsNot})


def quiet_compare(node: ast.Compare) -> ast.Compare:
    """Takes away what makes the compiler see that an operand of `is` is a literal."""
    if any(operator.__class__ in _IDENTITY for operator in node.ops):
        node.left = _veiled(node.left)
        node.comparators = [_veiled(operand) for operand in node.comparators]
    return node


def _veiled(operand: ast.expr) -> ast.expr:
    if isinstance(operand, _NEVER_FOLDED) or _is_singleton(operand):
        return operand
    return _veil(operand)


def _is_singleton(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or node.value is ... or type(node.value) is bool)


_NEVER_FOLDED = (ast.Name, ast.Attribute, ast.Call, ast.NamedExpr, ast.Await)


def _veil(value: ast.expr) -> ast.expr:
    """Writes `[value][0]`."""
    items = nodes.placed(ast.List([value], ast.Load()), value)
    made: ast.expr = nodes.placed(ast.Subscript(items, nodes.placed(ast.Constant(0), value), ast.Load()), value)
    return made


def quiet_call(node: ast.Call) -> ast.Call:
    """Takes away what makes the compiler see that a literal is called."""
    if not isinstance(node.func, _NEVER_FOLDED):
        node.func = _veil(node.func)
    return node


def quiet_assert(node: ast.Assert) -> ast.Assert:
    """Takes away what makes the compiler see that a tuple is always true."""
    if isinstance(node.test, ast.Tuple | ast.Constant):
        node.test = _veil(node.test)
    return node


def quiet_subscript(node: ast.Subscript) -> ast.Subscript:
    """Takes away what makes the compiler see that a literal has no such items."""
    if isinstance(node.ctx, ast.Load) and not isinstance(node.value, _HOLDERS):
        node.value = _veil(node.value)
    return node


_HOLDERS = (*_NEVER_FOLDED, ast.Subscript)
"""What may hold anything; a subscript of a constant is folded only after it has been looked at itself."""
