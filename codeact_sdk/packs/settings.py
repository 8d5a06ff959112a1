"""What an integrator sets in `codeact.toml`, or in `[tool.codeact]` of `pyproject.toml`, and in the environment."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from codeact_sdk.approvals.rules import ApprovalRule
from codeact_sdk.errors import ConfigError
from codeact_sdk.packs.environment import Variable, merge, read_variables
from codeact_sdk.packs.secrets import SecretsConfig
from codeact_sdk.packs.tables import (
    ApprovalConfig,
    HooksConfig,
    LimitsConfig,
    ModelConfig,
    PacksConfig,
    PromptConfig,
)
from codeact_sdk.packs.validation import validate

FILE = "codeact.toml"
CONFIG_VARIABLE = "CODEACT_CONFIG"
"""Environment variable that names a config file, in place of the search."""

PYPROJECT = "pyproject.toml"


class Config(BaseModel):
    """Everything that a config file may say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    packs: PacksConfig = PacksConfig()
    model: ModelConfig = ModelConfig()
    limits: LimitsConfig = LimitsConfig()
    approval_rules: tuple[ApprovalConfig, ...] = Field(default=(), alias="approvals")
    prompt: PromptConfig = PromptConfig()
    hooks: HooksConfig = HooksConfig()
    secrets: SecretsConfig = SecretsConfig()
    settings: dict[str, dict[str, Any]] = {}
    """Settings of each pack, by its namespace; the pack's own model says what they are."""

    _source: str = PrivateAttr(default="")
    _path: Path | None = PrivateAttr(default=None)
    _variables: tuple[Variable, ...] = PrivateAttr(default=())

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

    @property
    def path(self) -> Path | None:
        """The file that it was read from; None where there was none."""
        return self._path

    def variables(self, *keys: str) -> tuple[str, ...]:
        """Names of the environment variables that set something under a key, such as `"packs", "enabled"`."""
        return tuple(variable.name for variable in self._variables if variable.concerns(keys))

    def place(self, *keys: str) -> str:
        """Where the value of a key came from, for messages: the file, variables of the environment, or both.

        Args:
            keys: The key, such as `"packs", "enabled"`; none for any.
        """
        variables = self.variables(*keys)
        if not variables:
            return self.where
        whole = any(len(variable.keys) <= len(keys) for variable in self._variables if variable.concerns(keys))
        return ", ".join(variables if whole or not self._source else (self._source, *variables))


def load_config(start: Path, environ: Mapping[str, str]) -> Config:
    """Reads the nearest config file, and the environment, which comes before it.

    `CODEACT_CONFIG` names the file. Otherwise each folder from `start` upwards is looked at, `codeact.toml` before
    `pyproject.toml`; the search ends at the folder with `.git` in it, so that a file outside a project cannot
    configure it. A key is set by the variable that `CODEACT_` and its path make: `CODEACT_LIMITS__SECONDS=5`.

    Args:
        start: Folder to begin in.
        environ: The environment.

    Raises:
        ConfigError: The file cannot be read, is not TOML, or has a key or value that is not valid; or a variable is not.
            The message names the file or variable, each key and what is possible.
    """
    path = find_config(start, environ)
    table = {} if path is None else read_table(path)
    source = "" if path is None else f"{path} [tool.codeact]" if path.name == PYPROJECT else str(path)
    problems: list[str] = []
    try:
        config = make_config(table, source=source)
    except ConfigError as error:
        problems.append(str(error))
    variables, faults = read_variables(environ, Config)
    problems += faults
    if problems:
        raise ConfigError("\n".join(problems))
    if variables:
        config = make_config(merge(table, variables), source=source)
    config._path = path  # noqa: SLF001  # our own class; as a field it could be set from the file
    config._variables = variables  # noqa: SLF001  # as above
    return config


def find_config(start: Path, environ: Mapping[str, str]) -> Path | None:
    """Finds the config file that is read; None where there is none.

    Args:
        start: Folder to begin in.
        environ: The environment.

    Raises:
        ConfigError: A `pyproject.toml` that may be ours cannot be read.
    """
    named = environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named).expanduser()
    for folder in _folders(start.absolute()):
        path = folder / FILE
        if path.is_file():
            return path
        path = folder / PYPROJECT
        if path.is_file() and _mentions_us(path) and read_table(path):
            return path
    return None


def project_folder(start: Path) -> Path:
    """The folder of the project that a folder belongs to: the nearest with `.git` in it, or the folder itself."""
    start = start.absolute()
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), start)


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


def read_table(path: Path) -> dict[str, Any]:
    """Reads what a config file says, unchecked: of a `pyproject.toml` the table `[tool.codeact]`.

    Args:
        path: The file.

    Raises:
        ConfigError: It cannot be read, or is not TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")  # some editors on Windows begin a file with a mark
        table = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text (byte {error.start}): save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    return _own_table(table) if path.name == PYPROJECT else table


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
