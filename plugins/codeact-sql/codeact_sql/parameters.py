"""From what a model gave as parameters to what a driver takes."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from codeact_sdk import ToolError
from codeact_sql.results import Params, Value

_PLAIN = (str, int, float, bytes, Decimal, datetime, date, time)


def bind(params: Params, *, sqlite: bool) -> dict[str, Value] | tuple[Value, ...]:
    """Checks every value and makes of it what the driver takes.

    Args:
        params: By name, in order, or none.
        sqlite: Whether dates must become text and decimals numbers, since SQLite has neither.

    Raises:
        ToolError: A value is no single value; the message says what to write.
    """
    if isinstance(params, list):
        return tuple(_value(f"params[{position}]", value, sqlite=sqlite) for position, value in enumerate(params))
    return {name: _value(f"params[{name!r}]", value, sqlite=sqlite) for name, value in (params or {}).items()}


def _value(place: str, value: object, *, sqlite: bool) -> Value:
    if value is None:
        return None
    if isinstance(value, list | tuple | set | frozenset):
        advice = "one :name for each value"
        if sqlite:
            advice += ", or json.dumps(...) of them with IN (SELECT value FROM json_each(:name))"
        raise ToolError(f"{place} is a {type(value).__name__}, and a placeholder stands for one value: write {advice}")
    if not isinstance(value, _PLAIN):
        raise ToolError(f"{place} is a {type(value).__name__}: give text, a number, a date, bytes or None")
    if not sqlite:
        return value
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
