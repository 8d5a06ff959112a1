"""What the SDK itself plugs in, through the same door as everybody else: its entry point and hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from codeact_sdk.events import Observer
from codeact_sdk.models.base import Model, ModelFactory
from codeact_sdk.packs.hookspecs import hookimpl


@hookimpl
def codeact_models() -> Mapping[str, ModelFactory]:
    """The providers that come with the SDK."""
    return {"openai": _openai, "anthropic": _anthropic, "replay": _replay}


@hookimpl
def codeact_observers() -> Iterable[Callable[[], Observer | None]]:
    """Spans, where the application has set OpenTelemetry up."""
    return [_tracing]


def _tracing() -> Observer | None:
    from codeact_sdk.telemetry import Tracing, tracer_of_host  # noqa: PLC0415  # loaded only where a run begins

    tracer = tracer_of_host()
    return None if tracer is None else Tracing(tracer)


def _openai(name: str, **options: object) -> Model:
    from codeact_sdk.models.openai import openai_model  # noqa: PLC0415  # httpx is loaded only where it is used

    return openai_model(name, **options)  # type: ignore[arg-type]  # checked by the function itself


def _anthropic(name: str, **options: object) -> Model:
    from codeact_sdk.models.anthropic import anthropic_model  # noqa: PLC0415  # as above

    return anthropic_model(name, **options)  # type: ignore[arg-type]  # as above


def _replay(name: str, **_: object) -> Model:
    """Plays the replies of a run file: `replay:path/to/run.jsonl`."""
    from codeact_sdk.models.replay import ReplayModel  # noqa: PLC0415  # as above
    from codeact_sdk.runs.read import read_run  # noqa: PLC0415  # as above

    return ReplayModel(read_run(name).replies, name=f"replay:{name}")
