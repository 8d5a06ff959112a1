"""Parts that an action without a mistake and without tools does not need: they are imported when they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeact_sdk.later import Later

if TYPE_CHECKING:
    from codeact_sdk.behaviour import engine, undoing
    from codeact_sdk.interpreter import (
        behaving,
        calendars,
        chances,
        checkpoints,
        descriptions,
        faults,
        finding,
        light_loops,
        parallel,
        results,
        wrapping,
    )
    from codeact_sdk.interpreter.checks import certain, checker, report, sites
    from codeact_sdk.tools import declared, effects, fields
else:
    calendars, chances, checkpoints, descriptions, faults = map(
        Later,
        (
            f"codeact_sdk.interpreter.{name}"
            for name in ("calendars", "chances", "checkpoints", "descriptions", "faults")
        ),
    )
    finding, light_loops, parallel, results, wrapping = map(
        Later,
        (f"codeact_sdk.interpreter.{name}" for name in ("finding", "light_loops", "parallel", "results", "wrapping")),
    )
    behaving = Later("codeact_sdk.interpreter.behaving")
    certain, checker, report, sites = map(
        Later, (f"codeact_sdk.interpreter.checks.{name}" for name in ("certain", "checker", "report", "sites"))
    )
    engine, undoing = map(Later, (f"codeact_sdk.behaviour.{name}" for name in ("engine", "undoing")))
    declared, effects, fields = map(Later, (f"codeact_sdk.tools.{name}" for name in ("declared", "effects", "fields")))

__all__ = [
    "behaving",
    "calendars",
    "certain",
    "chances",
    "checker",
    "checkpoints",
    "declared",
    "descriptions",
    "effects",
    "engine",
    "faults",
    "fields",
    "finding",
    "light_loops",
    "parallel",
    "report",
    "results",
    "sites",
    "undoing",
    "wrapping",
]
