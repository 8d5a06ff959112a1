"""Changes a config file for its owner: comments and layout stay, and what is written can be read again."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codeact_sdk.approvals.rules import ApprovalRule
from codeact_sdk.errors import ConfigError
from codeact_sdk.packs.settings import FILE, PYPROJECT, Config, make_config, project_folder, read_table

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

Table = MutableMapping[str, Any]
"""A table of a config file, which may be changed."""

_RULE = re.compile(
    r"(?:^[ \t]*#.*\n)*^[ \t]*\[\[[ \t]*(?:tool[ \t]*\.[ \t]*codeact[ \t]*\.[ \t]*)?approvals[ \t]*\]\]", re.MULTILINE
)
"""The beginning of a rule, with the comments that stand directly above it."""
_HEADER = re.compile(r"(?:^[ \t]*#.*\n)*^[ \t]*\[", re.MULTILINE)
"""The beginning of any table."""


def target_of(config: Config, start: Path) -> Path:
    """The file that a change belongs into: the one that was read, or `codeact.toml` in the folder of the project.

    Args:
        config: What was read.
        start: Folder to begin in, where no file was read.
    """
    return config.path or project_folder(start) / FILE


def edit_config(path: Path, change: Callable[[Table], None]) -> None:
    """Changes a config file, which is made if it is not there; it is replaced in one step, or stays as it was.

    Args:
        path: The file; of a `pyproject.toml` the table `[tool.codeact]` is changed.
        change: Changes the table that it is given.

    Raises:
        ConfigError: The file cannot be read or written, or what it would say is not valid; then it was not touched.
    """
    import tomlkit  # noqa: PLC0415  # few processes change a file

    text = _read(path)
    try:
        document = tomlkit.parse(text)
    except tomlkit.exceptions.TOMLKitError as error:  # what the standard library read, but tomlkit does not know
        raise ConfigError(f"{path} cannot be changed by a program ({error}): change it by hand") from error
    change(_own_table(document) if path.name == PYPROJECT else document)
    _write(path, text, tomlkit.dumps(document))


def add_approval_rule(path: Path, rule: ApprovalRule, *, position: int = 0) -> None:
    """Adds a rule about calls to a config file, which is made if it is not there.

    Args:
        path: The file.
        rule: The rule.
        position: Before which of the rules that are there, since the first that fits a call decides; where there are no
            more, the end.

    Raises:
        ConfigError: The file cannot be read or written, or there is no place in it for the rule; then it was not touched.
    """
    text = _read(path)
    entry = _entry(rule)
    table = read_table(path) if path.exists() else {}
    rules = table.get("approvals", [])
    if "approvals" in table and not _RULE.search(text):  # the rules are a list on one line
        edit_config(path, lambda table: table["approvals"].insert(min(position, len(rules)), entry))
        return
    written = _entry_text(entry, inside=path.name == PYPROJECT)
    made = _with_entry(text, written, position=position)
    try:
        found = _table(made, path)
    except tomllib.TOMLDecodeError:
        found = {}
    if found != {**table, "approvals": [*rules[:position], entry, *rules[position:]]}:
        raise ConfigError(f"{path}: there is no plain place for a rule, add it by hand:\n{written}")
    _write(path, text, made)


def put(table: Table, key: str, value: object) -> None:
    """Sets a key of a table: a new one below the last, above the comments of what comes next.

    Args:
        table: As `edit_config` gives it.
        key: The key.
        value: The value.
    """
    body = getattr(getattr(table, "value", None), "body", None)  # of tables with a header, where tomlkit would end it
    if key in table or not isinstance(body, list):
        table[key] = value
        return
    rest = []
    while body and body[-1][0] is None:
        rest.append(body.pop())
    table[key] = value
    body.extend(reversed(rest))


def write_atomically(path: Path, text: str) -> None:
    """Writes a file in one step: whoever reads it sees the old or the new text, and nothing of both.

    Args:
        path: The file; where it is a link, what it leads to.
        text: What it will hold.

    Raises:
        ConfigError: It cannot be written.
    """
    path = path.resolve()
    made = ""
    try:
        number, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        if path.exists():
            shutil.copymode(path, made)
        else:
            Path(made).chmod(0o666 & ~_umask())
        Path(made).replace(path)
    except OSError as error:
        if made:
            Path(made).unlink(missing_ok=True)
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from error


def _umask() -> int:
    mask = os.umask(0o077)  # it can only be read by setting it
    os.umask(mask)
    return mask


def _read(path: Path) -> str:
    if not path.exists():
        return ""
    read_table(path)  # for its words about what is wrong
    return path.read_bytes().decode("utf-8-sig")


def _write(path: Path, before: str, after: str) -> None:
    if after == before:
        return
    if "\r\n" in before:
        after = re.sub(r"(?<!\r)\n", "\r\n", after)
    try:
        make_config(_table(after, path), source=str(path))
    except ConfigError as error:
        raise ConfigError(f"{error}\nnothing was written") from error
    write_atomically(path, after)


def _table(text: str, path: Path) -> dict[str, Any]:
    table = tomllib.loads(text)
    return table.get("tool", {}).get("codeact", {}) if path.name == PYPROJECT else table


def _own_table(document: TOMLDocument) -> Table:
    from tomlkit import table  # noqa: PLC0415  # as above

    tool: Table = document.setdefault("tool", table(is_super_table=True))
    own: Table = tool.setdefault("codeact", table(is_super_table=True))
    return own


def _entry(rule: ApprovalRule) -> dict[str, Any]:
    entry: dict[str, Any] = {rule.action: rule.pattern}
    if rule.effects:
        entry["effect"] = rule.effects[0] if len(rule.effects) == 1 else list(rule.effects)
    if rule.reason:
        entry["reason"] = rule.reason
    return entry


def _entry_text(entry: dict[str, Any], *, inside: bool) -> str:
    import tomlkit  # noqa: PLC0415  # as above

    table = {"approvals": [entry]}
    return tomlkit.dumps({"tool": {"codeact": table}} if inside else table).strip("\n") + "\n"


def _with_entry(text: str, written: str, *, position: int) -> str:
    """Puts a rule between others as text, since tomlkit leaves the comment of a rule where that began."""
    lines = text.replace("\r\n", " \n")  # as long as the text
    rules = [found.span() for found in _RULE.finditer(lines)]
    if rules and position >= len(rules):  # before what comes after the last rule
        after = _HEADER.search(lines, rules[-1][1])
        start = after.start() if after else len(text)
    else:
        start = rules[position][0] if rules else len(text)
    if start == len(text):
        return f"{text.rstrip()}\n\n{written}" if text.strip() else written
    return f"{text[:start]}{written}\n{text[start:]}"
