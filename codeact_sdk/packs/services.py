"""What the tools of one pack share: secrets, settings, resources and pooled HTTP clients."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from codeact_sdk.errors import CodeActError, ConfigError
from codeact_sdk.later import secrets
from codeact_sdk.packs.hosts import make_check
from codeact_sdk.packs.logs import redacting_log
from codeact_sdk.packs.pack import ToolPack
from codeact_sdk.packs.resources import Chain, Resources
from codeact_sdk.packs.settings import FILE
from codeact_sdk.packs.validation import validate
from codeact_sdk.tools.context import ContextUser, Progress, ToolContext
from codeact_sdk.tools.faults import Faults
from codeact_sdk.tools.redaction import Redactor
from codeact_sdk.tools.resources import AnyResource

if TYPE_CHECKING:
    import httpx

HTTP_TIMEOUT_S = 30.0
"""How long a tool's request may wait; five seconds, the default of httpx, is short for many APIs."""


class PackServices:
    """Makes the contexts of one pack's tools for one interpreter, and closes what they shared.

    There is one pooled client for all `def` tools, and one for the `async def` tools of each event loop, because
    connections cannot move between loops. Clients are made when a tool first asks for one.

    Args:
        pack: The pack.
        environ: Where its secrets are looked up, when a tool asks for one.
        settings: What the integrator set for it.
        namespace: What it is offered as; the pack's own where this is left out.
        source: Name of the config file, for messages.
        http_options: Options of its HTTP clients, such as `timeout` or `transport`.
        faults: Is told of resources that do not close.
        distribution: Where the pack came from.
        redactor: Takes values of secrets out of its log.

    Raises:
        ConfigError: The settings are not what the pack takes.
    """

    def __init__(
        self,
        pack: ToolPack,
        *,
        environ: Mapping[str, str],
        settings: Mapping[str, object] | None = None,
        namespace: str | None = None,
        source: str = FILE,
        http_options: Mapping[str, Any] | None = None,
        faults: Faults | None = None,
        distribution: str = "",
        redactor: Redactor | None = None,
    ) -> None:
        self._pack = pack
        self._namespace = namespace or pack.namespace
        self._environ = environ
        self._log = None if redactor is None else redacting_log(self._namespace, redactor)
        self._settings = settings_of(pack, self._namespace, settings or {}, source)
        self._http_options = {"timeout": HTTP_TIMEOUT_S, **(http_options or {})}
        self._session = secrets.token_hex(8) if pack.resources else ""
        told = faults or Faults()
        self._resources = Resources(
            self._namespace, pack.resources, self._make_context, told, distribution=distribution
        )
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None
        self._async_clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = (
            weakref.WeakKeyDictionary()
        )
        self._closed = False

    def context(
        self,
        tool: ContextUser,
        *,
        idempotency_key: str = "",
        progress: Progress | None = None,
        resources: Mapping[AnyResource[Any], object] | None = None,
    ) -> ToolContext:
        """Makes the context of one call.

        Args:
            tool: Who calls.
            idempotency_key: Key of the call.
            progress: Told of progress.
            resources: What stands for the pack's resources, in a test; they are opened where this is left out.
        """
        name, is_async = tool.qualified_name, tool.is_async
        return self._make_context(name, is_async, (), key=idempotency_key, progress=progress, resources=resources)

    def _make_context(
        self,
        name: str,
        is_async: bool,
        chain: Chain,
        *,
        key: str = "",
        progress: Progress | None = None,
        resources: Mapping[AnyResource[Any], object] | None = None,
    ) -> ToolContext:
        opening = partial(self._resources.get, name=name, is_async=is_async, chain=chain)
        return ToolContext(
            self._namespace,
            secrets=self._environ,
            declared=self._pack.secrets,
            settings=self._settings,
            http=partial(self._async_http if is_async else self._sync_http, name),
            idempotency_key=key,
            progress=progress,
            resources=opening if resources is None else resources,
            session=self._session,
            log=self._log,
        )

    def reset(self) -> None:
        """Closes the resources; the next use opens them anew."""
        self._resources.close(for_good=False)

    def close(self) -> None:
        """Closes resources and clients, except those of event loops that cannot be run from here: `aclose` is for them."""
        self._resources.close()
        with self._lock:
            self._closed = True
            client, self._client = self._client, None
            waiting = dict(self._async_clients)
            self._async_clients.clear()
        if client is not None:
            client.close()
        for loop, async_client in waiting.items():
            if loop.is_running() or _inside_a_loop():
                self._async_clients[loop] = async_client
            elif not loop.is_closed():  # connections of a closed loop are gone with it
                loop.run_until_complete(async_client.aclose())

    async def aclose(self) -> None:
        """Closes everything, inside the event loop that used it."""
        await self._resources.aclose()
        with self._lock:
            self._closed = True
            client = self._async_clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()
        self.close()

    def _sync_http(self, tool: str) -> object:
        import httpx  # noqa: PLC0415 - most tools need no client, and importing it takes a tenth of a second

        with self._lock:
            self._check_open(tool)
            if self._client is None:
                self._client = httpx.Client(**self._options(is_async=False))
            return self._client

    def _async_http(self, tool: str) -> object:
        import httpx  # noqa: PLC0415 - as above

        loop = asyncio.get_running_loop()
        with self._lock:
            self._check_open(tool)
            client = self._async_clients.get(loop)
            if client is None:
                client = self._async_clients[loop] = httpx.AsyncClient(**self._options(is_async=True))
            return client

    def _options(self, *, is_async: bool) -> dict[str, Any]:
        """The options of a client, with what looks at the host of each request."""
        hosts = self._pack.hosts
        if hosts is None:
            return dict(self._http_options)
        check = make_check(self._namespace, hosts)

        async def acheck(request: object) -> None:
            check(request)

        hooks = self._http_options.get("event_hooks", {})
        looks = [*hooks.get("request", ()), acheck if is_async else check]
        return {**self._http_options, "event_hooks": {**hooks, "request": looks}}

    def _check_open(self, tool: str) -> None:
        if self._closed:
            raise CodeActError(
                f"{tool} asks for an HTTP client after its interpreter was closed: make a new interpreter"
            )


def _inside_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def settings_of(pack: ToolPack, namespace: str, values: Mapping[str, object], source: str) -> object:
    """What the tools of a pack read as `ctx.settings`.

    Args:
        pack: The pack.
        namespace: What it is offered as.
        values: What the integrator set for it.
        source: Where that stands, for messages.

    Raises:
        ConfigError: The settings are not what the pack takes.
    """
    if pack.settings is not None:
        return validate(pack.settings, values, source=source, prefix=("settings", namespace))
    if values:
        raise ConfigError(
            f"{source}: pack {namespace!r} takes no settings: remove the table [settings.{namespace}] "
            f"({', '.join(values)})"
        )
    return None
