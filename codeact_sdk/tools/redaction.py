"""Taking the values of secrets out of texts and data, also where they are encoded.

A value is looked for as it is and as the usual encodings write it: escaped for JSON (once and twice), Python and HTML, quoted for
URLs, in base64 at each of the three offsets that a text before it can cause, and in hexadecimal digits. What has been cut in
pieces, compressed, encrypted or spelt backwards is not found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from codeact_sdk.frozen import Frozen
from codeact_sdk.later import json
from codeact_sdk.values import Record

MIN_CHARS = 6
"""Shorter values are left in: they would be found in what has nothing to do with them."""

_T = TypeVar("_T")

_ESCAPE = re.compile("%[0-9a-fA-F]{2}")
"""Of a URL, whose digits may be written either way."""

_BASE64_CHARS = "[A-Za-z0-9+/_-]"
_SCALARS = (bool, int, float, complex, type(None))


class Redactor:
    """The values of the secrets of one session; it learns them as they are read."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._needles: dict[str, str] = {}
        """What is looked for, by the longest first, with the name of the secret."""
        self._patterns: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def __bool__(self) -> bool:
        return bool(self._names)

    def add(self, name: str, value: str) -> None:
        """Learns the value of a secret; one that is too short to be told from other text is not learnt.

        Args:
            name: What stands in its place: `[secret NAME]`.
            value: What is never to be seen.
        """
        stripped = value.strip()  # a file that holds a secret often ends with a line break, which tools take away
        value = stripped if len(stripped) >= MIN_CHARS else value
        if len(value) < MIN_CHARS or value in self._names:
            return
        new = _needles(value)
        patterns = {**self._patterns, **new}
        owners = {**self._needles, **dict.fromkeys(new, name)}
        longest = sorted(patterns, key=len, reverse=True)
        self._needles = {needle: owners[needle] for needle in longest}
        self._pattern = re.compile("|".join(patterns[needle] for needle in longest))
        self._patterns = patterns
        self._names = {**self._names, value: name}

    def text(self, text: str) -> str:
        """The text with names in place of values."""
        pattern = self._pattern
        searched = _ESCAPE.sub(_in_capitals, text) if "%" in text else text
        if pattern is None or not any(needle in searched for needle in self._needles):
            return text
        parts, end = [], 0
        for start, stop, name in self._spans(pattern, searched):
            parts += [text[end:start], f"[secret {name}]"]
            end = stop
        return "".join([*parts, text[end:]])

    def _spans(self, pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int, str]]:
        """Where values are; those that overlap are one, with the name of the first."""
        place, open_ = 0, None
        while (found := pattern.search(text, place)) is not None:
            if open_ is not None and found.start() < open_[1]:
                open_ = (open_[0], max(open_[1], found.end()), open_[2])
            else:
                if open_ is not None:
                    yield open_
                open_ = (found.start(), found.end(), self._named(found[0]))
            place = found.start() + 1
        if open_ is not None:
            yield open_

    def _named(self, part: str) -> str:
        return next(secret for needle, secret in self._needles.items() if needle in part)

    def data(self, value: _T) -> _T:
        """Data with names in place of values, as deep as it goes: containers, records and our own value objects."""
        return self._data(value, {}) if self._names else value

    def _data(self, value: Any, seen: dict[int, Any]) -> Any:
        kind = type(value)
        if kind in _SCALARS:
            return value
        if isinstance(value, str):
            text = self.text(value)
            return text if kind is str or text != value else value
        if isinstance(value, bytes | bytearray):
            return self._raw(value)
        if id(value) in seen:
            return seen[id(value)]
        make = next((make for base, make in _CONTAINERS.items() if isinstance(value, base)), None)
        if make is None:
            return value
        seen[id(value)] = value  # what holds itself is left as it is
        made = seen[id(value)] = make(value, lambda item: self._data(item, seen))
        return made

    def _raw(self, value: Any) -> Any:
        """Bytes, as text of which each character is one of them or stands for some that are no UTF-8."""
        text = value.decode("utf-8", "surrogateescape")
        seen = self.text(text)
        return value if seen == text else type(value)(seen.encode("utf-8", "surrogateescape"))

    def error(self, error: Exception) -> Exception:
        """An exception of ours with its message without values; the same one where there are none in it."""
        args = self.data(error.args)
        if args == error.args:
            return error
        made = type(error).__new__(type(error), *args)  # its `__init__` may want something else
        made.args = args
        return made


def _needles(value: str) -> dict[str, str]:
    """Every form of a value that is looked for, with its pattern; base64 takes the letters around it, which hold bits of it."""
    from html import escape  # noqa: PLC0415  # sessions without secrets do without
    from urllib.parse import quote, quote_plus  # noqa: PLC0415  # as above

    data = _encoded(value)
    written = [
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        repr(value)[1:-1],
        repr(data)[2:-1],
    ]
    forms = [
        value,
        *written,
        *(json.dumps(text)[1:-1] for text in written),
        *(quote(data, safe=""), quote(data), quote_plus(data)),
        escape(value),
        escape(value, quote=False),
        data.hex(),
        data.hex().upper(),
    ]
    normal = (_ESCAPE.sub(_in_capitals, form) for form in forms)
    plain = {form: re.escape(form) for form in normal if len(form) >= MIN_CHARS}
    around = f"{_BASE64_CHARS}{{0,2}}"
    return plain | {form: f"{around}{re.escape(form)}{around}={{0,2}}" for form in _base64_forms(data)}


def _in_capitals(found: re.Match[str]) -> str:
    return found[0].upper()


def _encoded(value: str) -> bytes:
    """The bytes of a value; one of the environment may hold some that are no UTF-8."""
    try:
        return value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


def _base64_forms(data: bytes) -> list[str]:
    """The letters of base64 that depend on nothing but the value, for each offset that it may have."""
    from base64 import b64encode  # noqa: PLC0415  # as above

    forms = []
    for before in range(3):
        first, end = (before * 8 + 5) // 6, (before + len(data)) * 8 // 6
        core = b64encode(b"\0" * before + data).decode()[first:end]
        forms += [core, core.replace("+", "-").replace("/", "_")]
    return [form for form in forms if len(form) >= MIN_CHARS]


def _mapped(value: Mapping[Any, Any], each: Callable[[Any], Any]) -> Any:
    if not isinstance(value, dict):
        return value
    pairs = [(each(key), each(item)) for key, item in value.items()]
    if all(key is old and item is before for (key, item), (old, before) in zip(pairs, value.items(), strict=True)):
        return value
    made = type(value)() if type(value) is dict else value.copy()
    made.clear()
    made.update(pairs)
    return made


def _listed(value: Iterable[Any], each: Callable[[Any], Any]) -> Any:
    items = [each(item) for item in value]
    if all(item is before for item, before in zip(items, value, strict=True)):
        return value
    kind: Any = type(value)
    return kind(*items) if hasattr(kind, "_fields") else kind(items)


def _record(value: Record, each: Callable[[Any], Any]) -> Record:
    fields = _mapped(vars(value), each)
    if fields is vars(value):
        return value
    made = type(value)()
    made.__dict__.update(fields)
    return made


def _frozen(value: Frozen, each: Callable[[Any], Any]) -> Any:
    fields = {name: each(item) for name, item in vars(value).items() if name in value._names}  # noqa: SLF001  # our own class
    changed = {name: item for name, item in fields.items() if item is not getattr(value, name)}
    return value.__replace__(**changed) if changed else value


_CONTAINERS: Mapping[type, Callable[[Any, Callable[[Any], Any]], Any]] = {
    dict: _mapped,
    list: _listed,
    tuple: _listed,
    set: _listed,
    frozenset: _listed,
    Record: _record,
    Frozen: _frozen,
}
