"""What many tools cost: from functions to the text that a model is shown, their memory, and finding one of them."""

from __future__ import annotations

import json
import py_compile
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.engines import Engine, engine
from bench.workloads import module_of_tools

_SOME, _MANY = 1_000, 10_000
_QUERIES = ("refund an invoice", "weather records", "collection 4711", "meetings tags", "songs")
_WARM_ROUNDS = 7
_MODULE = "many_tools"

Functions = list[Callable[..., object]]


def measure(engine: Engine, *, quick: bool = False) -> dict[str, float]:
    """Measures in fresh processes, because what was imported and registered before would help.

    Args:
        engine: Who registers and renders.
        quick: Whether a tenth of the tools is enough; the figures are then for that tenth.
    """
    share = 10 if quick else 1
    with TemporaryDirectory() as folder:
        _write(Path(folder), _SOME // share)
        runs = [_child(engine.name, folder, "some") for _ in range(1 if quick else 3)]
        figures = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        _write(Path(folder), _MANY // share)
        figures |= _child(engine.name, folder, "many")
        if engine.distribution == "codeact-sdk":
            figures |= _child(engine.name, folder, "weigh")
    return figures


def _write(folder: Path, count: int) -> None:
    """Writes a module, since some engines look for the source, and compiles it, which is not what is measured."""
    path = folder / f"{_MODULE}.py"
    path.write_text(module_of_tools(count), encoding="utf-8")
    py_compile.compile(str(path), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)


def _child(name: str, folder: str, case: str) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "bench.tool_scale", name, folder, case]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # our own command
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _main(name: str, folder: str, case: str) -> None:
    sys.path.append(folder)
    module = import_module(_MODULE)
    functions = [function for name, function in sorted(vars(module).items()) if name.startswith("tool_")]
    print(json.dumps({"some": _some, "many": _many, "weigh": _weigh}[case](engine(name), functions)))


def _some(engine: Engine, functions: Functions) -> dict[str, float]:
    cold, _ = _rendered(engine, functions)
    warm = min(_rendered(engine, functions)[0] for _ in range(_WARM_ROUNDS if cold < 1 else 1))
    return {"tools.cold": cold * 1e3, "tools.warm": warm * 1e3}


def _many(engine: Engine, functions: Functions) -> dict[str, float]:
    _rendered(engine, functions[:10])  # what is imported on the way is not the tools'
    seconds, kept = _rendered(engine, functions)
    figures = {"tools.many": seconds * 1e3}
    if hasattr(kept, "search"):
        first, *others = [_searched(kept, query) for query in _QUERIES * 3]
        figures |= {"tools.first_search": first * 1e3, "tools.search": statistics.median(others) * 1e3}
    return figures


def _weigh(engine: Engine, functions: Functions) -> dict[str, float]:
    """Memory that Python allocated and that is still held, the text not counted."""
    _rendered(engine, functions[:10])
    tracemalloc.start()
    _, kept = _rendered(engine, functions)
    held, _ = tracemalloc.get_traced_memory()
    del kept
    return {"tools.kb": held / 1024 / len(functions)}


def _rendered(engine: Engine, functions: Functions) -> tuple[float, Any]:
    """Seconds, and what keeps the tools."""
    if engine.render is None:
        raise ValueError(f"{engine.name} renders no tools")
    start = time.perf_counter()
    kept, text = engine.render(functions)
    seconds = time.perf_counter() - start
    if absent := [function.__name__ for function in functions if function.__name__ not in text]:
        raise ValueError(f"{len(absent)} tools are not in the text, such as {absent[0]}")
    return seconds, kept


def _searched(toolset: Any, query: str) -> float:
    start = time.perf_counter()
    found = toolset.search(query)
    seconds = time.perf_counter() - start
    if not found:
        raise ValueError(f"nothing was found for {query!r}")
    return seconds


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], sys.argv[3])
