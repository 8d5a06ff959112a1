"""Checks that everything a user installs with the SDK and its packs may be used freely.

Walks the runtime requirements of our installed distributions and prints a table of what each one is licensed under.
Exits 1 where a licence is not on the list below or is not stated.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OURS = "codeact-"

ALLOWED = {
    "0bsd", "cc0-1.0", "mit-cmu", "apache software license", "apache-2.0", "bsd", "bsd license", "bsd-2-clause", "bsd-3-clause", "cnri-python",
    "isc", "isc license (iscl)", "mit", "mit license", "mit-0", "psf-2.0", "python-2.0",
    "python software foundation license", "the unlicense (unlicense)", "unlicense", "zlib", "zpl-2.1",
    "zope public license",
    "mpl-2.0", "mozilla public license 2.0 (mpl 2.0)",  # weak copyleft by file: harmless to who only imports it
}  # fmt: skip
"""SPDX identifiers and trove classifiers, in lower case."""


def needed(found: Distribution) -> Iterator[str]:
    """Names what a distribution requires here, without extras."""
    for line in found.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name)


def closure() -> dict[str, Distribution]:
    """Finds our distributions and everything they need, by canonical name."""
    names = {canonicalize_name(found.metadata["Name"]) for found in distributions()}
    waiting: list[str] = [name for name in names if name.startswith(OURS)]
    seen: dict[str, Distribution] = {}
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        try:
            seen[name] = distribution(name)
        except PackageNotFoundError:
            raise SystemExit(
                f"{name} is required and not installed: run `make lint`, which installs it first"
            ) from None
        waiting.extend(needed(seen[name]))
    return seen


def licences(found: Distribution) -> list[str]:
    """Reads the licences that a distribution states, best source first."""
    metadata = found.metadata
    for expression in metadata.get_all("License-Expression") or ():
        # Of alternatives (OR) one would do, but none of our dependencies needs the distinction.
        return [part for part in re.split(r"\s+(?:AND|OR)\s+|[()]", expression) if part.strip()]
    classifiers = [
        line.split(" :: ")[-1] for line in metadata.get_all("Classifier") or () if line.startswith("License")
    ]
    specific = [name for name in classifiers if name != "OSI Approved"]
    return specific or [line for line in metadata.get_all("License") or () if line and "\n" not in line]


def main() -> int:
    """Prints the table and returns the exit status."""
    refused = []
    found = closure()
    for name in sorted(found):
        stated = licences(found[name])
        free = bool(stated) and all(text.strip().lower() in ALLOWED for text in stated)
        print(f"{'ok ' if free else 'NO '} {name:20} {found[name].version:14} {', '.join(stated) or 'not stated'}")
        if not free:
            refused.append(name)
    if refused:
        print(f"licence not allowed or not stated: {', '.join(refused)}", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    raise SystemExit(main())
