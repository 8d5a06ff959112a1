"""Does one duty for one engine, in the Python that it is started with: `python -m bench.worker DUTY ENGINE [--quick]`."""

from __future__ import annotations

import json
import platform
import sys
import warnings
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from bench.engines import WrongResultError, engine


def main(duty: str, name: str, *, quick: bool) -> int:
    """Prints the figures as a line of JSON, or what went wrong."""
    warnings.simplefilter("ignore")
    chosen = engine(name)
    measure = import_module(f"bench.{duty}").measure
    answer: dict[str, object] = {"python": platform.python_version(), "version": _version(chosen.distribution)}
    try:
        answer["figures"] = measure(chosen, quick=quick)
    except WrongResultError as error:
        answer["wrong"] = str(error)
    sys.__stdout__.write(json.dumps(answer) + "\n")  # type: ignore[union-attr]  # it has one: the runner reads it
    return 0


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], quick="--quick" in sys.argv[3:]))
