"""Who runs the code: plain `exec` as the limit, our interpreter, and the peers.

Nothing but the standard library is imported until an engine is opened, so that this serves every environment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from bench.workloads import Tools

EVERYTHING = frozenset(
    {
        "throughput",
        "latency",
        "toolcalls",
        "async_tools",
        "tool_scale",
        "startup",
        "memory",
        "concurrency",
        "parallel",
        "limits",
    }
)


Rendered = tuple[Any, str]


class WrongResultError(Exception):
    """An engine printed something else than plain `exec`."""


@dataclass(frozen=True)
class Session:
    """A namespace that stays, with tools in it."""

    run: Callable[[str], str]
    """Runs an action and gives what it printed."""
    close: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Engine:
    """A way to run actions."""

    name: str
    distribution: str
    """Whose version is quoted."""
    open: Callable[[Tools], Session]
    duties: frozenset[str]
    imports: str
    """The statement whose time is that of `start.import`."""
    ready: str
    """What makes a first session, and uses it once."""
    external: bool = False
    """Whether the code runs in another process, where our CPU clock does not see it."""
    scale: float = 1.0
    """Share of the size of a workload; those that walk trees take less."""
    actions: int = 1_200
    """How many are timed for the latency of an action."""
    sessions: int = 1_000
    """How many are opened to weigh one."""
    limited: Callable[[float], Session] | None = None
    """Opens a session with a limit of so many seconds, where the engine has one."""
    memory_limited: Callable[[int], Session] | None = None
    """As `limited`, by bytes of memory."""
    render: Callable[[Sequence[Callable[..., object]]], Rendered] | None = None
    """Registers functions as tools and gives what keeps them, with the text that a model is shown."""


def open_exec(tools: Tools) -> Session:
    """Opens a namespace for plain `exec`, which is no protection at all."""
    printed: list[str] = []

    def write(*objects: object, sep: str = " ", end: str = "\n") -> None:
        printed.append(sep.join(map(str, objects)) + end)

    namespace: dict[str, object] = {"__name__": "__main__", "print": write, **tools}

    def run(code: str) -> str:
        printed.clear()
        exec(compile(code, "<action>", "exec"), namespace)  # noqa: S102  # the control of the measurement
        return "".join(printed)

    return Session(run)


def _open_own(tools: Tools, **limits: Any) -> Session:
    sdk = import_module("codeact_sdk")
    interpreter = sdk.Interpreter(tools=tools, limits=sdk.Limits(**{"tool_calls": None, **limits}))

    def run(code: str) -> str:
        observation = interpreter.run(code)
        if observation.error is not None:
            raise RuntimeError(f"{observation.error.type}: {observation.error.message}")
        return str(observation.stdout)

    return Session(run, interpreter.close)


def _render_own(functions: Sequence[Callable[..., object]]) -> Rendered:
    toolset = import_module("codeact_sdk.tools.toolset").Toolset.of(functions)
    return toolset, import_module("codeact_sdk.prompts.tools").render_toolset(toolset)


OWN = Engine(
    name="codeact-sdk",
    distribution="codeact-sdk",
    open=_open_own,
    duties=EVERYTHING,
    imports="import codeact_sdk",
    ready="from codeact_sdk import Interpreter; Interpreter().run('1')",
    limited=lambda seconds: _open_own({}, seconds=seconds),
    memory_limited=lambda most: _open_own({}, memory_bytes=most),
    render=_render_own,
)


def engine(name: str) -> Engine:
    """Finds an engine by its name.

    Raises:
        KeyError: There is none.
    """
    if name == OWN.name:
        return OWN
    peers: dict[str, Engine] = import_module("bench.peers").PEERS
    return peers[name]
