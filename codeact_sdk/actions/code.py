"""Finding the code in a reply, however the model wrapped it."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

STOP = ("</execute>",)
"""Strings at which a server should stop: what a model writes after its code is a guess at the result."""


@dataclass(frozen=True, slots=True)
class Action:
    """The code that a reply wants to run."""

    code: str
    thought: str
    """What stands before the code."""
    blocks: int = 1
    """How many blocks the reply has; only the first is run."""


class _Span(NamedTuple):
    start: int
    """Where the opening mark begins."""
    body: int
    """Where the code begins."""
    end: int
    """Where the code ends."""
    after: int
    """Where the search for the next block goes on."""


_OPEN = re.compile(r"<execute(?:\s[^<>\n]*)?>", re.IGNORECASE)
_CLOSE = re.compile(r"</execute\s*>", re.IGNORECASE)
_CUT_CLOSE = re.compile(r"<(?:/(?:e(?:x(?:e(?:c(?:u(?:te?)?)?)?)?)?)?)?\Z", re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*(?P<marks>`{3,}|~{3,})[ \t]*(?P<label>[^\s`{]*)[^\n`]*$", re.MULTILINE)
_ONE_LINE_FENCE = re.compile(r"^[ \t]*```(?:python|py)[ \t]+(?P<code>[^\n`]+?)[ \t]*```[ \t]*$", re.MULTILINE)
_THINKING = re.compile(r"\s*<(think|thinking|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_PYTHON = frozenset({"python", "py", "python3", "py3", "ipython", "tool_code", "execute"})
_CODE_LIKE = re.compile(
    r"^\s*(?:(?:import|from|def|class|for|while|with|if|try|async|await)\b|[\w.\[\]'\", ]+=[^=]|[\w.]+\()"
)
_MAX_CLOSINGS = 20
"""Of one block that are tried: each costs a parse."""
_MAX_BLOCKS = 100
_MAX_PARSED_CHARS = 100_000


def find_action(text: str) -> Action | None:
    """Finds the first block of code in a reply; never raises, whatever the text.

    Blocks are `<execute>...</execute>`; where there is none, fences marked as Python, or unmarked fences whose content
    is code. A block that is not closed counts, because a server may take the stop string off.

    Args:
        text: The whole reply.

    Returns:
        The action, with empty code for an empty block; None where the reply is prose.
    """
    text = text.replace("\r\n", "\n")
    thinking = _THINKING.match(text)
    start = thinking.end() if thinking else 0
    spans = list(islice(_tagged(text, start), _MAX_BLOCKS)) or list(islice(_fenced(text, start), _MAX_BLOCKS))
    if not spans:
        return None
    first = spans[0]
    return Action(_cleaned(text[first.body : first.end]), _thought(text[: first.start]), len(spans))


def is_comment_only(code: str) -> bool:
    """Whether code does nothing: blank lines and comments."""
    return all(not line.strip() or line.lstrip().startswith("#") for line in code.splitlines())


def _tagged(text: str, position: int) -> Iterator[_Span]:
    while (opening := _next_opening(text, position)) is not None:
        closings = _CLOSE.finditer(text, opening.end())
        marks = [(match.start(), match.end()) for match in islice(closings, _MAX_CLOSINGS)]
        end, after = _closing(text, opening.end(), marks) or (_without_cut_tag(text), len(text))
        body = opening.end()
        while text[body : body + 1] in {" ", "\t"}:  # code on the line of the tag has no indent of its own
            body += 1
        yield _Span(opening.start(), body, max(end, body), after)
        position = max(after, opening.end())


def _next_opening(text: str, position: int) -> re.Match[str] | None:
    """The next tag that opens a block: the first that begins a line, else the first that is not quoted in prose."""
    quoted: re.Match[str] | None = None
    for match in _OPEN.finditer(text, position):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if not before.strip():
            return match
        if quoted is None and not before.endswith("`") and text[match.end() : match.end() + 1] != "`":
            quoted = match
    return quoted


def _closing(text: str, body: int, marks: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The first end at which the code is whole, one that begins a line before others: a string may hold the mark.

    None without any end.
    """
    if len(marks) > 1:
        for end, after in sorted(
            marks, key=lambda mark: text[text.rfind("\n", 0, mark[0]) + 1 : mark[0]].strip() != ""
        ):
            if _parses(_cleaned(text[body:end])):
                return end, after
    return marks[0] if marks else None


def _without_cut_tag(text: str) -> int:
    """Where the code ends in a reply that stops within the closing tag."""
    cut = _CUT_CLOSE.search(text.rstrip())
    if cut is None:
        return len(text)
    alone = cut[0] != "<" or text[: cut.start()].endswith("\n")  # a bare `<` may be a comparison
    return cut.start() if alone else len(text)


def _fenced(text: str, position: int) -> Iterator[_Span]:
    unmarked: list[_Span] = []
    found = False
    while (opening := _next_fence(text, position)) is not None:
        if opening.re is _ONE_LINE_FENCE:
            yield _Span(opening.start(), opening.start("code"), opening.end("code"), opening.end())
            found, position = True, opening.end()
            continue
        span = _fence_span(text, opening)
        label = opening["label"].strip("{}.:").lower()
        if label in _PYTHON:
            yield span
            found = True
        elif not label and _is_code(_cleaned(text[span.body : span.end])):
            unmarked.append(span)
        position = max(span.after, opening.end())
    if not found:
        yield from unmarked


def _next_fence(text: str, position: int) -> re.Match[str] | None:
    found = [match for pattern in (_ONE_LINE_FENCE, _FENCE) if (match := pattern.search(text, position))]
    return min(found, key=lambda match: match.start(), default=None)


def _fence_span(text: str, opening: re.Match[str]) -> _Span:
    marks = opening["marks"]
    closing = re.compile(rf"^[ \t]*{re.escape(marks[0])}{{{len(marks)},}}[ \t]*$", re.MULTILINE)
    body = min(opening.end() + 1, len(text))
    matches = closing.finditer(text, body)
    ends = [(match.start(), match.end()) for match in islice(matches, _MAX_CLOSINGS)]
    closed = _closing(text, body, ends)
    if closed is None:
        end = len(re.sub(r"\n[ \t]*[`~]{1,2}\s*\Z", "\n", text))  # a closing fence that was cut
        closed = (max(end, body), len(text))
    return _Span(opening.start(), body, *closed)


def _thought(text: str) -> str:
    """What stands before a block, without a fence that the model put around the block."""
    return re.sub(r"(?:\A|\n)[ \t]*[`~]{3,}[^\n]*\s*\Z", "", text).strip()


def _cleaned(code: str) -> str:
    """The code without the fence, the blank lines and the indent that a model may have put around it."""
    lines = code.rstrip().split("\n")
    while lines and not lines[0].strip():
        del lines[0]
    if len(lines) > 1 and _FENCE.fullmatch(lines[0]):
        closing = lines[-1].strip()
        lines = lines[1:-1] if closing and not closing.strip("`~") else lines[1:]
    code = "\n".join(lines)
    return textwrap.dedent(code) if code[:1] in {" ", "\t"} else code


def _parses(code: str) -> bool:
    return _tree(code) is not None


def _tree(code: str) -> ast.Module | None:
    if len(code) > _MAX_PARSED_CHARS:
        return None
    try:
        with warnings.catch_warnings():  # an odd escape in a string is the model's affair
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_code(code: str) -> bool:
    """Whether an unmarked fence holds code that does something, and not a table, a path or a word."""
    tree = _tree(code)
    if tree is None:
        return any(_CODE_LIKE.match(line) for line in code.split("\n"))
    return any(isinstance(node, _DOING) for node in ast.walk(tree))


_DOING = (
    ast.Call,
    ast.Assign,
    ast.AugAssign,
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.For,
    ast.While,
    ast.With,
)
