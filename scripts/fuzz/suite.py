"""What the fuzzers take of the test suite: its generators, its comparison with CPython, its walk over reachable objects."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def support(name: str) -> Any:
    """Gives a module of `tests/support`.

    Args:
        name: Its name.
    """
    folder = str(ROOT / "tests" / "support")
    if folder not in sys.path:
        sys.path.append(folder)
    return import_module(name)


def test_module(path: str) -> Any:
    """Gives a module of tests, which is no member of a package.

    Args:
        path: Its path below `tests`.
    """
    file = ROOT / "tests" / path
    if file.stem in sys.modules:
        return sys.modules[file.stem]
    support("reach")
    spec = spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(file)
    module = sys.modules[file.stem] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
