"""Docstrings, read in the three forms that people write: Google, NumPy and Sphinx.

The plain Google form, which this project's own guide teaches, is read here, because a pack may have a thousand tools and
reading them must not be felt; the rest goes to `docstring-parser`. Nothing is lost: a section that neither knows stays in the
description.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module

from codeact_sdk.later import later_pattern


@dataclass(frozen=True, slots=True)
class ToolDoc:
    """What a docstring says."""

    summary: str = ""
    """First paragraph, on one line."""
    description: str = ""
    """The other paragraphs, with every section that has no field here."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """By name; also the attributes that the docstring of a class describes."""
    returns: str = ""
    raises: Mapping[str, str] = field(default_factory=dict)
    """By the exception's name."""
    examples: tuple[str, ...] = ()


_SECTIONS = {
    "Args": "parameters",
    "Arguments": "parameters",
    "Parameters": "parameters",
    "Params": "parameters",
    "Keyword Args": "parameters",
    "Keyword Arguments": "parameters",
    "Other Parameters": "parameters",
    "Attributes": "parameters",
    "Returns": "returns",
    "Return": "returns",
    "Yields": "returns",
    "Yield": "returns",
    "Raises": "raises",
    "Raise": "raises",
    "Example": "examples",
    "Examples": "examples",
}
_TITLE = later_pattern(r"^([A-Z][A-Za-z]*(?: [A-Z]?[A-Za-z]+)?):[ \t]*$", flags=re.MULTILINE)
_ITEM = later_pattern(r"\*{0,2}([\w.]+)(?: *\([^()]*\))? *:(?: (.*)|$)", flags=re.DOTALL)
_NUMPY = later_pattern(
    r"^(?:Parameters|Other Parameters|Returns|Yields|Raises|Attributes|Examples)[ \t]*\n[ \t]*-{3,}", flags=re.MULTILINE
)
_SPHINX = later_pattern(
    r"^[ \t]*:(?:param|parameter|arg|argument|key|keyword|type|returns?|rtype|yields?|raises?|except|exception|var|ivar)\b[^:\n]*:",
    flags=re.MULTILINE,
)


def parse_doc(text: str | None) -> ToolDoc:
    """Reads a docstring; never raises, whatever the text.

    Args:
        text: As `__doc__` gives it, indented or not.
    """
    if not text:
        return ToolDoc()
    text = clean_doc(text)
    if "\n" not in text:
        return ToolDoc(summary=text)
    if numpy := _numpy(text):
        return _with_library(text, numpy.start(), "numpy")
    title = _TITLE.search(text)
    while title and title[1] not in _SECTIONS:
        title = _TITLE.search(text, title.end())
    if title:
        return _google(text, title.start())
    if sphinx := _sphinx(text):
        return _with_library(text, sphinx.start(), "sphinx")
    return _preamble(text)


def clean_doc(text: str) -> str:
    """The text without the indent that the source gave it, as `inspect.cleandoc` does, in a fifth of its time."""
    text = text.replace("\r\n", "\n").expandtabs().strip()
    if "\n" not in text:
        return text
    text = _TRAILING.sub("", text) if " \n" in text else text
    margin = min(map(len, _INDENTS.findall(text)), default=0)
    return text.replace("\n" + " " * margin, "\n") if margin else text


_TRAILING = later_pattern(r" +(?=\n)")
_INDENTS = later_pattern(r"\n( *)(?=[^ \n])")


def is_plain(text: str) -> bool:
    """Whether a clean docstring is in the Google form, or in none: a model reads it as it stands."""
    return not (_numpy(text) or _sphinx(text))


def _numpy(text: str) -> re.Match[str] | None:
    return _NUMPY.search(text) if "---" in text else None


def _sphinx(text: str) -> re.Match[str] | None:
    return _SPHINX.search(text) if " :" in text or "\n:" in text or text.startswith(":") else None


def _preamble(text: str, *more: str) -> ToolDoc:
    summary, _, description = text.partition("\n\n")
    parts = [part.strip("\n") for part in (description, *more)]
    return ToolDoc(" ".join(summary.split()), "\n\n".join(filter(None, parts)))


def _google(text: str, start: int) -> ToolDoc:
    more: list[str] = []
    parameters: dict[str, str] = {}
    raises: dict[str, str] = {}
    returns, examples = "", []
    for title, body in _sections(text[start:]):
        kind = _SECTIONS.get(title)
        if kind == "examples":
            examples.append(inspect.cleandoc("\n" + body))
        elif kind == "returns":
            returns = f"{returns}\n{_without_type(_prose(body))}".strip()
        elif kind is None:
            more.append(f"{title}:\n{body}" if title else body)
        else:
            items = _items(body)
            if items is None:
                return _with_library(text, start, "google")
            (parameters if kind == "parameters" else raises).update(items)
    lead = _preamble(text[:start], *more)
    return ToolDoc(lead.summary, lead.description, parameters, returns, raises, tuple(filter(None, examples)))


def _sections(text: str) -> list[tuple[str, str]]:
    """Titles and bodies of text that begins with a title; one is empty where plain text follows a section."""
    found: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        if line and not line[0].isspace():
            title = _TITLE.match(line)
            if title:
                found.append((title[1], []))
                continue
            if found[-1][0]:
                found.append(("", []))
        found[-1][1].append(line)
    return [(title, "\n".join(lines).strip("\n")) for title, lines in found]


def _items(body: str) -> dict[str, str] | None:
    """`name: text` entries; None where the body has another form."""
    indent = len(body) - len(body.lstrip(" "))
    entries: list[list[str]] = []
    for line in body.split("\n"):
        depth = len(line) - len(line.lstrip())
        if line.strip() and depth <= indent:
            if depth < indent:
                return None
            entries.append([line[indent:]])
        elif entries:
            entries[-1].append(line)
    found = {}
    for first, *rest in entries:
        match = _ITEM.fullmatch(first)
        if match is None:
            return None
        found[match[1]] = _prose("\n".join([match[2] or "", *rest])) if rest else (match[2] or "").strip()
    return found


def _prose(text: str) -> str:
    """A wrapped paragraph on one line; lists and several paragraphs keep their lines."""
    first, _, rest = text.strip("\n").partition("\n")
    rest = inspect.cleandoc("\n" + rest)
    if not rest or not _STRUCTURE.search("\n" + rest):
        return " ".join(f"{first} {rest}".split())
    return f"{first.strip()}\n{rest}".strip()


_STRUCTURE = later_pattern(r"\n[ \t]*(?:\n|[-*+•] |\d+[.)] |>>>)")
_TYPE_PREFIX = later_pattern(
    r"(?:None|str|int|float|bool|bytes|list|dict|tuple|set|object|Any|[\w.]+\[[^:]*\])(?: \| \w+)*: "
)


def _without_type(text: str) -> str:
    prefix = _TYPE_PREFIX.match(text)
    return text[prefix.end() :] if prefix else text


def _with_library(text: str, start: int, style: str) -> ToolDoc:
    try:
        # Imported only here: its import costs more than reading a thousand docstrings in the plain form.
        module = import_module(
            {"google": "docstring_parser.google", "numpy": "docstring_parser.numpydoc"}.get(
                style, "docstring_parser.rest"
            )
        )
        parsed = module.parse(text[start:])
    except Exception:  # noqa: BLE001  # the parser raises several kinds for text that has no form; the text is kept then
        return _preamble(text[:start], text[start:]) if start else _preamble(text)
    other = [
        f"{item.args[0].capitalize()}:\n{item.description}"
        for item in parsed.meta
        if type(item).__name__ == "DocstringMeta"
    ]
    lead = _preamble(text[:start], _joined(parsed.short_description, parsed.long_description), *other)
    returns = parsed.returns
    return ToolDoc(
        lead.summary,
        lead.description,
        {name: _prose(item.description or "") for item in parsed.params for name in _names(item.arg_name)},
        _prose(returns.description or "") if returns else "",
        {item.type_name or "Exception": _prose(item.description or "") for item in parsed.raises},
        tuple(filter(None, ("\n".join(filter(None, (item.snippet, item.description))) for item in parsed.examples))),
    )


def _names(text: str) -> list[str]:
    """The names in `a, b`, which NumPy docstrings may describe together."""
    return [name.strip().lstrip("*") for name in text.split(",")]


def _joined(first: str | None, second: str | None) -> str:
    return "\n\n".join(filter(None, (first, second)))
