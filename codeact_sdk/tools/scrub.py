"""Takes out of a text what Python's own descriptions of objects tell of the process: addresses, modules and paths."""

from __future__ import annotations

import re

from codeact_sdk.later import later_pattern

_ADDRESS = later_pattern(r" at 0x[0-9a-fA-F]{6,16}(?=>|\]| \[| maxsize=|; to )")
"""In `<function f at 0x7f3a5c0d1e40>` and its kind; an address that a program made up for other ends has no such place."""

_MODULE = later_pattern(r"(?<=[<'])(class ')?(?:codeact_sdk|pydantic(?:_core)?|RestrictedPython)(?:\.\w+)*\.(?=\w)")
_ENGINE = later_pattern(r"(?<=[<'])(class ')?_?regex(?:\._\w+)*\.(?=\w)")
_PATH = later_pattern(r" at (?:/|[A-Za-z]:\\)[^\n\]>]{1,400}\.py:\d+(?=[\]>])")
_OWN_METHOD = later_pattern(r"\b(?:Session|Output|Stream|OwnModules|Guards|DeepCopy)\.(?:<locals>\.)?_?(?=\w+\(\))")


def scrub(text: str) -> str:
    """Gives the text without addresses, names of the host's modules and paths of its files.

    Costs a search for one character where nothing is described.
    """
    if "<" not in text and "'" not in text:
        return text
    if " at 0x" in text:
        text = _ADDRESS.sub("", text)
    if "codeact_sdk" in text or "pydantic" in text or "RestrictedPython" in text:
        text = _MODULE.sub(_keep_opening, text)
    if "regex." in text:
        text = _ENGINE.sub(lambda match: f"{match[1] or ''}re.", text)
    if ".py:" in text:
        text = _PATH.sub("", text)
    return text


def _keep_opening(match: re.Match[str]) -> str:
    return match[1] or ""


def scrub_message(text: str) -> str:
    """As `scrub`, for the message of an exception: methods of the SDK have the names that model code calls them by."""
    if "()" in text:
        text = _OWN_METHOD.sub("", text).replace("take_answer()", "answer()")
    return scrub(text).replace(" _regex.", " re.")
