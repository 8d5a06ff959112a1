"""What a tool gets from its host: secrets, settings, resources, an HTTP client, a log, and a key that makes a call repeatable."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, Protocol, TypeVar, overload

from codeact_sdk.errors import ConfigError, SecretMissing
from codeact_sdk.later import logging
from codeact_sdk.tools.resources import AnyResource, AsyncResource, Resource

_T = TypeVar("_T")

Progress = Callable[[float, float | None, str], None]
"""Told how much is done, of how much (None where nobody knows), and a few words."""

_NO_SECRETS: Mapping[str, str] = MappingProxyType({})


class ToolContext:
    """What a tool gets from its host, for one call.

    A parameter annotated with this class is filled by the host and never shown to a model. To call such a tool in a
    test, make one by hand:

        refund("o-1", 9.5, ToolContext("acme", secrets={"ACME_TOKEN": "t"}))
    """

    __slots__ = (
        *("_declared", "_http", "_progress", "_resources", "_secrets", "_session", "_settings"),
        *("idempotency_key", "log", "pack"),
    )

    pack: str
    """Namespace of the pack; empty for a tool given directly."""
    log: logging.Logger
    """The logger `codeact.<pack>`; values of secrets that the pack declares are taken out of what it is given."""
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
        resources: Mapping[AnyResource[Any], object] | Callable[[AnyResource[Any]], Any] | None = None,
        session: str = "",
        log: logging.Logger | None = None,
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
            resources: What stands for the pack's resources, in a test: `{database: fake}`; the host gives what opens them.
            log: Where the tool writes what it has to tell; the logger `codeact.<pack>` where this is left out.
            session: A name of the session, where results of one must not be seen by another.
        """
        self.pack = pack
        self.log = log or logging.getLogger(f"codeact.{pack}" if pack else "codeact")
        self.idempotency_key = idempotency_key
        self._secrets = secrets
        self._declared = declared
        self._settings = settings
        self._http = http
        self._progress = progress
        self._resources = resources
        self._session = session

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

    @overload
    def resource(self, resource: Resource[_T]) -> _T: ...

    @overload
    def resource(self, resource: AsyncResource[_T]) -> Awaitable[_T]: ...

    def resource(self, resource: Resource[_T] | AsyncResource[_T]) -> _T | Awaitable[_T]:
        """Gives what `@pack.resource` declares, opened on first use in this session; one that is async is awaited.

        Args:
            resource: What the decorator gave.

        Raises:
            ConfigError: It is of another pack, or async in a `def`, or this context was made without it.
        """
        given = self._resources
        if callable(given):
            opened: _T | Awaitable[_T] = given(resource)
            return opened
        if given is None or resource not in given:
            raise ConfigError(
                f"this ToolContext was made without the resource {resource.name!r}: give it what stands for it, "
                f"ToolContext(resources={{{resource.name}: ...}})"
            )
        value: Any = given[resource]
        return _given(value) if isinstance(resource, AsyncResource) else value

    def identity(self) -> tuple[object, ...]:
        """What tells the results of one tenant from those of another: secrets and settings. To be hashed, never shown."""
        declared = self._secrets if self._declared is None else self._declared
        return (
            self.pack,
            self._session,
            {name: self._secrets.get(name, "") for name in sorted(declared)},
            self._settings,
        )

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


async def _given(value: _T) -> _T:
    return value


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

    def reset(self) -> None:
        """Closes what belongs to the session, which begins anew."""
        ...
