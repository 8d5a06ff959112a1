"""The four things that are looked for."""

from __future__ import annotations

import random
from importlib import import_module
from typing import Protocol

from fuzz.findings import Verdict

TARGETS = ("texts", "differences", "escapes", "limits")


class Target(Protocol):
    """Makes programs and judges what becomes of them."""

    def make(self, rng: random.Random) -> str:
        """Makes a program."""

    def judge(self, program: str) -> Verdict:
        """Runs a program and looks at what it did."""

    def close(self) -> None:
        """Ends what is open."""


def target(name: str) -> Target:
    """Makes a target: each stands in a module of its name, as `make_target`.

    Args:
        name: One of `TARGETS`.
    """
    if name not in TARGETS:
        raise ValueError(f"there is no target {name}: there are {', '.join(TARGETS)}")
    made: Target = import_module(f"fuzz.{name}").make_target()
    return made
