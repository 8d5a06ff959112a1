"""Members of modules of which one call makes much of little, or is long over much: looked at before, or done in pieces.

What text and containers can do themselves is in `sized_methods`; more of numbers is in `own_numbers`, of text in `own_texts`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from codeact_sdk.interpreter.amounts import Amounts
from codeact_sdk.interpreter.module_members import MEMBERS
from codeact_sdk.interpreter.public_names import named
from codeact_sdk.interpreter.rarely import chances
from codeact_sdk.interpreter.sizes import LOOK_FROM, SEQUENCES, TEXTS, size
from codeact_sdk.later import imported, random, zlib

WINDOW_BITS = 15
"""`zlib.MAX_WBITS`."""

_PIECE = 2 * LOOK_FROM
"""Bytes that are worked on in one go."""

_TIMES: Mapping[str, Mapping[str, int]] = {
    "base64": {
        name: 2 if "64" in name else 9 for name in MEMBERS["base64"].split()
    },  # the others make lists on the way
    "binascii": dict.fromkeys(("hexlify", "b2a_hex", "b2a_base64"), 2),
    "html": {"escape": 6, "unescape": 4},
}
"""By module and member: bytes that are made of one byte of the arguments, at most."""


class Producers:
    """Makes the members for one session."""

    def __init__(self, amounts: Amounts, stand_in: Callable[[type, Callable[..., Any]], Any]) -> None:
        self._room = amounts.room
        self._stand_in = stand_in

    def makers(self) -> dict[str, Callable[[], dict[str, object]]]:
        """By module name, what makes its members."""
        growing = {name: functools.partial(self._growing, name) for name in _TIMES}
        return growing | {
            "zlib": lambda: {"compress": self._compress},
        }

    def random(self, generator: random.Random) -> dict[str, object]:
        """Those of `random` that make as much as they are asked for."""

        def make(kind: Any) -> Callable[..., Any]:
            return lambda seed=None: kind(seed, room=self._room)

        classes: dict[str, object] = {
            kind.__name__: self._stand_in(kind, make(kind)) for kind in (chances.Random, chances.SystemRandom)
        }
        return classes | {"sample": functools.partial(chances.sample, self._room, generator.sample)}

    def _growing(self, name: str) -> dict[str, object]:
        module = imported(name)
        return {
            member: self._looked_at(getattr(module, member), times)
            for member, times in _TIMES[name].items()
            if hasattr(module, member)
        }

    def _looked_at(self, function: Callable[..., Any], times: int) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            self._room(times * sum(map(size, (*args, *kwargs.values()))))
            return function(*args, **kwargs)

        del call.__wrapped__
        return call

    def _compress(self, data: Any, /, level: int = -1, wbits: int = WINDOW_BITS) -> bytes:
        if size(data) <= _PIECE:
            return zlib.compress(data, level, wbits)
        machine, made = zlib.compressobj(level, zlib.DEFLATED, wbits), bytearray()
        for start in range(0, len(data), _PIECE):
            self._room(_PIECE)
            made += machine.compress(data[start : start + _PIECE])
        return bytes(made + machine.flush())


_JOINED = tuple(kind for kind in SEQUENCES if kind not in TEXTS)  # `sum` refuses text


def summing(add: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Makes `sum` that can be stopped where it joins containers, each of which is as long as all before it.

    Args:
        add: `+` under the limits.
    """

    def total(iterable: Iterable[Any], /, start: Any = 0) -> Any:
        if not isinstance(start, _JOINED):
            made: Any = sum(iterable, start)
            return made
        for item in iterable:
            start = add(start, item)
        return start

    return named(total, "sum")
