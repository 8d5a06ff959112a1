"""What was found: told apart by its place, counted, and kept with the program that shows it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

ENDINGS = ("refused", "ran", "errors", "limits")
"""How programs end: refused before they run, to their end, by an exception, by a limit."""


@dataclass(frozen=True)
class Finding:
    """Something that must not happen."""

    target: str
    kind: str
    """Such as "crash" or "escape"."""
    place: str
    """By which findings are told apart."""
    seed: str
    program: str = field(repr=False)
    detail: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """A name for its file."""
        digest = hashlib.sha256(f"{self.kind} {self.place}".encode(errors="backslashreplace")).hexdigest()[:10]
        return f"{self.target}-{self.kind}-{digest}"


@dataclass(frozen=True)
class Verdict:
    """How a program ended, and what was wrong with that."""

    ending: str
    findings: tuple[tuple[str, str, str], ...] = ()
    """Kind, place and detail of each."""


class Findings:
    """All of one run, each place once; the first program that showed it is kept in a folder.

    Args:
        folder: Where programs are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.seen: dict[str, Finding] = {}
        self.times: Counter[str] = Counter()
        self.endings: dict[str, Counter[str]] = {}
        self.alone: dict[str, bool] = {}
        """By name, whether a finding that was made beside other work was made again without."""

    def add(self, finding: Finding) -> bool:
        """Keeps a finding; tells whether its place is new."""
        self.times[finding.name] += 1
        if finding.name in self.seen:
            return False
        self.seen[finding.name] = finding
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{finding.name}.json"
        path.write_text(json.dumps(asdict(finding), indent=1) + "\n", encoding="utf-8")
        path.with_suffix(".py").write_text(finding.program, encoding="utf-8", errors="surrogatepass", newline="")
        return True

    def count(self, target: str, endings: dict[str, int]) -> None:
        """Adds how some programs ended."""
        self.endings.setdefault(target, Counter()).update(endings)

    def to_json(self) -> dict[str, object]:
        """Everything that is told at the end."""
        return {
            "targets": {target: self._row(target) for target in sorted(self.endings)},
            "findings": [
                {
                    "name": name,
                    "times": self.times[name],
                    "kind": finding.kind,
                    "place": finding.place,
                    "seed": finding.seed,
                    "alone": self.alone.get(name),
                }
                for name, finding in sorted(self.seen.items())
            ],
        }

    def as_text(self) -> str:
        """The same for a person."""
        heads = ("programs", *ENDINGS, "findings")
        lines = ["| target | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
        for target in sorted(self.endings):
            row = self._row(target)
            lines.append(f"| {target} | " + " | ".join(f"{row[head]:,}" for head in heads) + " |")
        for name, finding in sorted(self.seen.items()):
            alone = {True: ", also alone", False: ", not when alone", None: ""}[self.alone.get(name)]
            lines.append(f"{name} ({self.times[name]} times, seed {finding.seed}{alone}): {finding.place}")
        return "\n".join(lines)

    def _row(self, target: str) -> dict[str, int]:
        counts = self.endings[target]
        found = sum(finding.target == target for finding in self.seen.values())
        return {"programs": counts.total(), **{ending: counts[ending] for ending in ENDINGS}, "findings": found}


def from_file(path: Path) -> Finding:
    """Reads a finding that was kept."""
    return Finding(**json.loads(path.read_text(encoding="utf-8")))
