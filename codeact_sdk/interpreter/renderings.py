"""What is shown of objects of the host: by the rules of packs and plugins, whose failures are contained."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

from codeact_sdk.frozen import replaced
from codeact_sdk.interpreter.excerpts import clean
from codeact_sdk.interpreter.limits import Budget, Limits
from codeact_sdk.interpreter.number_contexts import NumberContexts
from codeact_sdk.observations import Display
from codeact_sdk.tools.cutting import cut
from codeact_sdk.tools.images import Image, bytes_text, image_text
from codeact_sdk.tools.type_rules import PluginRule, TypeRules

MAX_TEXT_CHARS = 4_000
"""Longest text that a rule may show of one value: about as much as a model should read of a table."""

_MOST_CHARS = 100_000
"""Of a text of a rule that is looked at at all."""

MAX_PARTS = 20
"""Most texts and displays that a rule may give for one value."""

Part = str | Image | Display
"""What a value is shown as."""


class Renderings:
    """Asks the rules of one session."""

    def __init__(
        self,
        rules: TypeRules | None = None,
        budget: Callable[[], Budget] | None = None,
        numbers: NumberContexts | None = None,
        *,
        redact: Callable[[str], str] = str,
    ) -> None:
        """Takes the rules.

        Args:
            rules: For types of the host.
            budget: Gives that of the running action: the host's code is not interrupted in its midst.
            numbers: In which context the host's code computes.
            redact: Takes values of secrets out of a text.
        """
        self._rules = rules or TypeRules()
        self._budget = budget or (lambda: Budget(Limits()))
        self._numbers = numbers or NumberContexts()
        self._redact = redact

    def to_data(self, value: object) -> tuple[object, ...]:
        """Gives a tuple of the data that is to cross in place of a value; an empty one where it stays with the host."""
        found = self._rules.find(type(value))
        if found is None or found.rule.to_data is None:
            return ()
        return self._asked(found, "to_data", found.rule.to_data, value)

    def covers(self, kind: type) -> bool:
        """Whether there is a rule for values of a type, so that none of the usual ones is for them."""
        return issubclass(kind, Image) or self._rules.find(kind) is not None

    def parts(self, value: object) -> tuple[Part, ...]:
        """Gives what is shown of a value; nothing where there is no rule, or it failed."""
        budget = self._budget()
        if not budget.over:  # a loop of nothing but this is in the host's code whenever the watchdog looks
            budget.alive()
        if isinstance(value, Image):
            return (self._read_part(value),)
        found = self._rules.find(type(value))
        if found is None or found.rule.render is None:
            return ()
        render = found.rule.render
        made = self._asked(found, "render", lambda given: self._read(render(given)), value)
        return made[0] if made else ()

    def _asked(self, found: PluginRule, part: str, function: Callable[[Any], Any], value: object) -> tuple[Any, ...]:
        """Runs a function of a rule as a call of a tool is run; an empty tuple where it raises, and the fault is named."""
        kind = type(value)
        budget = self._budget()
        outer, budget.in_tool = budget.in_tool, f"{part} for {kind.__name__}"
        try:
            with self._numbers.outside():
                return (function(value),)
        except Exception as error:  # noqa: BLE001  # a broken plugin must not stop the action
            self._rules.failed(found, kind, part, error)
            return ()
        finally:
            budget.in_tool = outer

    def _read(self, shown: object) -> tuple[Part, ...]:
        """Checks what a rule gave, and makes texts of it that code may have."""
        given = list(shown) if isinstance(shown, list | tuple) else [shown]
        return tuple(map(self._read_part, given[:MAX_PARTS]))

    def _read_part(self, part: object) -> Part:
        if isinstance(part, str):
            return clean(self._redact(str.__str__(part)), _MOST_CHARS)
        if isinstance(part, Image):
            return Image(part.data, alt=self._redact(part.alt))
        if isinstance(part, Display):
            return replaced(part, text=self._redact(part.text))
        raise TypeError(f"render returned {type(part).__name__}: return text, a Display, an Image, or a list of them")


def text_of(parts: Sequence[Part]) -> str:
    """The parts as one text of bounded length, displays by their description."""
    texts = [part if isinstance(part, str) else f"{described(part)[:-1]}; display(x) shows it]" for part in parts]
    return cut("\n".join(texts), MAX_TEXT_CHARS)


def described(part: Image | Display) -> str:
    """What is read in place of a display."""
    if isinstance(part, Image):
        return clean(image_text(part))
    return clean(part.text) or f"[display {clean(part.mime, 80)}, {bytes_text(len(part.data))}]"


def as_display(part: Image | Display) -> Display:
    """A picture as the display of an observation."""
    if isinstance(part, Display):
        return replaced(part, text=described(part))
    data = (
        part.data.decode("utf-8", "replace") if part.mime == "image/svg+xml" else base64.b64encode(part.data).decode()
    )
    return Display(mime=part.mime, data=data, text=described(part))
