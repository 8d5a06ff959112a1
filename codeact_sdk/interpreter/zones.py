"""Time zones: those that cross are data, and what model code may do with one changes nothing of the process."""

from __future__ import annotations

import datetime
from typing import Any

from codeact_sdk.later import zoneinfo

REFUSED = ("from_file", "no_cache", "clear_cache")
"""Methods of zones that work on a cache of the whole process, or beside it."""


def with_plain_zone(value: Any) -> Any:
    """Gives a `datetime` or `time` whose zone is one of the library's: any other may be an object with more to it.

    Args:
        value: Of exactly one of these types.
    """
    zone = value.tzinfo
    if zone is None or zone is datetime.UTC or type(zone) is zoneinfo.ZoneInfo:
        return value
    offset = value.utcoffset()
    return value.replace(tzinfo=None if offset is None else _zone(offset, value.tzname()))


def _zone(offset: datetime.timedelta, name: object) -> datetime.timezone:
    text = str.__str__(name) if isinstance(name, str) else ""
    plain = datetime.UTC if not offset and text == "UTC" else datetime.timezone(offset)
    named = text and text[0] not in "+-" and text != plain.tzname(None)
    return datetime.timezone(offset, text) if named else plain


def is_zone(value: object) -> bool:
    """Whether this is a zone, or their class."""
    return isinstance(value, zoneinfo.ZoneInfo) or (isinstance(value, type) and issubclass(value, zoneinfo.ZoneInfo))
