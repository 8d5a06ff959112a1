"""Settings from environment variables: `CODEACT_LIMITS__SECONDS=5` is `seconds = 5` under `[limits]`."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_origin

from pydantic import BaseModel, create_model
from pydantic.fields import FieldInfo

from codeact_sdk.errors import ConfigError
from codeact_sdk.packs.validation import SECRET_WORDS, validate

PREFIX = "CODEACT_"
DELIMITER = "__"
_NOT_TABLES = frozenset({"CODEACT_CONFIG", "CODEACT_MODEL"})
"""Variables with a meaning of their own: which file, which model."""
_SHOWN_CHARS = 60
"""Longest value that a message repeats."""


@dataclass(frozen=True)
class Variable:
    """One variable that sets something."""

    name: str
    keys: tuple[str, ...]
    """The path that it names, such as `("limits", "seconds")`."""
    values: Mapping[str, Any]
    """What it says, as a config file would."""

    def concerns(self, keys: Sequence[str]) -> bool:
        """Whether it sets something under this key, or a table that holds it."""
        shared = min(len(keys), len(self.keys))
        return [key.casefold() for key in self.keys[:shared]] == [key.casefold() for key in keys[:shared]]


def read_variables(environ: Mapping[str, str], model: type[BaseModel]) -> tuple[tuple[Variable, ...], tuple[str, ...]]:
    """Reads the variables that set something.

    Args:
        environ: The environment.
        model: The tables and keys that there are.

    Returns:
        The variables, in the order in which they apply: tables before their keys; and what is wrong with others, each
        with its name and what is possible.
    """
    found: list[Variable] = []
    problems: list[str] = []
    for name in sorted(environ, key=lambda name: (name.count(DELIMITER), name)):
        if not _is_ours(name, model):
            continue
        try:
            variable = _read(name, environ[name], model)
        except ConfigError as error:
            problems.append(str(error))
        else:
            found += [variable] if variable is not None else []
    return tuple(found), tuple(problems)


def merge(table: Mapping[str, Any], variables: Iterable[Variable]) -> dict[str, Any]:
    """Puts what variables say over what a file says: table by table, while lists are replaced whole.

    Args:
        table: What the file says.
        variables: In the order in which they apply.
    """
    merged = dict(table)
    for variable in variables:
        merged = _over(merged, variable.values)
    return merged


def variable_name(path: str) -> str:
    """The variable that sets a key, such as `CODEACT_PACKS__ENABLED` for `packs.enabled`."""
    return PREFIX + path.replace(".", DELIMITER).upper()


def _is_ours(name: str, model: type[BaseModel]) -> bool:
    if not name.upper().startswith(PREFIX) or name.upper() in _NOT_TABLES:
        return False
    # Without a key in it, only the name of a table is: a pack may well call its secret CODEACT_SOMETHING.
    return DELIMITER in name or name[len(PREFIX) :].lower() in _fields(model)


def _read(name: str, text: str, model: type[BaseModel]) -> Variable | None:
    keys = tuple(name[len(PREFIX) :].lower().split(DELIMITER))
    kind = _kind(keys, model)
    if kind is None:
        raise ConfigError(f"unknown variable {name}: {_nearest(name, model)}")
    if not text.strip():  # how many a shell and container says that something is not set
        return None
    if kind == "free":
        values: Any = _decoded(text)
        for key in reversed(keys):
            values = {key: values}
    else:
        try:
            values = _parse(name, text, model)
        except ValueError as error:  # of the JSON, which pydantic-settings tells in one of its own
            form = """a list in JSON, such as '["acme"]', or a table, such as '{"key": "value"}'"""
            raise ConfigError(f"{name}: it must be {form}; it is {text[:_SHOWN_CHARS]!r}") from error
    validate(model, values, source=name)
    return Variable(name, keys, values)


def _kind(keys: Sequence[str], model: type[BaseModel]) -> Literal["typed", "free"] | None:
    """Whether a key has a type, or is one of a pack's settings, whose types are not known here; None if it is no key."""
    field = _fields(model).get(keys[0])
    if field is None or not all(keys):
        return None
    inner = field.annotation
    if len(keys) == 1:
        return "typed"
    if get_origin(inner) is dict:
        return "free"
    return _kind(keys[1:], inner) if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _parse(name: str, text: str, model: type[BaseModel]) -> dict[str, Any]:
    from pydantic_settings import BaseSettings, EnvSettingsSource  # noqa: PLC0415  # few processes have such a variable

    # An alias would be the whole name of a variable there, without the prefix.
    fields: dict[str, Any] = {name: (field.annotation, None) for name, field in _fields(model).items()}

    class OneVariable(EnvSettingsSource):
        """The environment that was given, in place of that of this process."""

        def _load_env_vars(self) -> Mapping[str, str | None]:
            return {name.lower(): text}

    source = OneVariable(
        create_model("Tables", __base__=BaseSettings, **fields),
        case_sensitive=False,
        env_prefix=PREFIX,
        env_nested_delimiter=DELIMITER,
    )
    return source()


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _decoded(text: str) -> Any:
    """A list or table in JSON as what it is, and all else as text, which the pack's model reads as what it needs."""
    if text.lstrip()[:1] not in ("[", "{"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        # Names of variables have no case, and a namespace may have capitals.
        known = next((name for name in merged if name.casefold() == key.casefold()), key)
        here = merged.get(known)
        merged[known] = _over(here, value) if isinstance(here, dict) and isinstance(value, dict) else value
    return merged


def _nearest(name: str, model: type[BaseModel]) -> str:
    known = {known.removeprefix(PREFIX): known for known in _names(model)}
    is_secret = any(word in name.lower() for word in SECRET_WORDS)
    # A slip in `max_tokens` is near to it, while `api_key` is only a little like other keys.
    near = difflib.get_close_matches(name[len(PREFIX) :].upper(), known, n=1, cutoff=0.85 if is_secret else 0.6)
    if near:
        return f"did you mean {known[near[0]]}?"
    if is_secret:
        return "keys and tokens have variables of their own, such as ANTHROPIC_API_KEY or the name of a pack's secret"
    return f"the variables are {', '.join(known.values())}"


def _names(model: type[BaseModel], above: str = "") -> Iterator[str]:
    for name, field in _fields(model).items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _names(inner, f"{above}{name}.")
        elif name == "settings":
            yield f"{variable_name(name)}__PACK__KEY"
        else:
            yield variable_name(f"{above}{name}")
