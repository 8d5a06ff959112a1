"""Hypothesis strategies for everything that a run may hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import timedelta, timezone
from fractions import Fraction
from typing import Any, get_args
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from pydantic import BaseModel

from codeact_sdk.events import (
    ActionFound,
    CallFinished,
    CallStarted,
    ModelReplied,
    ModelText,
    Noted,
    Observed,
    RunFinished,
    RunStarted,
    RunStatus,
)
from codeact_sdk.messages import Reply, Usage
from codeact_sdk.observations import CodeError, Display, Effect, Observation, Repeat, Status, ToolCall
from codeact_sdk.values import Opaque, Record, make_record

texts = st.text(st.characters(), max_size=30) | st.sampled_from(["\ud800", "$dict", "a\x00\x1b[31m", "\u2028", "é" * 9])
"""Lone surrogates, control characters and what looks like a tag included."""

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)

_offsets = st.integers(-86_399, 86_399).map(lambda seconds: timezone(timedelta(seconds=seconds)))
_zones = st.none() | _offsets | st.sampled_from([ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")])

hashable_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-99, 99).map(lambda n: n * 10**6000 + 1),  # more digits than str(int) allows
    st.floats(allow_nan=True),
    st.complex_numbers(),
    texts,
    st.binary(max_size=20),
    st.dates(),
    st.datetimes(timezones=_zones, allow_imaginary=True),
    st.times(timezones=st.none() | _offsets),
    st.timedeltas(),
    st.decimals(allow_nan=False),
    st.fractions(),
    st.uuids(),
    st.builds(range, st.integers(), st.integers(), st.integers(1, 9)),
    st.builds(Opaque, texts, texts),
)
scalars = hashable_scalars | st.binary(max_size=20).map(bytearray) | st.decimals(allow_nan=True)

keys = st.recursive(
    hashable_scalars,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=4,
)
"""What a dict or a set may hold."""

values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(keys, inner, max_size=4),
        st.dictionaries(texts, inner, max_size=4),
        st.sets(keys, max_size=4),
        st.builds(make_record, names, st.dictionaries(texts, inner, max_size=4)),
    ),
    max_leaves=12,
)
"""Every value that `codeact_sdk.values` keeps."""

_seconds = st.floats(0, 2e9)
_counts = st.integers(0, 10**9)
_arguments = st.dictionaries(names | texts, values, max_size=3)
_effects = st.sampled_from(get_args(Effect))

usages = st.builds(Usage, input_tokens=_counts, output_tokens=_counts, cached_tokens=_counts)
replies = st.builds(
    Reply, text=texts, stop=st.sampled_from(["end", "stop_string", "length", "refusal"]), usage=usages, model=names
)
calls = st.builds(
    ToolCall,
    n=_counts,
    tool=names,
    arguments=_arguments,
    result=values,
    error=st.none() | texts,
    effect=_effects,
    started=_seconds,
    seconds=_seconds,
)
_places = st.none() | st.integers(0, 10**6)
code_errors = st.builds(
    CodeError,
    type=texts,
    message=texts,
    line=_places,
    column=_places,
    end_column=_places,
    source=texts,
    hint=texts,
    traceback=texts,
    names=st.lists(texts, max_size=2).map(tuple),
    repeat=st.none() | st.sampled_from(get_args(Repeat)),
)
observations = st.builds(
    Observation,
    status=st.sampled_from(get_args(Status)),
    stdout=texts,
    stderr=texts,
    value=values,
    error=st.none() | code_errors,
    calls=st.lists(calls, max_size=2).map(tuple),
    answer=values,
    displays=st.lists(st.builds(Display, mime=names, data=texts), max_size=2).map(tuple),
    truncated=st.lists(st.sampled_from(["stdout", "stderr", "value", "error"]), max_size=2).map(tuple),
    seconds=_seconds,
)

run_starts = st.builds(
    RunStarted,
    at=_seconds,
    run_id=names,
    task=texts,
    model=names,
    sdk=names,
    packs=st.lists(names, max_size=2).map(tuple),
    system_prompt=texts,
)
run_ends = st.builds(
    RunFinished,
    at=_seconds,
    status=st.sampled_from(get_args(RunStatus)),
    answer=values,
    reason=texts,
    steps=_counts,
    usage=usages,
    seconds=_seconds,
)
steps = st.one_of(
    st.builds(ModelText, at=_seconds, step=_counts, text=texts),
    st.builds(ModelReplied, at=_seconds, step=_counts, reply=replies, seconds=_seconds),
    st.builds(ActionFound, at=_seconds, step=_counts, thought=texts, code=texts),
    st.builds(CallStarted, at=_seconds, step=_counts, n=_counts, tool=names, arguments=_arguments),
    st.builds(CallFinished, at=_seconds, step=_counts, call=calls),
    st.builds(Observed, at=_seconds, step=_counts, observation=observations, text=texts),
    st.builds(Noted, at=_seconds, step=_counts, text=texts),
)
"""The events between the first and the last."""

events = run_starts | steps | run_ends


def same(left: object, right: object) -> bool:
    """Whether two values are equal in type and content, NaN being equal to NaN and -0.0 not to 0.0."""
    return _shape(left) == _shape(right)


def _shape(value: object) -> object:
    """A text-only picture of a value in which equality means sameness."""
    return type(value).__name__, _SHAPES.get(type(value), _fields)(value)


def _fields(value: Any) -> object:
    if isinstance(value, BaseModel):
        return [(name, _shape(getattr(value, name))) for name in type(value).model_fields]
    if is_dataclass(value) and type(value).__module__ == Observation.__module__:
        return [(field.name, _shape(getattr(value, field.name))) for field in fields(value)]
    return _shape(vars(value)) if isinstance(value, Record) else repr(value)


def _items(value: Any) -> object:
    return [_shape(item) for item in value]


def _unordered(value: Any) -> object:
    return sorted(repr(_shape(item)) for item in value)


_SHAPES: dict[type, Callable[[Any], object]] = {
    int: hex,
    list: _items,
    tuple: _items,
    set: _unordered,
    frozenset: _unordered,
    dict: lambda value: _items(value.items()),
    range: lambda value: _items((value.start, value.stop, value.step)),
    Fraction: lambda value: _items((value.numerator, value.denominator)),
    Opaque: lambda value: _items((value.type, value.text)),
}
