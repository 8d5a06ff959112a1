"""What a tool gets from its host: secrets, settings, an HTTP client, a log, and a key that makes a call repeatable."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from codeact_sdk.errors import ConfigError, SecretMissing
from codeact_sdk.later import logging

Progress = Callable[[float, float | None, str], None]
"""Told how much is done, of how much (None where nobody knows), and a few words."""

_NO_SECRETS: Mapping[str, str] = MappingProxyType({})


class ToolContext:
    """What a tool gets from its host, for one call.

    A parameter annotated with this class is filled by the host and never shown to a model. To call such a tool in a
    test, make one by hand:

        refund("o-1", 9.5, ToolContext("acme", secrets={"ACME_TOKEN": "t"}))
    """

    __slots__ = ("_declared", "_http", "_progress", "_secrets", "_settings", "idempotency_key", "log", "pack")

    pack: str
    """Namespace of the pack; empty for a tool given directly."""
    log: logging.Logger
    """The logger `codeact.<pack>`; give it no secrets."""
    idempotency_key: str
    """The same for every attempt of one call, so that a server can tell a retry from a second order."""

    def __init__(
        self,
        pack: str = "",
        *,
        secrets: Mapping[str, str] = _NO_SECRETS,
        declared: Collection[str] | None = None,
        settings: object = None,
        http: Callable[[], object] | None = None,
        idempotency_key: str = "",
        progress: Progress | None = None,
    ) -> None:
        """Makes a context.

        Args:
            pack: Namespace of the pack.
            secrets: Where the values of secrets are looked up; read when one is asked for.
            declared: The secrets that may be asked for; all in `secrets` where this is left out.
            settings: The pack's validated settings.
            http: Gives the HTTP client, when it is first needed.
            idempotency_key: Key of this call.
            progress: Told of progress; nobody is where this is left out.
        """
        self.pack = pack
        self.log = logging.getLogger(f"codeact.{pack}" if pack else "codeact")
        self.idempotency_key = idempotency_key
        self._secrets = secrets
        self._declared = declared
        self._settings = settings
        self._http = http
        self._progress = progress

    def secret(self, name: str) -> str:
        """Value of a secret that the pack declared.

        Raises:
            SecretMissing: It is declared and has no value.
            ConfigError: The pack did not declare it.
        """
        declared = self._secrets if self._declared is None else self._declared
        if name not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise ConfigError(
                f"pack {self.pack!r} asks for the secret {name}, which it does not declare (declared: {known}); "
                f"its author adds it to ToolPack({self.pack!r}, ..., secrets=[...])"
            )
        value = self._secrets.get(name, "")
        if not value:
            raise SecretMissing(name, pack=self.pack)
        return value

    @property
    def settings(self) -> Any:  # the pack's own model, which only its author can name
        """The pack's settings: an instance of the model that it declared; None where it declared none."""
        return self._settings

    @property
    def http(self) -> Any:  # one of two classes, and importing httpx here would cost every start
        """The pack's pooled HTTP client: an `httpx.Client` in a `def` tool, an `httpx.AsyncClient` in an `async def` one.

        Raises:
            ConfigError: This context was made without a client.
        """
        if self._http is None:
            raise ConfigError(
                "this ToolContext was made without an HTTP client: give it one, ToolContext(http=lambda: httpx.Client())"
            )
        return self._http()

    def progress(self, done: float, total: float | None, *, message: str = "") -> None:
        """Says how far a long call is.

        Args:
            done: How much is done.
            total: Of how much; None where nobody knows.
            message: A few words for a person.
        """
        if self._progress is not None:
            self._progress(done, total, message)

    def __repr__(self) -> str:
        return f"ToolContext({self.pack!r})"


class ContextUser(Protocol):
    """What is read of a tool to make its context."""

    @property
    def qualified_name(self) -> str:
        """Such as `acme.orders`."""
        ...

    @property
    def is_async(self) -> bool:
        """Whether it is `async def`."""
        ...


class Services(Protocol):
    """What makes the contexts of one pack's tools, and owns what they share."""

    def context(self, tool: ContextUser, *, idempotency_key: str = "", progress: Progress | None = None) -> ToolContext:
        """Makes the context of one call."""
        ...

    def close(self) -> None:
        """Closes what was opened for `def` tools, and for `async def` tools whose event loop has ended."""
        ...

    async def aclose(self) -> None:
        """Closes everything, inside the event loop that used it."""
        ...
