"""The same program in CPython and as an action: same output, same value, same type of exception."""

from __future__ import annotations

import random
import re
from typing import Any

from codeact_sdk import Limits
from codeact_sdk.interpreter.session import Session
from codeact_sdk.tools.toolset import Toolset
from fuzz.findings import Verdict
from fuzz.members import MemberCalls
from fuzz.mutations import spliced
from fuzz.suite import support

_LIMITS = Limits(seconds=2, memory_bytes=300_000_000)
_ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}|0x[0-9a-f]{6,}")
_HOME = re.compile(r"(?<=<)[a-z_]+\.(?=\w+ object>)")

_KNOWN = {
    r"re\.[A-Z]+ : int|RegexFlag": "flags are numbers: an enum is a class with members that lead to its module",
    r"operator\.(attrgetter|methodcaller)|functools\.(wraps|update_wrapper)|contextlib\.redirect|types\.": "written anew, under the policy",
    r": chain \[|itertools.chain object": "endless iterators are made of pieces, so that they can be stopped",
    r"functools\.total_ordering|dataclasses\.dataclass|typing\.(final|override|no_type_check)|abc\.abstractmethod": "take own classes and functions only",
    r"(hasattr|getattr) : TypeError": "names of attributes are plain text",
    r"DeprecationWarning instead of \w*Error": "the library warns before it fails, and this process makes warnings errors",
    r"<bo\w* instead of .*<bu|^type : type <class": "builtins of a session are methods; classes are told without their metaclass and module",
    r"copy\.(copy|deepcopy) ": "copies go by the policy; a memo of the program's own is not asked",
    r"decimal\.(Basic|Default|Extended)?Context |decimal\.localcontext": "contexts have exponents of bounded size, and are objects of the session",
    r"typing\.overload : ": "takes own functions only, and gives them back: the library keeps a list of them all",
    r"\w*Error obj: AttributeError": "errors do not lead to the object that was asked",
    r"value of type Opaque instead of Opaque": "the text of a builtin that is the session's own",
    r"refused: the attribute": "names that lead out of an object",
    r"\w*Error instead of \w*Error$": "another class of error for arguments of no use",
}
"""Differences that are meant, by place, with the reason."""


def make_target() -> Differences:
    """Makes the target."""
    return Differences()


class Differences:
    """Compares with CPython, in this process."""

    def __init__(self) -> None:
        self._programs: Any = support("programs")
        self._oracle: Any = support("oracle")
        self._same: Any = support("strategies").same
        self._members = MemberCalls()

    def make(self, rng: random.Random) -> str:
        """Makes a program of statements, one with parts of another, or calls of members of modules."""
        kind = rng.randrange(3)
        if kind == 0:
            return self._members.write(rng)
        write, prelude = self._programs.write, self._programs.PRELUDE
        program: str = write(rng.choice, most=rng.choice((3, 6, 12)))
        if kind == 1:
            return program
        body, other = (text.removeprefix(prelude) for text in (program, write(rng.choice, most=4)))
        return f"{prelude}\n{spliced(rng, body, other)}"

    def judge(self, program: str) -> Verdict:
        """Runs a program as an action and, where it ended by itself, in CPython."""
        session = Session(Toolset.of([]), limits=_LIMITS, check=False)  # CPython finds an undefined name later
        try:
            seen = session.run(program)
        finally:
            session.close()
        error = seen.error
        if seen.status == "limit":
            return Verdict("limits")
        if error is not None and seen.stdout == "" and error.type == "SyntaxError":
            return self._refused(program, error.message)
        found = self._oracle.outcome(seen)
        if (
            error is not None
            and not found.stdout
            and "nothing of this action was run" in f"{error.message}{error.hint}"
        ):
            return Verdict("refused")
        expected = self._oracle.in_cpython(program)
        ending = "errors" if error is not None else "ran"
        differences = self._differences(expected, found, program)
        return Verdict(ending, tuple(each for each in differences if not is_known(each[1])))

    def _refused(self, program: str, message: str) -> Verdict:
        try:
            compile(program, "action 1", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return Verdict("refused")
        place = "refused: " + re.sub(r"'[^']*'|\d+", "N", message)[:90]
        return Verdict("refused", () if is_known(place) else (("refused", place, message),))

    def _differences(self, expected: Any, found: Any, program: str) -> list[tuple[str, str, str]]:
        detail = f"CPython: {expected}\naction:  {found}"
        lines = [_HOME.sub("", _ADDRESS.sub("", outcome.stdout)).splitlines() for outcome in (expected, found)]
        if lines[0] != lines[1]:
            return [("different", self._place_of_line(lines[0], lines[1], program), detail)]
        kinds = [outcome.error.partition(":")[0] for outcome in (expected, found)]
        if kinds[0] != kinds[1]:
            return [
                (
                    "different",
                    f"{kinds[1] or 'nothing'} instead of {kinds[0] or 'nothing'}: {_plain(found.error)}",
                    detail,
                )
            ]
        if not self._same(found.value, expected.value) and not _ADDRESS.search(repr(found.value)):
            kinds = [type(outcome.value).__name__ for outcome in (expected, found)]
            return [("different", f"value of type {kinds[1]} instead of {kinds[0]}", detail)]
        return []

    def _place_of_line(self, expected: list[str], found: list[str], program: str) -> str:
        """Tells places apart by the call that shows the first difference, or by the words of both lines."""
        position = next((n for n, pair in enumerate(zip(expected, found, strict=False)) if pair[0] != pair[1]), -1)
        shown = [line for line in program.splitlines() if line.startswith("show(lambda")]
        words = [
            _plain(lines[position]) if lines and -len(lines) <= position < len(lines) else "nothing"
            for lines in (expected, found)
        ]
        if shown and len(shown) == len(expected) == len(found):
            name = re.match(r"show\(lambda: \(?([\w.]+|.)", shown[position])
            rest = re.findall(r"\)\.(\w+)", shown[position])
            return f"{name[1] if name else ''} {' '.join(rest)}: {words[1][:30]} instead of {words[0][:30]}"
        return f"prints {words[1][:50]} instead of {words[0][:50]}"

    def close(self) -> None:
        """Nothing is open."""


def is_known(place: str) -> bool:
    """Whether a difference is meant.

    Args:
        place: Of a finding.
    """
    return any(re.search(known, place) for known in _KNOWN)


def _plain(text: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"|-?\d+(\.\d+)?", "N", text)[:80]
