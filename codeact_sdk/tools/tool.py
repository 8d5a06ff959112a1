"""A typed function that a model may call, with what was read from it once."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from types import FunctionType
from typing import Any, Unpack, overload

from codeact_sdk.errors import ToolArgumentError, ToolDefinitionError
from codeact_sdk.observations import Effect
from codeact_sdk.tools.annotated import notes_of
from codeact_sdk.tools.behaviour import NOTHING, Behaviour, ToolOptions, behaviour_faults, read_options
from codeact_sdk.tools.context import ToolContext
from codeact_sdk.tools.definition import OBJECTS, method_fault, name_fault, object_fault, option_faults
from codeact_sdk.tools.docs import ToolDoc, clean_doc, parse_doc
from codeact_sdk.tools.parameters import parameter_texts, returns_text
from codeact_sdk.tools.shared import shared_validator
from codeact_sdk.tools.signature import EMPTY, FunctionFacts, ToolParameter, read_function
from codeact_sdk.tools.types import TypeNames
from codeact_sdk.tools.validation import Check, Validate, Validator

_UNREAD = FunctionFacts((), None, EMPTY, is_async=False, is_generator=False, faults=())


@dataclass(frozen=True)
class Tool:
    """One typed function that a model may call.

    Made by `make_tool` or `tool`; what was read from the function stays with it when it is changed by
    `dataclasses.replace`.
    """

    function: Callable[..., object]
    name: str
    pack: str = ""
    """Namespace; empty for a tool that was given directly."""
    effect: Effect = "read"
    idempotent: bool = False
    """Whether a repeated call does no more than the first."""
    timeout_s: float | None = None
    """Seconds after which a call is given up; None for no limit of its own."""
    distribution: str = ""
    """Where it came from, such as `codeact-sql 0.1.0`."""
    behaviour: Behaviour = NOTHING
    """What it declares about its calls: cache, retry, rate and so on."""
    facts: FunctionFacts = field(default=_UNREAD, repr=False, compare=False)
    """What was read from the function; read when it is left out."""

    def __post_init__(self) -> None:
        if self.facts is _UNREAD:
            object.__setattr__(self, "facts", read_function(self.function))

    def __hash__(self) -> int:
        return hash((self.pack, self.name))  # the function of a callable object may have no hash

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Calls the plain function, unchecked."""
        return self.function(*args, **kwargs)

    @property
    def qualified_name(self) -> str:
        """What model code writes: `acme.orders`, or `orders` for a tool given directly."""
        return f"{self.pack}.{self.name}" if self.pack else self.name

    @property
    def parameters(self) -> tuple[ToolParameter, ...]:
        """What a model may fill."""
        return self.facts.parameters

    @property
    def context_parameter(self) -> str | None:
        """The parameter that takes the host's `ToolContext`; None where there is none."""
        return self.facts.context_parameter

    @property
    def is_async(self) -> bool:
        """Whether a call gives an awaitable."""
        return self.facts.is_async

    @property
    def return_type(self) -> object:
        """What a call gives; `inspect.Parameter.empty` where the function does not say."""
        return self.facts.return_type

    @property
    def annotations(self) -> tuple[object, ...]:
        """The types in the signature, the result's last."""
        return (*(parameter.annotation for parameter in self.parameters), self.return_type)

    @cached_property
    def doc(self) -> ToolDoc:
        """What the docstring says."""
        return parse_doc(self.own_doc)

    @property
    def docstring(self) -> str:
        """The docstring as its author wrote it, without the indent of the source; empty where there is none."""
        return clean_doc(self.own_doc)

    @property
    def own_doc(self) -> str:
        """The docstring with the indent of the source; empty where there is none."""
        return _docstring(self.function) or ""

    @cached_property
    def signature(self) -> inspect.Signature:
        """The signature as a model sees it: resolved, without the `ToolContext` parameter."""
        kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
        parameters = [
            inspect.Parameter(item.name, kinds[item.keyword_only], default=item.default, annotation=item.annotation)
            for item in self.parameters
        ]
        return inspect.Signature(parameters, return_annotation=self.return_type)

    def parameter_doc(self, parameter: ToolParameter) -> str:
        """What is said about a parameter: its docstring or `Annotated` description, and its limits."""
        notes = notes_of(parameter.annotation)
        said = self.doc.parameters.get(parameter.name) or notes.description
        return f"{said} {notes.limits}".strip() if notes.limits else said

    def signature_text(self, *, names: TypeNames | None = None) -> str:
        """The call as text: `acme.orders(customer: str, status: str | None = None) -> list[Order]`.

        Args:
            names: Names of classes that are called otherwise here.
        """
        return _places(self.qualified_name, self.parameters, self.return_type, names)[0]

    @cached_property
    def _validator(self) -> Validator:
        signature = partial(_places, self.qualified_name, self.parameters, self.return_type)
        return shared_validator(self.qualified_name, self.parameters, self.return_type, signature)

    @cached_property
    def validate(self) -> Validate:
        """Checks arguments and makes them into the tool's own types: `tool.validate(args, kwargs)`.

        It takes the arguments by position and those by name, and returns what was given, by parameter name; defaults are
        left to the function. Where something is wrong it raises `ToolArgumentError`, which names every problem and
        marks it in the signature.
        """
        return self._validator.validate

    @cached_property
    def positional(self) -> tuple[str, ...]:
        """Names of the parameters that may be given by position, in order."""
        return tuple(parameter.name for parameter in self.parameters if not parameter.keyword_only)

    @property
    def checks(self) -> Callable[[Sequence[str], Sequence[type]], tuple[Check | None, ...] | None]:
        """Tells how scalars are checked one by one: `tool.checks(["customer"], [str])`."""
        return self._validator.checks

    @cached_property
    def misfit(self) -> Callable[..., ToolArgumentError | None]:
        """Tells what is wrong with a call whatever its values are: `tool.misfit(1, ["status"])`."""
        return self._validator.misfit

    def prepare(self) -> None:
        """Makes the checker of every parameter now, where otherwise the first call does.

        Raises:
            ToolDefinitionError: A parameter's type cannot be checked.
        """
        self._validator.prepare()

    def invoke(self, arguments: Mapping[str, object], *, context: ToolContext | None = None) -> Any:
        """Calls the function with what `validate` gave.

        Args:
            arguments: By name.
            context: For the parameter that takes one.

        Returns:
            The result; an awaitable of it where the tool is async. What a generator yields is a list.
        """
        if self.context_parameter is not None and context is not None:
            arguments = {**arguments, self.context_parameter: context}
        result: Any = self.function(**arguments)
        if not self.facts.is_generator:
            return result
        return _collected(result) if self.is_async else list(result)


async def _collected(result: Any) -> list[object]:
    return [item async for item in result]


def make_tool(
    function: Callable[..., object],
    *,
    name: str | None = None,
    pack: str = "",
    effect: Effect = "read",
    idempotent: bool = False,
    timeout_s: float | None = None,
    distribution: str = "",
    behaviour: Behaviour = NOTHING,
) -> Tool:
    """Makes a function a tool.

    Args:
        function: A function, method, `functools.partial` or callable object; or a tool, which keeps what is left out here.
        name: What models call it; the function's own name where this is left out.
        pack: Namespace; empty for a tool given directly.
        effect: What it does to the world.
        idempotent: Whether a repeated call does no more than the first.
        timeout_s: Seconds after which a call is given up.
        distribution: Where it came from.
        behaviour: What it declares about its calls.

    Raises:
        ToolDefinitionError: It cannot be one; every fault is named, with what to write instead.
    """
    options: dict[str, Any] = {}
    if pack or effect != "read" or idempotent or timeout_s is not None or distribution:
        options = {"pack": pack, "idempotent": idempotent, "timeout_s": timeout_s, "distribution": distribution}
    if behaviour is not NOTHING:
        options["behaviour"] = behaviour
    if isinstance(function, Tool):
        given = {key: value for key, value in {"name": name, **options}.items() if value}
        made = replace(function, effect=function.effect if effect == "read" else effect, **given)
    else:
        made = _read(function, name, {**options, "effect": effect} if options else options)
    if faults := _faults(made):
        raise ToolDefinitionError(made.qualified_name, faults)
    return made


def _faults(made: Tool) -> tuple[str, ...]:
    """Everything that is wrong with a tool, the name first."""
    fault = name_fault(made.name)
    faults = made.facts.faults
    if made.effect != "read" or made.timeout_s is not None:
        faults += option_faults(made.effect, made.timeout_s)
    if made.behaviour is not NOTHING:
        faults += behaviour_faults(made.behaviour, effect=made.effect, idempotent=made.idempotent)
    return (fault, *faults) if fault else faults


def _read(function: Callable[..., object], name: str | None, options: Mapping[str, Any]) -> Tool:
    own_name = name if name is not None else _own_name(function)
    if type(function) is not FunctionType and (fault := object_fault(function)):
        raise ToolDefinitionError(own_name, [fault])  # there is no signature to find more faults in
    facts = read_function(function)
    first = facts.parameters[0].name if facts.parameters else ""
    if (first in OBJECTS or facts.faults) and (fault := method_fault(function)):
        facts = facts._replace(faults=(fault, *facts.faults))
    return _assembled(function, own_name, facts, options)


def _assembled(function: Callable[..., object], name: str, facts: FunctionFacts, options: Mapping[str, Any]) -> Tool:
    """Makes a tool, as its class does, in half of the time: a field that has its default is read from the class."""
    made: Tool = object.__new__(Tool)
    write = object.__setattr__
    write(made, "function", function)
    write(made, "name", name)
    write(made, "facts", facts)
    if options:
        for key, value in options.items():
            write(made, key, value)
    return made


@overload
def tool(function: Callable[..., object], /) -> Tool: ...


@overload
def tool(**options: Unpack[ToolOptions]) -> Callable[[Callable[..., object]], Tool]: ...


def tool(
    function: Callable[..., object] | None = None, /, **options: Unpack[ToolOptions]
) -> Tool | Callable[[Callable[..., object]], Tool]:
    """Makes a function a tool for direct use, as in `Agent(tools=[fn])`.

    Args:
        function: The function, where the decorator is written without parentheses.
        options: See `codeact_sdk.tools.behaviour.ToolOptions`.

    Raises:
        ToolDefinitionError: It cannot be one; every fault is named, with what to write instead.
    """
    make = partial(define_tool, options=options)
    return make if function is None else make(function)


def define_tool(function: Callable[..., object], *, options: ToolOptions, pack: str = "") -> Tool:
    """Makes a function a tool by the options of a decorator.

    Args:
        function: The function.
        options: What the decorator was given.
        pack: Namespace; empty for a tool given directly.

    Raises:
        ToolDefinitionError: It cannot be one; every fault is named, with what to write instead.
    """
    keywords, faults = read_options(options)
    if faults:
        raise ToolDefinitionError(keywords.get("name") or _own_name(function), faults)
    return make_tool(function, pack=pack, **keywords)


def _inner(function: Any) -> Any:
    while isinstance(function, partial):
        function = function.func
    return function


def _docstring(function: object) -> str | None:
    if type(function) is FunctionType:
        return function.__doc__
    target = _inner(function)
    if inspect.isfunction(target) or inspect.isbuiltin(target):
        return target.__doc__
    if inspect.ismethod(target):
        return inspect.getdoc(target)  # it may be inherited
    return getattr(type(target).__call__, "__doc__", None) or type(target).__doc__


def _own_name(function: object) -> str:
    if type(function) is FunctionType:
        return function.__name__
    target = _inner(function)
    name = getattr(target, "__name__", None)
    if isinstance(name, str):
        return name
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(target).__name__).lower()


def _places(
    tool: str, parameters: tuple[ToolParameter, ...], return_type: object, names: TypeNames | None = None
) -> tuple[str, dict[str, tuple[int, int]]]:
    text = f"{tool}("
    places = {}
    for index, piece in enumerate(parameter_texts(parameters, names=names)):
        text += ", " * (index > 0)
        name = re.split(r"[:=]", piece, maxsplit=1)[0]
        places[name] = (len(text), len(text) + len(piece))
        text += piece
    places.pop("*", None)
    return f"{text}){returns_text(return_type, names=names)}", places
