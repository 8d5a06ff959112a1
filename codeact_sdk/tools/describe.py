"""Values that a model gave, in a few words that show them to it again."""

from __future__ import annotations

from codeact_sdk.tools.text import MAX_LITERAL_CHARS, literal, one_line
from codeact_sdk.values import Opaque, Record

_SHOWN_CHARS = 60
_SHOWN_ITEMS = 20


def describe(value: object) -> str:
    """A value and its type, such as `'five' (str)`; never an address, a module's name or a call of its methods."""
    kind = type(value)
    if value is None:
        return "None"
    if isinstance(value, Opaque):
        return f"a {one_line(value.type)}"
    name = one_line(kind.__name__)
    text = _shown(value)
    return f"a {name}" if text is None else f"{text} ({name})"


def _shown(value: object) -> str | None:
    kind = type(value)
    if kind is str or kind is bytes:
        text = repr(value[: _SHOWN_CHARS + 1])  # type: ignore[index]  # both can be cut
        return _cut(text, whole=len(value) <= _SHOWN_CHARS)  # type: ignore[arg-type]  # both have a length
    if kind in (list, tuple, dict, set, frozenset):
        if len(value) > _SHOWN_ITEMS:  # type: ignore[arg-type]  # one of five containers
            return f"{len(value)} items"  # type: ignore[arg-type]  # as above
        text = literal(value) or ""
        return _cut(text, whole=True) if text and text != "..." else f"{len(value)} items"  # type: ignore[arg-type]  # as above
    if isinstance(value, Record):
        return f"fields {', '.join(map(str, vars(value)))}" if vars(value) else "no fields"
    if kind.__module__ in _DATA_MODULES:
        found = literal(value)
        return None if found is None else _cut(found, whole=True)
    return None


_DATA_MODULES = frozenset({"builtins", "datetime", "decimal", "fractions", "uuid"})


def _cut(text: str, *, whole: bool) -> str:
    if whole and len(text) <= min(2 * _SHOWN_CHARS, MAX_LITERAL_CHARS):
        return text
    return text[:_SHOWN_CHARS] + "…"
