"""Printed calendars: with bounded columns, and printed to the session instead of to the process."""

from __future__ import annotations

import calendar
import operator
from collections.abc import Callable
from typing import Any

_MAX_CELL = 200
"""Widest column."""


class TextCalendar(calendar.TextCalendar):
    """`calendar.TextCalendar` of one session."""

    def __init__(self, firstweekday: int = 0, *, show: Callable[[str], None]) -> None:
        """Makes a calendar.

        Args:
            firstweekday: 0 is Monday.
            show: Prints.
        """
        super().__init__(firstweekday)
        self._show = show

    def formatweek(self, theweek: Any, width: int) -> str:
        """One week."""
        return super().formatweek(theweek, cell(width))

    def formatweekheader(self, width: int) -> str:
        """Names of the days."""
        return super().formatweekheader(cell(width))

    def formatday(self, day: int, weekday: int, width: int) -> str:
        """One day."""
        return super().formatday(day, weekday, cell(width))

    def formatweekday(self, day: int, width: int) -> str:
        """Name of a day."""
        return super().formatweekday(day, cell(width))

    def formatmonthname(self, theyear: int, themonth: int, width: int, withyear: bool = True) -> str:
        """Name of a month, as wide as the month."""
        return super().formatmonthname(theyear, themonth, cell(width, 8), withyear)

    def formatmonth(self, theyear: int, themonth: int, w: int = 0, l: int = 0) -> str:  # noqa: E741  # as in the library
        """One month."""
        return super().formatmonth(theyear, themonth, cell(w), cell(l))

    def formatyear(self, theyear: int, w: int = 2, l: int = 1, c: int = 6, m: int = 3) -> str:  # noqa: E741  # as above
        """One year."""
        return super().formatyear(theyear, cell(w), cell(l), cell(c), cell(m))

    def prweek(self, theweek: Any, width: int) -> None:
        """Prints a week."""
        self._show(self.formatweek(theweek, width))

    def prmonth(self, theyear: int, themonth: int, w: int = 0, l: int = 0) -> None:  # noqa: E741  # as above
        """Prints a month."""
        self._show(self.formatmonth(theyear, themonth, w, l))

    def pryear(self, theyear: int, w: int = 0, l: int = 0, c: int = 6, m: int = 3) -> None:  # noqa: E741  # as above
        """Prints a year."""
        self._show(self.formatyear(theyear, w, l, c, m))


def cell(width: Any, times: int = 1) -> int:
    """Gives back the width of a column, or of so many of them.

    Raises:
        OverflowError: It is out of bounds.
    """
    number = operator.index(width)
    if number > _MAX_CELL * times:
        raise OverflowError(f"columns of a calendar have at most {_MAX_CELL} characters here")
    return number


def members(show: Callable[[str], None]) -> dict[str, object]:
    """The functions of `calendar` that go by one calendar of the session.

    Args:
        show: Prints.
    """
    usual = TextCalendar(show=show)
    return {
        "month": usual.formatmonth,
        "calendar": usual.formatyear,
        "prmonth": usual.prmonth,
        "prcal": usual.pryear,
        "weekheader": usual.formatweekheader,
        "setfirstweekday": usual.setfirstweekday,
        "firstweekday": usual.getfirstweekday,
        "monthcalendar": usual.monthdayscalendar,
    }
