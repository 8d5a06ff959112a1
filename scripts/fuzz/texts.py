"""Any text at all: it is refused as one refuses a program, or it runs; what comes out is an observation that can be shown."""

from __future__ import annotations

import random
import re
from pathlib import Path

from pydantic import TypeAdapter

from codeact_sdk import Limits
from codeact_sdk.interpreter.compiler import ActionSyntaxError, Options, compile_action
from codeact_sdk.interpreter.session import Session
from codeact_sdk.observations import Observation
from codeact_sdk.prompts.observations import render_observation
from codeact_sdk.tools.toolset import Toolset
from fuzz.corpus import texts
from fuzz.findings import Verdict
from fuzz.mutations import mutated
from fuzz.suite import ROOT

_LIMITS = Limits(seconds=0.5, memory_bytes=150_000_000, output_chars=2_000)
_PER_SESSION = 40
_SHARE_OF_NOISE = 0.05

_HOST_TEXTS = (
    re.compile(re.escape(str(ROOT))),
    re.compile(re.escape(str(Path.home()))),
    re.compile(r"codeact_sdk[./]"),
    re.compile(r" at 0x[0-9a-f]{6,}>"),
)
"""What no observation may hold: places of files, names of our modules, addresses."""


def make_target() -> Texts:
    """Makes the target."""
    return Texts()


class Texts:
    """Compiles and runs whatever it is given."""

    def __init__(self) -> None:
        self._corpus = texts()
        self._session = Session(Toolset.of([]), limits=_LIMITS)
        self._runs = 0

    def make(self, rng: random.Random) -> str:
        """Makes a text of a changed program, or of nothing but characters."""
        if rng.random() < _SHARE_OF_NOISE:
            letters = "abx_=()[]{}:.,'\"\\\n \t#@+-*/%<>!0129é\x00\u2028fr"
            return "".join(rng.choice(letters) for _ in range(rng.randint(0, 60)))
        return mutated(rng, self._corpus)

    def judge(self, program: str) -> Verdict:
        """Compiles a text alone and with counting, then runs it."""
        refused = [_is_refused(program, count_steps=count) for count in (False, True)]
        self._runs += 1
        if self._runs % _PER_SESSION == 0:
            self._session.close()
            self._session = Session(Toolset.of([]), limits=_LIMITS)
        seen = self._session.run(program)
        if seen.error is not None and seen.error.type == "Busy":  # one before it holds on, as `limits` looks at
            self._session.close()
            self._session = Session(Toolset.of([]), limits=_LIMITS)
            seen = self._session.run(program)
        return Verdict(_ending(seen, refused=refused[0]), tuple(faults(seen, program)))

    def close(self) -> None:
        """Ends the session."""
        self._session.close()


def faults(seen: Observation, program: str) -> list[tuple[str, str, str]]:
    """Looks for what no observation may be.

    Args:
        seen: What came out.
        program: The text that was run.
    """
    shown = f"{seen.stdout}\n{seen.stderr}\n{seen.error}\n{render_observation(seen)}"
    TypeAdapter(Observation).dump_json(seen)
    found = [
        ("shown", f"{pattern.pattern[:20]} in {_field_of(seen, pattern)}", shown[-2000:])
        for pattern in _HOST_TEXTS
        if pattern.search(shown) and not pattern.search(program)
    ]
    error = seen.error
    if (
        error is not None
        and error.line is not None
        and not 1 <= error.line <= len(re.split("\r\n|\r|\n|\x0c", program)) + 1
    ):
        found.append(("shown", f"line {'below' if error.line < 1 else 'above'} those of the program", repr(error)))
    return found


def _field_of(seen: Observation, pattern: re.Pattern[str]) -> str:
    fields = {"stdout": seen.stdout, "stderr": seen.stderr, "error": f"{seen.error}"}
    kind = f" of {seen.error.type}" if seen.error is not None else ""
    return next((name for name, text in fields.items() if pattern.search(text)), "the rendered text") + kind


def _is_refused(program: str, *, count_steps: bool) -> bool:
    try:
        compile_action(program, "action 1", Options(count_steps))
    except ActionSyntaxError:
        return True
    return False


def _ending(seen: Observation, *, refused: bool) -> str:
    if refused:
        return "refused"
    return {"error": "errors", "limit": "limits"}.get(seen.status, "ran")
