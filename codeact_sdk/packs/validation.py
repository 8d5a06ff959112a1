"""Says what is wrong with the values of a table: which key, what was given, what is possible."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from codeact_sdk.errors import ConfigError

SECRET_WORDS = ("key", "token", "secret", "password")
"""Words in the names of what does not belong into a config file."""
_SHOWN_CHARS = 60
"""Longest value that a message repeats."""

_Model = TypeVar("_Model", bound=BaseModel)


def validate(model: type[_Model], values: Mapping[str, object], *, source: str, prefix: tuple[str, ...] = ()) -> _Model:
    """Makes an instance of a model from what a config file says.

    Args:
        model: The model.
        values: What was read.
        source: Name of the file, for messages.
        prefix: The keys above these values, for messages.

    Raises:
        ConfigError: A key is unknown or missing, or a value is wrong; all of them are named.
    """
    problems = _ignored_keys(model, values, prefix)
    try:
        made = model.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
        problems += [_problem(model, detail, prefix) for detail in details]
    if problems:
        raise ConfigError("\n".join(f"{source}: {problem}" for problem in problems))
    return made


def _ignored_keys(model: type[BaseModel], values: Mapping[str, object], prefix: tuple[str, ...]) -> list[str]:
    """Names the keys that a model would pass over in silence, as pydantic's models do unless told otherwise."""
    if model.model_config.get("extra", "ignore") != "ignore":
        return []
    known = keys_of(model)
    return [_unknown(model, (key,), prefix) for key in values if key not in known]


def _problem(model: type[BaseModel], detail: ErrorDetails, prefix: tuple[str, ...]) -> str:
    place = tuple(str(part) for part in detail["loc"])
    key = _path((*prefix, *place))
    match detail["type"]:
        case "extra_forbidden":
            return _unknown(model, place, prefix)
        case "missing":
            return f"{key} is missing: set {place[-1]} = ... under [{_path((*prefix, *place[:-1]))}]"
        case "model_type" | "dict_type" | "model_attributes_type":
            rule = "it must be a table"
        case "tuple_type" | "list_type":
            rule = 'it must be a list, such as ["acme"]'
        case "value_error":  # the text of a rule of ours
            rule = detail["msg"].removeprefix("Value error, ")
        case _:
            rule = detail["msg"][:1].lower() + detail["msg"][1:]
    given = repr(detail["input"])
    return f"{key or 'it'}: {rule}; it is {given if len(given) <= _SHOWN_CHARS else given[:_SHOWN_CHARS] + '...'}"


def _unknown(model: type[BaseModel], place: tuple[str, ...], prefix: tuple[str, ...]) -> str:
    name = place[-1]
    above = _path((*prefix, *place[:-1]))
    known = keys_of(_inner(model, place[:-1]))
    elsewhere = [path for path in paths_of(model) if path.rpartition(".")[2] == name]
    near = difflib.get_close_matches(name, known, n=1) or elsewhere[:1]
    text = f"unknown key {_path((*prefix, *place))!r}"
    if near:
        found = ".".join(part for part in (above, near[0]) if part) if near[0] in known else near[0]
        return f"{text}: did you mean {found!r}?"
    if any(word in name.lower() for word in SECRET_WORDS):
        return f"{text}: keys and tokens are not kept in this file, set them as environment variables"
    return f"{text}: the keys{f' of [{above}]' if above else ''} are {', '.join(known) or '(none)'}"


def _path(parts: Sequence[str]) -> str:
    """Writes a place as people do: `approvals[0].allow`."""
    text = "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in parts)
    return text.removeprefix(".")


def _inner(model: type[BaseModel], place: Sequence[str]) -> type[BaseModel]:
    for part in place:
        if part.isdigit():  # an item of a list, whose model was found already
            continue
        field = next((field for name, field in model.model_fields.items() if part in (name, field.alias)), None)
        found = None if field is None else _model_in(field.annotation)
        if found is None:
            break
        model = found
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    """The model that a type is, or holds, as `tuple[Rule, ...]` does."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(argument) for argument in get_args(annotation))
    return next((model for model in found if model is not None), None)


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys of a table."""
    return [field.alias or name for name, field in model.model_fields.items()]


def paths_of(model: type[BaseModel], *, above: str = "", within: tuple[type[BaseModel], ...] = ()) -> Iterator[str]:
    """Every key of a table and of those within it, such as `packs.enabled`; tables come before their keys.

    Args:
        model: The table.
        above: What the paths begin with.
        within: Tables that it stands in, for those that hold themselves.
    """
    for name in keys_of(model):
        yield f"{above}{name}"
        inner = _inner(model, (name,))
        if inner is not model and inner not in within:
            yield from paths_of(inner, above=f"{above}{name}.", within=(*within, model))
