"""Interpreters, contexts and agents around one pack, made as a host makes them and closed together."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

from codeact_sdk.agent import Agent
from codeact_sdk.messages import Message
from codeact_sdk.models.base import Model
from codeact_sdk.observations import Observation
from codeact_sdk.packs.pack import ToolPack
from codeact_sdk.packs.services import PackServices
from codeact_sdk.packs.settings import Config, make_config
from codeact_sdk.prompts.observations import render_observation
from codeact_sdk.runtime import Interpreter
from codeact_sdk.testing.scripted import Scripted, ScriptedModel
from codeact_sdk.tools.context import ToolContext
from codeact_sdk.tools.resources import AnyResource

Script = Sequence[Scripted] | Callable[[Sequence[Message]], Scripted]


class Bench:
    """Makes what a test of one pack needs; nothing of the person who runs the test is seen, neither config nor secrets."""

    def __init__(
        self,
        pack: ToolPack,
        *,
        settings: Mapping[str, object] | None = None,
        secrets: Mapping[str, str] | None = None,
        real_secrets: Mapping[str, str] | None = None,
        on_secret: Callable[[str, str], None] | None = None,
        **options: Any,
    ) -> None:
        """Takes what holds for everything that is made.

        Args:
            pack: The pack under test.
            settings: Its settings.
            secrets: Values of its secrets, made up.
            real_secrets: Values that take their place: those of the environment, while a cassette is recorded.
            on_secret: Told of each secret that is given, by name and value.
            options: Others of `Interpreter`, such as `limits`.
        """
        self.pack = pack
        self._settings = dict(settings or {})
        self._secrets = dict(secrets or {})
        self._real = {name: value for name, value in (real_secrets or {}).items() if name in pack.secrets}
        self._on_secret = on_secret
        self._options = options
        self._opened = ExitStack()

    def interpreter(
        self,
        *,
        settings: Mapping[str, object] | None = None,
        secrets: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Interpreter:
        """Makes an interpreter that offers the pack.

        Args:
            settings: Of the pack, beside those that hold for all.
            secrets: As `settings`.
            options: Others of `Interpreter`.
        """
        made = Interpreter(
            packs=[self.pack],
            config=self._config(settings),
            environ=self._environ(secrets),
            **{**self._options, **options},
        )
        return self._opened.enter_context(made)

    def agent(
        self,
        model: Model | Script,
        *,
        settings: Mapping[str, object] | None = None,
        secrets: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Agent:
        """Makes an agent that offers the pack.

        Args:
            model: A model, or the script of one: what it says, in order.
            settings: Of the pack, beside those that hold for all.
            secrets: As `settings`.
            options: Others of `Agent`.
        """
        return Agent(
            model if isinstance(model, Model) else ScriptedModel(model),
            packs=[self.pack],
            config=self._config(settings),
            environ=self._environ(secrets),
            **{**self._options, **options},
        )

    def context(
        self,
        *,
        settings: Mapping[str, object] | None = None,
        secrets: Mapping[str, str] | None = None,
        resources: Mapping[AnyResource[Any], object] | None = None,
        idempotency_key: str = "",
        is_async: bool = False,
    ) -> ToolContext:
        """Makes the context of a call, for a test that calls the function itself.

        Args:
            settings: Of the pack, beside those that hold for all.
            secrets: As `settings`.
            resources: What stands for the pack's resources: `{database: fake}`; they are opened where this is left out.
            idempotency_key: Key of the call.
            is_async: Whether it is for an `async def` tool, which needs another HTTP client.
        """
        services = PackServices(
            self.pack,
            environ=self._environ(secrets),
            settings=self._given(settings),
            source="the test",
        )
        self._opened.callback(services.close)
        caller = _Caller(f"{self.pack.namespace} (called by a test)", is_async)
        return services.context(caller, idempotency_key=idempotency_key, resources=resources)

    def close(self) -> None:
        """Closes everything that was made, the latest first."""
        self._opened.close()

    def _config(self, settings: Mapping[str, object] | None) -> Config:
        given = self._given(settings)
        table = {"settings": {self.pack.namespace: given} if given else {}, "secrets": {"env_file": os.devnull}}
        return make_config(table, source="the test")

    def _given(self, settings: Mapping[str, object] | None) -> dict[str, object]:
        return {**self._settings, **(settings or {})}

    def _environ(self, secrets: Mapping[str, str] | None) -> dict[str, str]:
        given = {**self._secrets, **(secrets or {}), **self._real}
        if self._on_secret is not None:
            for name, value in given.items():
                self._on_secret(name, value)
        return given


class _Caller(NamedTuple):
    """A tool, as far as its context asks."""

    qualified_name: str
    is_async: bool


def run_or_fail(interpreter: Interpreter, code: str) -> Observation:
    """Runs one action that must succeed.

    Args:
        interpreter: Where.
        code: What a model might write.

    Raises:
        AssertionError: It did not; the message is what a model would read.
    """
    seen = interpreter.run(code)
    if seen.status not in {"ok", "answered"}:
        read = render_observation(seen, toolset=interpreter.toolset)
        raise AssertionError(f"the code ended with {seen.status!r}; a model would read:\n\n{read}")
    return seen
