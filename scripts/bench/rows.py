"""The rows of the table: what is measured, in which unit, and the goal."""

from __future__ import annotations

from dataclasses import dataclass

from bench.workloads import WORKLOADS


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    key: str
    duty: str
    """Name of the module that measures it."""
    title: str
    unit: str = ""
    """What stands behind the figure; nothing where the title says what it is."""
    goal: float | None = None
    at_least: bool = False
    """Whether more is better."""

    of_exec: bool = False
    """Whether the figure is a share of what plain `exec` takes in the same run."""

    def met(self, value: float) -> bool | None:
        """Tells whether a figure reaches the goal; None where there is none."""
        if self.goal is None:
            return None
        return value >= self.goal if self.at_least else value <= self.goal


ROWS = (
    *(
        Row(f"throughput.{key}", "throughput", f"speed, exec = 1: {key}", at_least=True, of_exec=True)
        for key in WORKLOADS
    ),
    Row(
        "throughput.mean",
        "throughput",
        "speed, exec = 1: geometric mean of the twelve",
        goal=1.0,
        at_least=True,
        of_exec=True,
    ),
    Row(
        "throughput.worst",
        "throughput",
        "speed, exec = 1: the worst of the twelve",
        goal=0.6,
        at_least=True,
        of_exec=True,
    ),
    Row("action.p50", "latency", "12-line action with 3 tool calls, time of exec = 1: median", goal=3.0, of_exec=True),
    Row("action.p99", "latency", "the same: 99th percentile", of_exec=True),
    Row("action.cpu", "latency", "the same: median of CPU time", of_exec=True),
    Row("action.again", "latency", "the same text again: median", of_exec=True),
    Row("action.us", "latency", "12-line action, median", "µs"),
    Row("call.exact", "toolcalls", "recorded tool call, exact types, time of validate_call = 1", goal=0.6),
    Row("call.coerced", "toolcalls", "recorded tool call that coerces, time of validate_call = 1", goal=1.1),
    Row("call.us", "toolcalls", "tool call, exact types (ours is recorded)", "µs"),
    Row("call.validated_us", "toolcalls", "call through pydantic's validate_call, in exec", "µs"),
    Row("async.blocking", "async_tools", "async tool that returns at once, called in run", "µs", goal=5.0),
    Row("async.blocking_arun", "async_tools", "the same, called in arun", "µs", goal=5.0),
    Row("async.awaited", "async_tools", "the same, awaited in run", "µs", goal=5.0),
    Row("async.awaited_arun", "async_tools", "the same, awaited in arun", "µs", goal=5.0),
    Row("tools.cold", "tool_scale", "1,000 tools registered and rendered, cold, imports included", "ms", goal=60.0),
    Row("tools.warm", "tool_scale", "1,000 tools registered and rendered, warm", "ms", goal=10.0),
    Row("tools.many", "tool_scale", "10,000 tools registered and rendered", "ms", goal=100.0),
    Row("tools.kb", "tool_scale", "memory of each of 10,000 tools", "KB", goal=2.0),
    Row("tools.search", "tool_scale", "search among 10,000 tools, not the first", "ms", goal=2.0),
    Row("tools.first_search", "tool_scale", "first search among 10,000 tools", "ms"),
    Row("start.import", "startup", "import, above an empty interpreter", "ms", goal=25.0),
    Row("start.ready", "startup", "first interpreter has run its first action, above an empty one", "ms", goal=120.0),
    Row("memory.session", "memory", "memory of one live session", "KB", goal=15.0),
    Row("memory.open_us", "memory", "opening a session", "µs"),
    Row("sessions.awaited", "concurrency", "200 sessions await a 50 ms tool, bare sleeps = 1", goal=2.5),
    Row("sessions.blocking", "concurrency", "200 sessions call a 50 ms async tool, bare sleeps = 1", goal=2.5),
    Row("parallel.sync", "parallel", "100 calls of 50 ms at once, a tool that blocks", "ms", goal=500),
    Row("parallel.async", "parallel", "the same: an async tool", "ms", goal=500),
    Row("parallel.function", "parallel", "the same: a function around an async tool", "ms", goal=500),
    Row("limit.busy", "limits", "limit of 1 s, stopped after: busy loop", "s", goal=1.2),
    Row("limit.bare_except", "limits", "the same: loop that catches everything", "s", goal=1.2),
    Row("limit.finally", "limits", "the same: loop within finally", "s", goal=1.2),
    Row("limit.recursion", "limits", "the same: functions that call one another", "s", goal=1.2),
    Row("limit.callback", "limits", "the same: sort by a slow key", "s", goal=1.2),
    Row("limit.pattern", "limits", "the same: pattern that backtracks", "s", goal=1.2),
    Row("limit.big_call", "limits", "the same: endless iteration within one C call", "s", goal=1.2),
    Row("limit.big_power", "limits", "the same: huge power", "s", goal=1.2),
    Row("limit.sleep", "limits", "the same: long sleep", "s", goal=1.2),
    Row("limit.memory", "limits", "memory limit of 200 MB, doubling list: growth at its end, limit = 1", goal=1.5),
)
"""In the order of the table."""

BY_KEY = {row.key: row for row in ROWS}


def chosen(only: list[str]) -> tuple[Row, ...]:
    """Picks rows by key, by the beginning of a key up to a dot, or by duty; all where nothing is given.

    Raises:
        ValueError: A name picks nothing.
    """
    for name in only:
        if not any(_picks(name, row) for row in ROWS):
            names = sorted({row.duty for row in ROWS})
            raise ValueError(f"no row is called {name!r}: give a duty ({', '.join(names)}) or a key such as action.p50")
    return tuple(row for row in ROWS if not only or any(_picks(name, row) for name in only))


def _picks(name: str, row: Row) -> bool:
    return name in (row.key, row.duty, row.key.partition(".")[0])
