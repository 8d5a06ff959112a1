"""OpenTelemetry: a span for each run, step, reply and call, by the semantic conventions for generative AI.

The names are those of version 1.37 of the conventions (https://opentelemetry.io/docs/specs/semconv/gen-ai/), which are still in
development. What was said, and what calls were given and returned, is personal data more often than not: it is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from codeact_sdk.errors import ConfigError
from codeact_sdk.events import (
    ActionFound,
    CallFinished,
    Event,
    ModelReplied,
    Observed,
    RunFinished,
    RunStarted,
)

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

_FINISH = {"end": "stop", "stop_string": "stop", "length": "length", "refusal": "content_filter"}
_EFFECT = "codeact.tool.effect"


def tracer_of_host() -> Tracer | None:
    """The tracer of an application that has set OpenTelemetry up; None where it has not: nothing is imported for it then."""
    trace: Any = sys.modules.get("opentelemetry.trace")
    if trace is None or "opentelemetry.sdk.trace" not in sys.modules:
        return None
    tracer: Tracer = trace.get_tracer("codeact_sdk")
    return tracer


class Tracing:
    """An observer that makes the spans of one run at a time: `Agent(..., observers=[Tracing()])`.

    An application that has set OpenTelemetry up gets it without asking, by the hook `codeact_observers`.
    """

    def __init__(self, tracer: Tracer | None = None) -> None:
        """Makes an observer.

        Args:
            tracer: Makes the spans; that of the global provider where this is left out.

        Raises:
            ConfigError: OpenTelemetry is not installed.
        """
        try:
            from opentelemetry import trace  # noqa: PLC0415  # an extra
        except ImportError as error:
            raise ConfigError("tracing needs OpenTelemetry: pip install 'codeact-sdk[otel]'") from error
        self._trace = trace
        self._tracer = tracer or trace.get_tracer("codeact_sdk")
        self._run: Span | None = None
        self._step: Span | None = None
        self._number = 0
        self._model = ""

    def __call__(self, event: Event) -> None:
        """Takes note of one event."""
        match event:
            case RunStarted():
                self._begin(event)
            case ModelReplied():
                self._replied(event)
            case ActionFound():
                self._span_of_step(event.step, event.at)
            case CallFinished():
                self._called(event)
            case Observed():
                self._observed(event)
            case RunFinished():
                self._end(event)
            case _:
                return

    def _begin(self, event: RunStarted) -> None:
        self._number = 0
        self._model = event.model
        self._run = self._start(
            "invoke_agent codeact",
            event.at,
            parent=None,
            attributes={
                "gen_ai.operation.name": "invoke_agent",
                "gen_ai.agent.name": "codeact",
                "gen_ai.conversation.id": event.run_id,
                "gen_ai.request.model": event.model,
                "codeact.packs": list(event.packs),
            },
        )

    def _replied(self, event: ModelReplied) -> None:
        began = event.at - event.seconds
        parent = self._span_of_step(event.step, began)
        reply = event.reply
        asked = self._model
        span = self._start(
            f"chat {asked}",
            began,
            parent=parent,
            kind=self._trace.SpanKind.CLIENT,
            attributes={
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": asked.partition(":")[0],
                "gen_ai.request.model": asked,
                "gen_ai.response.model": reply.model or asked,
                "gen_ai.response.finish_reasons": [_FINISH[reply.stop]],
                "gen_ai.usage.input_tokens": reply.usage.input_tokens,
                "gen_ai.usage.output_tokens": reply.usage.output_tokens,
            },
        )
        span.end(_nanoseconds(event.at))

    def _called(self, event: CallFinished) -> None:
        call = event.call
        span = self._start(
            f"execute_tool {call.tool}",
            call.started,
            parent=self._span_of_step(event.step, call.started),
            attributes={
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": call.tool,
                "gen_ai.tool.call.id": str(call.n),
                "gen_ai.tool.type": "function",
                _EFFECT: call.effect,
            },
        )
        if call.error is not None:
            self._fail(span, call.error.partition(":")[0])
        span.end(_nanoseconds(call.started + call.seconds))

    def _observed(self, event: Observed) -> None:
        step, observation = self._step, event.observation
        if step is not None:
            step.set_attribute("codeact.status", observation.status)
            if observation.error is not None:
                self._fail(step, observation.error.type)
            step.end(_nanoseconds(event.at))
        self._step = None

    def _end(self, event: RunFinished) -> None:
        if self._step is not None:
            self._step.end(_nanoseconds(event.at))
        if self._run is not None:
            self._run.set_attributes({
                "codeact.status": event.status,
                "codeact.steps": event.steps,
                "gen_ai.usage.input_tokens": event.usage.input_tokens,
                "gen_ai.usage.output_tokens": event.usage.output_tokens,
            })  # fmt: skip
            if event.status in ("error", "limit"):
                self._fail(self._run, event.reason.partition(":")[0] or event.status)
            self._run.end(_nanoseconds(event.at))
        self._step = self._run = None

    def _span_of_step(self, number: int, at: float) -> Span:
        if self._step is not None and number != self._number:  # the step before held no code
            self._step.end(_nanoseconds(at))
            self._step = None
        if self._step is None:
            self._number = number
            self._step = self._start(f"step {number}", at, parent=self._run, attributes={"codeact.step": number})
        return self._step

    def _start(
        self, name: str, at: float, *, parent: Span | None, attributes: Mapping[str, Any], kind: Any = None
    ) -> Span:
        context = None if parent is None else self._trace.set_span_in_context(parent)
        return self._tracer.start_span(
            name,
            context=context,
            kind=kind or self._trace.SpanKind.INTERNAL,
            attributes=attributes,
            start_time=_nanoseconds(at),
        )

    def _fail(self, span: Span, kind: str) -> None:
        span.set_attribute("error.type", kind)
        span.set_status(self._trace.Status(self._trace.StatusCode.ERROR, kind))


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1_000_000_000)
