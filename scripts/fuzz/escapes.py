"""Programs that take everything apart: what they got hold of is allowed by the capability rule, and the host is as it was."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from typing import Any

from codeact_sdk import Interpreter, Limits
from fuzz import host
from fuzz.chains import Chains
from fuzz.findings import Verdict
from fuzz.suite import support, test_module

_LIMITS = Limits(seconds=3, memory_bytes=200_000_000, output_chars=2_000)
_PER_SESSION = 150
_MOST_OBJECTS = 60
_MOST_AT_TIMES = 400
_TIMES = 10
_TRIES = 9
_MOST_KNOWN = 4_000
_HISTORY_CHARS = 200_000

_BEGIN = "# -- the programs before it in its session\n"


def make_target() -> Escapes:
    """Makes the target."""
    return Escapes()


class Escapes:
    """Runs programs in a session in which one of everything has been made."""

    def __init__(self) -> None:
        self._rule: Any = test_module("escapes/test_reachability.py")
        self._reach: Any = support("reach")
        self._state: dict[int, str] = self._reach.mutable_state_of_the_process()
        self._open()
        self._chains = Chains(self._values(), [*self._rule.LEADS, *self._rule.PRIVATE])
        self._host = host.members(self._modules)

    def make(self, rng: random.Random) -> str:
        """Makes a program over the names of the session."""
        return self._chains.write(rng)

    def judge(self, program: str) -> Verdict:
        """Runs a program and walks over what it has; now and then the modules of the host are compared, too."""
        settings = host.settings()
        seen = self._interpreter.run(program)
        found = [("host", f"changed: {name}", "") for name in host.changes(settings, host.settings())]
        found += self._escapes()
        self._history.append(program)
        busy = seen.error is not None and seen.error.type == "Busy"
        if len(self._history) >= _PER_SESSION or busy or seen.status == "limit":
            found += self._changes()
            self._interpreter.close()
            self._open()
        ending = {"error": "errors", "limit": "limits"}.get(seen.status, "ran")
        if seen.error is not None and not seen.stdout and seen.error.type == "SyntaxError":
            ending = "refused"
        return Verdict(ending, tuple(found))

    def close(self) -> None:
        """Ends the session; a program that was judged alone has its modules compared here."""
        self._interpreter.close()

    def _open(self) -> None:
        rule = self._rule
        tools = [rule.box, rule.order, rule.pair, rule.thing, rule.fail, rule.later]
        self._interpreter = Interpreter(tools=tools, limits=_LIMITS, check="off")
        imports = "\n".join(f"import {name}" for name in self._interpreter.modules)
        for _ in range(_TRIES):
            seen = self._interpreter.run(f"{imports}\n{rule.EVERYTHING}")
            if seen.status != "limit":  # others have the processor
                break
        if seen.error is not None:
            raise RuntimeError(f"the session could not be made: {seen.error}")
        self._history: list[str] = []
        self._guards = self._interpreter._session._guards  # noqa: SLF001  # the walk needs it, as the suite's does
        roots = {**self._guards.builtins, **self._interpreter.variables}
        self._known = {id(item.value): item.value for item in self._reach.walk(self._guards, roots, _MOST_KNOWN)}
        self._asked: set[type] = set()

    def _values(self) -> dict[str, list[str]]:
        """Expressions of what is in the session, with the names that may be read of each."""
        found: dict[str, Any] = {}
        for name, value in self._interpreter.variables.items():
            found[name] = value
            if isinstance(value, list):
                found |= {f"{name}[{position}]": item for position, item in enumerate(value)}
        for name in self._interpreter.modules:
            facade = self._interpreter.variables.get(name.partition(".")[0])
            found |= {f"{name}.{member}": None for member in self._names(facade)} if "." not in name else {}
        found |= dict(self._guards.builtins)
        return {
            text: self._names(value) for text, value in found.items() if re.fullmatch(r"[A-Za-z][\w.]*(\[\d+\])?", text)
        }

    def _names(self, value: Any) -> list[str]:
        names = self._reach._names(value)  # noqa: SLF001  # the walk's own
        return sorted(name for name in names if self._reach.is_readable(self._guards, value, name))

    @property
    def _modules(self) -> list[str]:
        return (
            [name for name in self._interpreter.modules if name in sys.modules]
            + [name for name in sys.modules if name.startswith("codeact_sdk")]
            + ["builtins"]
        )

    def _changes(self) -> Iterator[tuple[str, str, str]]:
        after = host.members(self._modules)
        for name in host.changes(self._host, after):
            if name in self._host:  # what is new was imported by the library
                yield "host", f"changed: {name}", (_BEGIN + "\n".join(self._history))[-_HISTORY_CHARS:]
        self._host = after

    def _escapes(self) -> list[tuple[str, str, str]]:
        """Walks from what the program made, nearest first, as far as is not known already."""
        found = list(
            self._reach.walk(self._guards, dict(self._interpreter.variables), _MOST_OBJECTS, passed=self._known)
        )
        self._known |= {id(item.value): item.value for item in found}  # kept alive, so that each id stays its own
        faults: list[tuple[str, str, str]] = []
        for item in found:
            wrong = self._wrong(item.value) or self._open_way(item.value)
            if wrong:
                place = f"{wrong}: {type(item.value).__module__}.{type(item.value).__qualname__}"
                faults.append(("escape", place, f"{item.path}\n{_BEGIN}" + "\n".join(self._history)[-_HISTORY_CHARS:]))
        return faults

    def _wrong(self, value: Any) -> str:
        """Says why an object must not be there."""
        rule, guards = self._rule, self._guards
        kind = type(value)
        if isinstance(value, rule.FORBIDDEN):
            return "an object of the host"
        if id(value) in self._state:
            return f"state of the process, {self._state[id(value)]}"
        if (
            kind.__module__.startswith("codeact_sdk")
            and not isinstance(value, type)
            and kind.__name__ not in rule.SEEN_OF_THE_SDK
        ):
            return "an object of the SDK"
        if isinstance(value, type) and not guards.is_own(value) and not rule._was_chosen(guards, value):  # noqa: SLF001  # the suite's rule
            return f"a class that nobody chose, {value.__qualname__}"
        if guards.is_closed(value) and not rule._is_data(guards, value):  # noqa: SLF001  # as above
            return f"a library class with its functions, {value.__qualname__}"
        return ""

    def _open_way(self, value: Any) -> str:
        if type(value) in self._asked:  # guards go by the class
            return ""
        self._asked.add(type(value))
        names = self._rule.LEADS if self._guards.is_own(value) else [*self._rule.LEADS, *self._rule.PRIVATE]
        return next((f"{name} can be read" for name in names if self._reach.is_readable(self._guards, value, name)), "")
