"""Spans of runs, by a real OpenTelemetry SDK."""

from __future__ import annotations

import subprocess
import sys

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from codeact_sdk import Agent, tool
from codeact_sdk.packs.discovery import Plugins
from codeact_sdk.telemetry import Tracing
from codeact_sdk.testing import ScriptedModel


@tool
def look(x: int) -> int:
    """Looks."""
    return x


@tool(effect="write")
def fail(x: int) -> int:
    """Fails."""
    raise ValueError("secret text")


@pytest.fixture
def spans():
    """A tracer, and what gives the spans that have ended."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield provider.get_tracer("test"), exporter.get_finished_spans
    provider.shutdown()


def run(tracer, *replies, **options):
    """Runs these replies with tracing."""
    model = ScriptedModel(
        [f"<execute>\n{reply[1:]}\n</execute>" if reply.startswith(":") else reply for reply in replies]
    )
    agent = Agent(model, tools=[look, fail], observers=[Tracing(tracer)], approver=lambda card: True, **options)
    return agent.run("What is personal")


def test_a_run_is_a_tree_of_spans(spans):
    """The run holds its steps, and these hold the reply and the calls."""
    tracer, finished = spans
    run(tracer, ":look(1)\nlook(2)", "Done.")
    found = finished()
    names = {span.context.span_id: span.name for span in found}
    tree = sorted((span.name, names.get(span.parent.span_id) if span.parent else None) for span in found)
    assert tree == [
        ("chat scripted", "step 1"), ("chat scripted", "step 2"),
        ("execute_tool look", "step 1"), ("execute_tool look", "step 1"),
        ("invoke_agent codeact", None),
        ("step 1", "invoke_agent codeact"), ("step 2", "invoke_agent codeact"),
    ]  # fmt: skip
    assert len({span.context.trace_id for span in found}) == 1
    assert all(span.end_time >= span.start_time for span in found)


def test_spans_carry_the_attributes_of_the_conventions(spans):
    """Names, numbers and times; nothing of what was said, given or returned."""
    tracer, finished = spans
    result = run(tracer, ":look(1)\nfail(7)", "Done.")
    by_name = {span.name: span for span in finished()}
    root = by_name["invoke_agent codeact"]
    assert root.attributes["gen_ai.operation.name"] == "invoke_agent"
    assert root.attributes["gen_ai.conversation.id"] == result.run_id
    assert root.attributes["codeact.status"] == "answered"
    chat = by_name["chat scripted"]
    assert chat.kind.name == "CLIENT"
    assert chat.attributes["gen_ai.response.finish_reasons"] == ("stop",)
    call = by_name["execute_tool fail"]
    assert (call.attributes["gen_ai.tool.name"], call.attributes["gen_ai.tool.call.id"]) == ("fail", "2")
    assert call.attributes["codeact.tool.effect"] == "write"
    assert call.attributes["error.type"] == "ValueError"
    assert call.status.status_code is StatusCode.ERROR
    assert by_name["step 1"].attributes["error.type"] == "ValueError"
    told = " ".join(span.to_json() for span in finished())
    assert "personal" not in told
    assert "secret text" not in told


def test_a_run_that_ends_at_a_limit_is_a_failed_span(spans):
    """Which limit stands in its error type."""
    tracer, finished = spans
    run(tracer, ":1", max_steps=1)
    root = next(span for span in finished() if span.parent is None)
    assert root.attributes["error.type"] == "steps"


def test_one_observer_serves_runs_one_after_the_other(spans):
    """Each run is a trace of its own."""
    tracer, finished = spans
    observer = Tracing(tracer)
    for _ in range(2):
        Agent(ScriptedModel(["Done."]), observers=[observer]).run("x")
    assert len({span.context.trace_id for span in finished()}) == 2


def test_an_application_that_traces_gets_spans_without_asking():
    """The hook of the SDK itself offers the observer; without OpenTelemetry nothing of it is imported."""
    code = """
import sys
from codeact_sdk import Agent, load_plugins
from codeact_sdk.testing import ScriptedModel
plugins = load_plugins()
Agent(ScriptedModel(["Done."]), plugins=plugins).run("x")
assert "opentelemetry" not in sys.modules
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
Agent(ScriptedModel(["Done."]), plugins=plugins).run("x")
print(*sorted(span.name for span in exporter.get_finished_spans()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "chat scripted invoke_agent codeact step 1\n"


def test_an_observer_of_a_plugin_that_raises_is_contained_and_named():
    """It is told no more, the run goes on, and the result tells of it."""
    told = []

    def observer(event):
        told.append(event.kind)
        raise KeyError("no")

    def broken():
        raise OSError("cannot begin")

    plugins = Plugins(observers=(("shop", "codeact-shop 1.0", (broken, lambda: observer, lambda: None)),))
    result = Agent(ScriptedModel(["Done."]), plugins=plugins).run("x")
    assert result.status == "answered"
    assert told == ["run_started"]
    assert [str(fault) for fault in result.faults] == [
        "pack 'shop' (from codeact-shop 1.0): the hook codeact_observers raised OSError: cannot begin",
        "pack 'shop' (from codeact-shop 1.0): an observer (run_started) raised KeyError: 'no'",
    ]
