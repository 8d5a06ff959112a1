"""Rules about what tools declare: effect, undo, retry, deprecation, requirements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codeact_sdk.packcheck.findings import Finding
from codeact_sdk.packcheck.subject import Subject
from codeact_sdk.tools.tool import Tool

_WRITES = frozenset(
    [
        "add",
        "append",
        "apply",
        "approve",
        "archive",
        "assign",
        "cancel",
        "charge",
        "clear",
        "close",
        "commit",
        "copy",
        "create",
        "delete",
        "deploy",
        "disable",
        "drop",
        "edit",
        "enable",
        "erase",
        "execute",
        "insert",
        "install",
        "invite",
        "kill",
        "merge",
        "modify",
        "move",
        "overwrite",
        "patch",
        "pay",
        "post",
        "publish",
        "purge",
        "put",
        "refund",
        "remove",
        "rename",
        "reopen",
        "replace",
        "reset",
        "restart",
        "revoke",
        "save",
        "send",
        "set",
        "shutdown",
        "stop",
        "store",
        "submit",
        "terminate",
        "transfer",
        "truncate",
        "uninstall",
        "update",
        "upload",
        "upsert",
        "wipe",
        "write",
    ]
)
_NOUNS_TOO = frozenset(["post", "copy", "close", "set", "store", "stop", "patch", "charge", "put", "add"])
"""Also nouns, adjectives or arithmetic: alone they are no sign of a write."""
_LAST_WORDS = frozenset(["delete", "remove", "create", "send", "cancel"])
"""Verbs that tell of a write at the end of a name too, such as `order_delete`."""
_AFTER_NOUNS = frozenset(
    ["of", "for", "since", "in", "by", "from", "that", "which", "made", "and", "near", "between", "with"]
)
"""Words before which `Refunds`, `Updates` and their kind are nouns: a verb would have an object there."""
_FINAL = re.compile(
    r"undo|undone|cannot be taken back|for good|irrevers|permanent|irrecoverabl|no way back|restore", re.IGNORECASE
)


def check_effects(subject: Subject) -> Iterator[Finding]:
    """Yields effects that are not declared, and behaviour that does not fit its effect."""
    for tool in subject.tools:
        word = _write_word(tool)
        if tool.effect == "read" and word:
            yield subject.about(
                "CP401",
                tool,
                f"{word} looks like a write, and its effect is 'read': it would go ahead without anybody's approval",
                '@pack.tool(effect="write"), or "destructive" where it cannot be undone; if it only reads, say so in its '
                "name and first line",
            )
        behaviour = tool.behaviour
        if tool.effect == "destructive" and behaviour.undo is None and not _FINAL.search(tool.docstring):
            yield subject.about(
                "CP402",
                tool,
                "it has no undo, and its docstring does not say that it cannot be undone",
                'give undo=..., or write "This cannot be undone." in the docstring',
            )
        if tool.effect != "read" and not tool.idempotent and behaviour.retry is not None and behaviour.retry.writes:
            yield subject.about(
                "CP403",
                tool,
                "it is retried though it is not idempotent: it may happen twice",
                "send ctx.idempotency_key and say idempotent=True, or leave retry out",
            )
        if behaviour.deprecated.startswith("nothing"):
            yield subject.about(
                "CP404",
                tool,
                "it is deprecated, and does not say what to use instead",
                'name the tool to use, deprecated="use ..."',
            )


def check_requirements(subject: Subject) -> Iterator[Finding]:
    """Yields settings that tools require and that there are not."""
    model = subject.pack.settings
    known = [] if model is None else list(model.model_fields)
    for tool in subject.tools:
        for name in tool.behaviour.requires:
            head, _, setting = name.partition(".")
            if head == "settings" and setting and setting.partition(".")[0] not in known:
                yield subject.about(
                    "CP803",
                    tool,
                    f"it requires {name}, and the settings of the pack are {', '.join(known) or '(none)'}",
                    "correct the name in requires=[...], or add the field to the settings model",
                )


def _write_word(tool: Tool) -> str:
    """The word that makes a tool look like a write, as text for a message; empty where none does."""
    words = tool.name.lower().split("_")
    if (words[0] in _WRITES and tool.name not in _NOUNS_TOO) or words[-1] in _LAST_WORDS:
        return f"the name {tool.name!r}"
    first, second = [*re.findall(r"[A-Za-z]+", tool.doc.summary)[:2], "", ""][:2]
    if second.lower() in _AFTER_NOUNS:
        return ""
    word = first.lower()
    verbs = {word.removesuffix("s"), word.removesuffix("es"), re.sub("ies$", "y", word)} - {word}
    is_write = word in _WRITES - _NOUNS_TOO or not verbs.isdisjoint(_WRITES - {"add"})
    return f"its first line ({first} ...)" if is_write else ""
