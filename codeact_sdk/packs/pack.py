"""A tool pack: typed functions under one namespace, with the secrets and settings that they need."""

from __future__ import annotations

import builtins
import inspect
import keyword
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar, Unpack, overload

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pydantic import BaseModel

from codeact_sdk.errors import PluginError, ToolDefinitionError
from codeact_sdk.packs.hosts import host_fault
from codeact_sdk.tools.behaviour import ToolOptions
from codeact_sdk.tools.context import Services
from codeact_sdk.tools.resources import AnyResource, AsyncResource, Resource
from codeact_sdk.tools.signature import read_function
from codeact_sdk.tools.tool import Tool, define_tool
from codeact_sdk.tools.toolset import RESERVED, ToolGroup
from codeact_sdk.tools.type_rules import PluginRule, RuleError, TypeRule, read_rules

_T = TypeVar("_T")
_Function = TypeVar("_Function", bound=Callable[..., object])

_NAMESPACE = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class ToolPack:
    """Typed functions that are offered to models under one namespace.

        pack = ToolPack("acme", "Orders and refunds in Acme's shop.", secrets=["ACME_TOKEN"])

        @pack.tool(effect="read")
        def orders(customer: str) -> list[Order]: ...

    Model code calls `acme.orders("C-1042")`. A distribution publishes the pack with an entry point in the group
    `codeact_sdk`: `acme = "acme_orders:pack"`.
    """

    def __init__(
        self,
        namespace: str,
        purpose: str,
        *,
        secrets: Iterable[str] = (),
        settings: type[BaseModel] | None = None,
        hosts: Iterable[str] | None = None,
        requires_sdk: str | None = None,
        types: Mapping[type, TypeRule | Callable[[Any], object]] | None = None,
    ) -> None:
        """Makes an empty pack.

        Args:
            namespace: The name that model code uses, such as `acme`.
            purpose: What the pack is for, in one line; models read it.
            secrets: Environment variables that tools may read with `ctx.secret(name)`.
            settings: Model of what an integrator may set; tools read it as `ctx.settings`.
            hosts: Hosts that tools reach, such as `api.acme.com` or `*.acme.com`: `ctx.http` refuses all others, and the
                integrator is shown them. None where the pack cannot say; an empty list for a pack that reaches none.
            requires_sdk: Versions of `codeact-sdk` that the pack works with, such as `>=0.1,<1`. A pack in a
                distribution need not say it: the distribution's own dependency is read.
            types: How values of types cross and are shown, as the hook `codeact_types` says it.

        Raises:
            PluginError: One of these cannot be used; every fault is named.
        """
        self.namespace = namespace
        self.purpose = " ".join(purpose.split()) if isinstance(purpose, str) else purpose
        self.secrets = (secrets,) if isinstance(secrets, str) else tuple(secrets)
        self.settings = settings
        self.hosts = None if hosts is None else (hosts,) if isinstance(hosts, str) else tuple(hosts)
        self.requires_sdk = requires_sdk
        self._tools: dict[str, Tool] = {}
        self._resources: dict[str, AnyResource[Any]] = {}
        self.types, faults = _read_types(types or {})
        faults += _faults(self, secrets)
        if faults:
            raise PluginError(str(namespace), "; ".join(faults))

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools, in the order of their definition."""
        return tuple(self._tools.values())

    @property
    def resources(self) -> tuple[AnyResource[Any], ...]:
        """What tools may have open in a session, in the order of its definition."""
        return tuple(self._resources.values())

    @overload
    def resource(self, function: Callable[..., AsyncIterator[_T]], /) -> AsyncResource[_T]: ...  # type: ignore[overload-overlap]  # the last is for all others

    @overload
    def resource(self, function: Callable[..., Iterator[_T]], /) -> Resource[_T]: ...

    @overload
    def resource(self, function: Callable[..., Awaitable[_T]], /) -> AsyncResource[_T]: ...  # type: ignore[overload-overlap]  # as above

    @overload
    def resource(self, function: Callable[..., _T], /) -> Resource[_T]: ...

    def resource(self, function: Callable[..., Any], /) -> Resource[Any] | AsyncResource[Any]:
        """Declares what is opened on first use in a session, and closed with it; tools get it by `ctx.resource(...)`.

        Args:
            function: Has one `yield`, behind which it closes what it opened, or returns what nobody need close. It may be
                async, and may take a `ToolContext`.

        Raises:
            ToolDefinitionError: It cannot be a resource; every fault is named.
        """
        made = _resource(function, self.namespace)
        if made.name in self._resources:
            raise ToolDefinitionError(
                f"{self.namespace}.{made.name}", ["the pack has a resource of this name already: rename one"]
            )
        self._resources[made.name] = made
        return made

    @overload
    def tool(self, function: _Function, /) -> _Function: ...

    @overload
    def tool(self, /, **options: Unpack[ToolOptions]) -> Callable[[_Function], _Function]: ...

    def tool(
        self, function: _Function | None = None, /, **options: Unpack[ToolOptions]
    ) -> _Function | Callable[[_Function], _Function]:
        """Adds a function to the pack and returns it unchanged, so that its author can still call it.

        Args:
            function: The function, where the decorator is written without parentheses.
            options: See `codeact_sdk.tools.behaviour.ToolOptions`.

        Raises:
            ToolDefinitionError: The function cannot be a tool; every fault is named.
        """

        def add(function: _Function) -> _Function:
            tool = define_tool(function, options=options, pack=self.namespace)
            if tool.name in self._tools:
                raise ToolDefinitionError(
                    tool.qualified_name,
                    ['the pack has a tool of this name already: rename one, or use @pack.tool(name="...")'],
                )
            if faults := _undeclared(tool, self.secrets):
                raise ToolDefinitionError(tool.qualified_name, faults)
            self._tools[tool.name] = tool
            return function

        return add if function is None else add(function)

    def group(
        self, namespace: str | None = None, *, distribution: str = "", services: Services | None = None
    ) -> ToolGroup:
        """Makes what a toolset takes.

        Args:
            namespace: The name to offer it under; the pack's own where this is left out.
            distribution: Where the pack came from, such as `codeact-acme 1.2.0`.
            services: What makes the contexts of its tools.
        """
        name = namespace or self.namespace
        tools = tuple(replace(tool, pack=name, distribution=distribution) for tool in self.tools)
        rules = {
            kind: PluginRule(rule=rule, plugin=name, distribution=distribution) for kind, rule in self.types.items()
        }
        return ToolGroup(
            namespace=name, purpose=self.purpose, distribution=distribution, tools=tools, services=services, types=rules
        )

    def __repr__(self) -> str:
        names = ", ".join(self._tools) or "no tools"
        return f"<ToolPack {self.namespace}: {names}>"


def _resource(function: Callable[..., Any], pack: str) -> Resource[Any] | AsyncResource[Any]:
    name = getattr(function, "__name__", type(function).__name__)
    if not callable(function):
        raise ToolDefinitionError(f"{pack}.{name}", ["a resource is made of a function"])
    facts = read_function(function)
    required = [item.name for item in facts.parameters if item.default is inspect.Parameter.empty]
    if required:
        raise ToolDefinitionError(
            f"{pack}.{name}",
            [
                f"a resource takes a ToolContext or nothing, and {', '.join(required)} would be given by nobody: remove it"
            ],
        )
    is_async_generator = inspect.isasyncgenfunction(function)
    is_generator = is_async_generator or inspect.isgeneratorfunction(function)
    kind = AsyncResource if is_async_generator or inspect.iscoroutinefunction(function) else Resource
    return kind(
        name=name,
        pack=pack,
        function=function,
        form="generator" if is_generator else "function",
        context_parameter=facts.context_parameter,
    )


def _undeclared(tool: Tool, secrets: tuple[str, ...]) -> list[str]:
    """What is wrong with the secrets that a tool requires."""
    return [
        f"requires names the secret {name}, which the pack does not declare: add it to ToolPack(..., secrets=[...]), or write "
        f"'settings.{name}' for a setting"
        for name in tool.behaviour.requires
        if not name.startswith("settings.") and name not in secrets
    ]


def namespace_fault(name: object) -> str | None:
    """Says why a name cannot be a namespace; None where it can."""
    if not isinstance(name, str) or not _NAMESPACE.match(name):
        return (
            f"the namespace {name!r} is not a plain Python name: "
            "use ASCII letters, digits and underscores, beginning with a letter"
        )
    if keyword.iskeyword(name):
        return f"the namespace {name!r} is a Python keyword: choose another, such as {name + '_tools'!r}"
    if name in RESERVED or hasattr(builtins, name):
        return f"the namespace {name!r} is a name that model code needs: choose another, such as {name + '_tools'!r}"
    return None


def _faults(pack: ToolPack, secrets: object) -> list[str]:
    faults = []
    if fault := namespace_fault(pack.namespace):
        faults.append(fault)
    if not isinstance(pack.purpose, str) or not pack.purpose:
        faults.append("it has no purpose: say in one line what it is for, because models choose by it")
    if isinstance(secrets, str):
        faults.append(f"secrets is one string: write a list, secrets=[{secrets!r}]")
    faults += [
        f"the secret {name!r} cannot be the name of an environment variable"
        for name in pack.secrets
        if not isinstance(name, str) or not _ENVIRONMENT_NAME.match(name)
    ]
    faults += [fault for host in pack.hosts or () if (fault := host_fault(host))]
    if not _is_model(pack.settings):
        faults.append(f"settings is {pack.settings!r}: give a pydantic model class")
    if pack.requires_sdk is not None and not _is_specifier(pack.requires_sdk):
        faults.append(f"requires_sdk is {pack.requires_sdk!r}: write a version range, such as '>=0.1,<1'")
    return faults


def _read_types(given: object) -> tuple[Mapping[type, TypeRule], list[str]]:
    try:
        return read_rules(given), []
    except RuleError as error:
        return {}, [f"types {error}"]


def _is_model(settings: object) -> bool:
    return settings is None or (isinstance(settings, type) and issubclass(settings, BaseModel))


def _is_specifier(text: object) -> bool:
    try:
        SpecifierSet(str(text))
    except InvalidSpecifier:
        return False
    return isinstance(text, str)
