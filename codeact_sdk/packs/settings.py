"""What an integrator sets in `codeact.toml`, or in the table `[tool.codeact]` of `pyproject.toml`."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator
from pydantic_core import ErrorDetails

from codeact_sdk.approvals.rules import Action, ApprovalRule
from codeact_sdk.errors import ConfigError
from codeact_sdk.observations import Effect

FILE = "codeact.toml"
CONFIG_VARIABLE = "CODEACT_CONFIG"
"""Environment variable that names a config file, in place of the search."""

_PYPROJECT = "pyproject.toml"
_SECRET_WORDS = ("key", "token", "secret", "password")
_SHOWN_CHARS = 60
"""Longest value that a message repeats."""

_Model = TypeVar("_Model", bound=BaseModel)


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PacksConfig(_Table):
    """Which packs are offered."""

    enabled: tuple[str, ...] | None = None
    """Namespaces that are offered; all that are installed where this is left out."""
    disabled: tuple[str, ...] = ()
    """Namespaces that are not offered unless code asks for them by name."""
    aliases: dict[str, str] = {}
    """Other namespaces for packs, by distribution."""


class ModelConfig(_Table):
    """The language model."""

    name: str | None = None
    """Such as `anthropic:claude-sonnet-4-6`."""
    base_url: str | None = None
    temperature: float | None = None
    max_tokens: int | None = Field(default=None, gt=0)
    """Most tokens of one reply."""
    timeout_s: float | None = Field(default=None, gt=0)
    max_retries: int | None = Field(default=None, ge=0)


class LimitsConfig(_Table):
    """Limits of one action; what is left out keeps its default."""

    seconds: float | None = Field(default=None, gt=0)
    steps: int | None = Field(default=None, gt=0)
    memory_bytes: int | None = Field(default=None, gt=0)
    output_chars: int | None = Field(default=None, gt=0)
    tool_calls: int | None = Field(default=None, gt=0)
    calls_per_tool: int | None = Field(default=None, gt=0)
    recursion: int | None = Field(default=None, gt=0)

    def given(self) -> dict[str, float | int]:
        """The limits that are set, as keywords for `Limits`."""
        return self.model_dump(exclude_none=True)


class HooksConfig(_Table):
    """Hooks of plugins around calls."""

    on_error: Literal["continue", "deny"] = "continue"
    """What happens to a call when a hook before it raises."""


class ApprovalConfig(_Table):
    """One rule of the approvals: exactly one of `allow`, `ask` and `deny`, with a glob over `pack.tool`."""

    allow: str | None = None
    ask: str | None = None
    deny: str | None = None
    effect: Effect | tuple[Effect, ...] = ()
    """Only for tools with this effect, or one of these."""
    reason: str = ""

    @model_validator(mode="after")
    def _one_action(self) -> Self:
        if sum(value is not None for value in (self.allow, self.ask, self.deny)) != 1:
            raise ValueError('a rule has exactly one of allow, ask and deny, such as {allow = "acme.*"}')
        return self

    def rule(self) -> ApprovalRule:
        """The rule."""
        action: Action = "allow" if self.allow is not None else "ask" if self.ask is not None else "deny"
        effects = (self.effect,) if isinstance(self.effect, str) else self.effect
        pattern = getattr(self, action)
        return ApprovalRule(action=action, pattern=pattern, effects=effects, reason=self.reason)


class Config(_Table):
    """Everything that a config file may say."""

    packs: PacksConfig = PacksConfig()
    model: ModelConfig = ModelConfig()
    limits: LimitsConfig = LimitsConfig()
    hooks: HooksConfig = HooksConfig()
    approval_rules: tuple[ApprovalConfig, ...] = Field(default=(), alias="approvals")
    settings: dict[str, dict[str, Any]] = {}
    """Settings of each pack, by its namespace; the pack's own model says what they are."""

    _source: str = PrivateAttr(default="")

    @property
    def approvals(self) -> tuple[ApprovalRule, ...]:
        """The rules of the approvals, in their order."""
        return tuple(rule.rule() for rule in self.approval_rules)

    @property
    def source(self) -> str:
        """The file that it was read from, for messages; empty where there was none."""
        return self._source

    @property
    def where(self) -> str:
        """Where to write a setting: the file that was read, or the one to make."""
        return self._source or FILE


def load_config(start: Path, environ: Mapping[str, str]) -> Config:
    """Reads the nearest config file.

    `CODEACT_CONFIG` names it. Otherwise each folder from `start` upwards is looked at, `codeact.toml` before
    `pyproject.toml`; the search ends at the folder with `.git` in it, so that a file outside a project cannot
    configure it.

    Args:
        start: Folder to begin in.
        environ: The environment.

    Raises:
        ConfigError: The file cannot be read, is not TOML, or has a key or value that is not valid; the message names
            the file, each key and what is possible.
    """
    named = environ.get(CONFIG_VARIABLE)
    if named:
        path = Path(named).expanduser()
        table = _read(path)
        return make_config(_own_table(table) if path.name == _PYPROJECT else table, source=str(path))
    for folder in _folders(start.absolute()):
        path = folder / FILE
        if path.is_file():
            return make_config(_read(path), source=str(path))
        path = folder / _PYPROJECT
        if path.is_file() and _mentions_us(path):
            table = _own_table(_read(path))
            if table:
                return make_config(table, source=f"{path} [tool.codeact]")
    return Config()


def make_config(table: Mapping[str, object], *, source: str = "") -> Config:
    """Validates what a config file says.

    Args:
        table: Its content.
        source: Its name, for messages.

    Raises:
        ConfigError: A key or value is not valid; all of them are named.
    """
    config = validate(Config, table, source=source or FILE)
    config._source = source  # noqa: SLF001 - our own class; as a field it could be set from the file
    return config


def _folders(start: Path) -> Iterator[Path]:
    for folder in (start, *start.parents):
        yield folder
        if (folder / ".git").exists():
            return


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))  # some editors on Windows begin a file with a mark
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text (byte {error.start}): save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error


def _mentions_us(path: Path) -> bool:
    # Many a project's pyproject.toml is none of our business, damaged or not.
    try:
        return b"codeact" in path.read_bytes()
    except OSError:
        return False


def _own_table(pyproject: Mapping[str, Any]) -> dict[str, Any]:
    tool = pyproject.get("tool")
    table = tool.get("codeact") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else {}


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
    known = _keys(model)
    return [_unknown(model, (key,), prefix) for key in values if key not in known]


def _problem(model: type[BaseModel], detail: ErrorDetails, prefix: tuple[str, ...]) -> str:
    place = tuple(str(part) for part in detail["loc"])
    key = ".".join((*prefix, *place))
    match detail["type"]:
        case "extra_forbidden":
            return _unknown(model, place, prefix)
        case "missing":
            return f"{key} is missing: set {place[-1]} = ... under [{'.'.join((*prefix, *place[:-1]))}]"
        case "model_type" | "dict_type" | "model_attributes_type":
            rule = "it must be a table"
        case "tuple_type" | "list_type":
            rule = 'it must be a list, such as ["acme"]'
        case _:
            rule = detail["msg"][:1].lower() + detail["msg"][1:]
    given = repr(detail["input"])
    return f"{key or 'it'}: {rule}; it is {given if len(given) <= _SHOWN_CHARS else given[:_SHOWN_CHARS] + '...'}"


def _unknown(model: type[BaseModel], place: tuple[str, ...], prefix: tuple[str, ...]) -> str:
    name = place[-1]
    above = ".".join((*prefix, *place[:-1]))
    known = _keys(_inner(model, place[:-1]))
    elsewhere = [path for path in _paths(model) if path.rpartition(".")[2] == name]
    near = difflib.get_close_matches(name, known, n=1) or elsewhere[:1]
    text = f"unknown key {'.'.join((*prefix, *place))!r}"
    if near:
        found = ".".join(part for part in (above, near[0]) if part) if near[0] in known else near[0]
        return f"{text}: did you mean {found!r}?"
    if any(word in name.lower() for word in _SECRET_WORDS):
        return f"{text}: keys and tokens are not kept in this file, set them as environment variables"
    return f"{text}: the keys{f' of [{above}]' if above else ''} are {', '.join(known) or '(none)'}"


def _inner(model: type[BaseModel], place: Sequence[str]) -> type[BaseModel]:
    for part in place:
        field = model.model_fields.get(part)
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            break
        model = field.annotation
    return model


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _paths(model: type[BaseModel], above: str = "") -> Iterator[str]:
    for name in _keys(model):
        yield f"{above}{name}"
        inner = _inner(model, (name,))
        if inner is not model:
            yield from _paths(inner, f"{above}{name}.")
