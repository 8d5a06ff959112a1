"""`str.format` and `format` under the policy: fields read attributes through the guard, widths are bounded."""

from __future__ import annotations

import string
from _string import formatter_field_name_split  # type: ignore[import-not-found]  # what string.Formatter itself uses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from codeact_sdk.interpreter.sizes import size
from codeact_sdk.later import later_pattern

MAX_WIDTH = 1_000_000
"""Widest field or precision that a format may ask for."""

_MOST_FORMAT = 10_000
"""Characters of a format of one value."""

_NUMBERS = later_pattern(r"[0-9]{7,}")


_NONE_GIVEN: Sequence[Any] = []
"""The positional arguments of `format_map`, known by identity."""


class SafeFormatter(string.Formatter):
    """`string.Formatter` with attribute reads under the policy."""

    def __init__(
        self,
        get: Callable[[object, str], object],
        room: Callable[[int], None],
        shown: Callable[[Any], Any] = lambda value: value,
    ) -> None:
        """Makes a formatter.

        Args:
            get: Reads an attribute under the policy.
            room: Ends the action if there is no room for so many bytes.
            shown: Looks at what is about to be turned into text, and gives it back.
        """
        self._read = get
        self._room = room
        self._shown = shown

    def bound(self, name: str, template: str | None) -> Callable[..., str]:
        """Makes what `template.format` or `template.format_map` gives; without a template, the unbound form."""
        if name == "format_map":
            if template is None:
                return lambda text, mapping: self._made(str.__str__(text), _NONE_GIVEN, mapping)
            return lambda mapping: self._made(template, _NONE_GIVEN, mapping)
        if template is None:
            return lambda text, *args, **kwargs: self._made(str.__str__(text), args, kwargs)
        return lambda *args, **kwargs: self._made(template, args, kwargs)

    def _made(self, template: str, args: Sequence[Any], kwargs: Any) -> str:
        """Formats, after a look at the longest value and at how often it may be there."""
        given = [*args, *(dict.values(kwargs) if isinstance(kwargs, dict) else ())]
        self._room(size(template) + template.count("{") * max(map(size, given), default=0))
        return self.vformat(template, args, kwargs)

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, int | str]:
        """Finds the object of a field such as `0.name[key]`."""
        first, rest = formatter_field_name_split(field_name)
        found = self.get_value(first, args, kwargs)
        for is_attribute, key in rest:
            found = self._read(found, key) if is_attribute else found[key]
        return found, first

    def check_unused_args(self, used_args: object, args: object, kwargs: object) -> None:
        """Leaves unused arguments alone, as `str.format` does."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        """Formats one value."""
        return safe_format(value, format_spec)

    def convert_field(self, value: Any, conversion: Any) -> Any:
        """Does `!r`, `!s` and `!a`, or nothing."""
        if conversion in ("r", "a") and isinstance(value, str):
            self._room(4 * size(value))
        return super().convert_field(self._shown(value), conversion)

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Finds an argument."""
        if isinstance(key, int) and args is _NONE_GIVEN:
            raise ValueError("Format string contains positional fields")
        if isinstance(key, int) and key >= len(args):
            raise IndexError(f"Replacement index {key} out of range for positional args tuple")
        return super().get_value(key, args, kwargs)


def safe_format(value: object, spec: object = "") -> str:
    """`format` with bounded widths.

    Raises:
        ValueError: The width or precision is above `MAX_WIDTH`.
    """
    if not isinstance(spec, str):
        raise TypeError(f"format() argument 2 must be str, not {type(spec).__name__}")
    text = str.__str__(spec)
    check_format(text)
    check_widths(text)
    return format(value, text)


def check_format(text: object) -> None:
    """Looks at the length of a format: that of a date becomes longer by each two characters.

    Raises:
        ValueError: It is above `_MOST_FORMAT`.
    """
    if isinstance(text, str) and str.__len__(text) > _MOST_FORMAT:
        raise ValueError(f"a format of more than {_MOST_FORMAT:,} characters is not available")


def check_widths(text: str) -> None:
    """Looks at the widths and precisions of a format.

    Raises:
        ValueError: One is above `MAX_WIDTH`.
    """
    if any(int(number[:20]) > MAX_WIDTH for number in cast("list[str]", _NUMBERS.findall(text))):
        raise ValueError(f"a width above {MAX_WIDTH:,} is not available")
