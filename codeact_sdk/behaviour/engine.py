"""The steps of a call: what it needs, a kept result, its turn, a place among the others, and further attempts.

Nothing here waits or calls: whoever drives the steps does, and an end of the action is thrown in.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from codeact_sdk.behaviour.needs import ATTEMPT, Attempt, Wait
from codeact_sdk.behaviour.requirements import require
from codeact_sdk.behaviour.shared import PROCESS, shared_name
from codeact_sdk.behaviour.slots import Slots
from codeact_sdk.later import Later
from codeact_sdk.tools.behaviour import Behaviour
from codeact_sdk.tools.context import ToolContext
from codeact_sdk.tools.faults import Faults
from codeact_sdk.tools.tool import Tool

if TYPE_CHECKING:
    from codeact_sdk.behaviour import caching, keys, pace, retrying
else:
    caching, keys, pace, retrying = map(
        Later, (f"codeact_sdk.behaviour.{name}" for name in ("caching", "keys", "pace", "retrying"))
    )

Steps = Generator[Attempt | Wait, Any, object]


class Call(NamedTuple):
    """A call that is about to happen."""

    tool: Tool
    arguments: Mapping[str, Any]
    context: ToolContext
    left: Callable[[], float | None]
    """Seconds that the action has; None where there is no limit."""
    faults: Faults
    """Is told of what goes wrong around the call, which goes on."""


def is_engaged(behaviour: Behaviour) -> bool:
    """Whether anything of what a tool declares changes how it is called."""
    return any((behaviour.cache, behaviour.retry, behaviour.rate, behaviour.concurrency, behaviour.requires))


def steps(call: Call) -> Steps:
    """Makes a call as its tool declares.

    Args:
        call: The call.

    Raises:
        ToolError: It needs what is not set, or its turn would come too late.
    """
    require(call.tool, call.context)
    cache = call.tool.behaviour.cache
    kept = _Kept(call) if cache is not None else None
    if kept is not None and (found := kept.find()) is not None:
        return found.result
    result = yield from _attempts(call)
    if kept is not None:
        kept.keep(result)
    return result


def _attempts(call: Call) -> Steps:
    tool = call.tool
    retry = tool.behaviour.retry
    if retry is None or not (tool.effect == "read" or tool.idempotent or retry.writes):
        return (yield from _attempt(call))
    return (yield from retrying.attempts(retry, lambda: _attempt(call), call.left))


def _attempt(call: Call) -> Steps:
    """One attempt, when its turn has come and there is a place for it."""
    tool = call.tool
    rate, places = tool.behaviour.rate, tool.behaviour.concurrency
    if rate is not None:
        turns = PROCESS.get(("rate", rate, shared_name(tool)), lambda: pace.Pace(rate))
        yield from turns.turn(tool.qualified_name, call.left())
    if places is None:
        return (yield ATTEMPT)
    slots = PROCESS.get(("concurrency", places, shared_name(tool)), lambda: Slots(places))
    ticket = slots.ask()
    try:
        while not ticket.has_place:
            yield Wait(None, ticket)
        return (yield ATTEMPT)
    finally:
        slots.give_back(ticket)


class _Kept:
    """The kept result of one call; what goes wrong with it is told, and the call goes on without."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._key = ""
        self._place: caching.Place | None = None
        try:
            self._key, self._place = _key(call), _place(call.tool)
        except Exception as error:  # noqa: BLE001  # a folder that cannot be made, an argument that is no data
            self._fault(error)

    def find(self) -> caching.Found | None:
        """Gives it, where there is one."""
        if self._place is None:
            return None
        try:
            return self._place.find(self._key)
        except Exception as error:  # noqa: BLE001  # a broken file
            self._fault(error)
            return None

    def keep(self, result: object) -> None:
        """Keeps one."""
        if self._place is None:
            return
        try:
            self._place.keep(self._key, result)
        except Exception as error:  # noqa: BLE001  # a full disk, a result that is no data
            self._fault(error)

    def _fault(self, error: Exception) -> None:
        tool = self._call.tool
        self._call.faults.add(
            error, pack=tool.pack, what=f"the cache of {tool.qualified_name}", distribution=tool.distribution
        )


def _key(call: Call) -> str:
    """The name of a call's result: what it asked, of what, for whom."""
    tool = call.tool
    scope = PROCESS.scope(tool.function)
    asked = dict(sorted(call.arguments.items()))
    return keys.digest([tool.distribution, tool.qualified_name, scope, keys.fingerprint(call.context), asked])


def _place(tool: Tool) -> caching.Place:
    cache = tool.behaviour.cache
    assert cache is not None  # noqa: S101  # asked for such tools only
    if cache.on_disk:
        folder = caching.cache_folder()
        return PROCESS.get(("disk", folder, cache, shared_name(tool)), lambda: caching.Disk(tool, cache))
    return PROCESS.get(("memory", cache, shared_name(tool)), lambda: caching.Memory(cache))
