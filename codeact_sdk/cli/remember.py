"""Keeps an "always" of the person at the terminal."""

from __future__ import annotations

from pathlib import Path

from codeact_sdk.approvals.cards import Card
from codeact_sdk.cli.approve import Remember
from codeact_sdk.errors import ConfigError
from codeact_sdk.packs.always import allow_always
from codeact_sdk.packs.edit import target_of
from codeact_sdk.packs.settings import Config


def remember_in(config: Config) -> Remember:
    """Writes rules into the config file that was read, or into a new one, and tells so.

    Args:
        config: What was read.
    """

    def remember(card: Card) -> str:
        path = target_of(config, Path.cwd())
        try:
            rules = allow_always(path, card.calls)
        except ConfigError as error:
            return f"it holds for this run only: {error}"
        told = ", ".join(rule.pattern for rule in rules)
        text = f"{path.name} allows {told} from now on" if told else f"{path.name} allows this already"
        variables = ", ".join(config.variables("approvals"))
        return f"{text}; but {variables} is set, which comes before the file" if variables else text

    return remember
