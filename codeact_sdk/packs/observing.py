"""Observers that plugins offer: one that fails is contained, and told no more of its run."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from codeact_sdk.events import Event, Observer
from codeact_sdk.tools.faults import Faults

_HOOK = "the hook codeact_observers"


class Contained:
    """An observer of a plugin."""

    def __init__(self, observer: Observer, faults: Faults, *, plugin: str, distribution: str) -> None:
        """Takes an observer.

        Args:
            observer: Is told of events.
            faults: Is told when it raises.
            plugin: Name of the plugin.
            distribution: Where the plugin came from.
        """
        self._observer: Observer | None = observer
        self._faults = faults
        self._plugin = plugin
        self._distribution = distribution

    def __call__(self, event: Event) -> None:
        """Tells of one event."""
        if self._observer is None:
            return
        try:
            self._observer(event)
        except Exception as error:  # noqa: BLE001  # a broken plugin must not stop the run
            self._observer = None
            what = f"an observer ({event.kind})"
            self._faults.add(error, pack=self._plugin, what=what, distribution=self._distribution)


def plugged_observers(
    offered: Iterable[tuple[str, str, tuple[Callable[[], Observer | None], ...]]], faults: Faults
) -> list[Observer]:
    """Makes the observers of one run.

    Args:
        offered: By plugin: its name, its distribution, what makes them.
        faults: Is told of what raises.
    """
    made: list[Observer] = []
    for plugin, distribution, makers in offered:
        for make in makers:
            try:
                observer = make()
            except Exception as error:  # noqa: BLE001  # as above
                faults.add(error, pack=plugin, what=_HOOK, distribution=distribution)
                continue
            if observer is not None:
                made.append(Contained(observer, faults, plugin=plugin, distribution=distribution))
    return made
