"""`codeact.lock`: where it is, how it is read and written."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from codeact_sdk.errors import ConfigError
from codeact_sdk.packs.edit import write_atomically
from codeact_sdk.packs.lock import LOCK_VERSION, Lock
from codeact_sdk.packs.settings import Config, project_folder
from codeact_sdk.packs.validation import validate

LOCK_FILE = "codeact.lock"

_TITLE = """\
# Written by `codeact packs lock`; not to be edited.
# What each enabled pack offered when it was accepted; `codeact packs lock --check` shows what has changed since.
"""
_ANEW = "write it anew with `codeact packs lock`, or get it back from version control"


def lock_path(config: Config, start: Path) -> Path:
    """Where the lock file is: beside the config file, or in the folder of the project.

    Args:
        config: What was read.
        start: Folder to begin in, where no config file was read.
    """
    folder = project_folder(start) if config.path is None else config.path.parent
    return folder / LOCK_FILE


def read_lock(path: Path) -> Lock | None:
    """Reads a lock file; None where there is none.

    Args:
        path: The file.

    Raises:
        ConfigError: It cannot be read, is damaged, or is of a newer version.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}") from error
    try:
        return parse_lock(content.decode("utf-8-sig"), source=str(path))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is damaged: it is not UTF-8 text (byte {error.start}): {_ANEW}") from error


def write_lock(path: Path, lock: Lock) -> None:
    """Writes a lock file, in one step.

    Args:
        path: The file.
        lock: What it will hold.

    Raises:
        ConfigError: It cannot be written.
    """
    write_atomically(path, lock_text(lock))


def parse_lock(text: str, *, source: str = LOCK_FILE) -> Lock:
    """Reads the text of a lock file.

    Args:
        text: Its content.
        source: Its name, for messages.

    Raises:
        ConfigError: It is damaged, or of a newer version.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{source} is damaged: it is not valid TOML: {error}: {_ANEW}") from error
    version = table.get("version")
    if isinstance(version, int) and version > LOCK_VERSION:
        raise ConfigError(
            f"{source} is of version {version}, and this codeact-sdk reads version {LOCK_VERSION}: "
            f"upgrade codeact-sdk, or {_ANEW}"
        )
    if version is None:
        raise ConfigError(f"{source} is damaged: it has no version: {_ANEW}")
    try:
        return validate(Lock, table, source=source)
    except ConfigError as error:
        raise ConfigError(f"{source} is damaged: {_ANEW}\n{error}") from error


def lock_text(lock: Lock) -> str:
    """Writes a lock file's text: the same for equal locks.

    Args:
        lock: What it will hold.
    """
    import tomlkit  # noqa: PLC0415  # few processes write a lock

    packs = {name: _pack_table(pack.model_dump(exclude_none=True)) for name, pack in sorted(lock.packs.items())}
    table: dict[str, Any] = {"version": lock.version}
    return f"{_TITLE}\n{tomlkit.dumps(table | ({'packs': packs} if packs else {}))}"


def _pack_table(pack: dict[str, Any]) -> dict[str, Any]:
    tools = pack.pop("tools")
    return {**pack, "tools": {name: _without_empty(tool) for name, tool in sorted(tools.items())}}


def _without_empty(tool: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in tool.items() if value or key != "types"}
