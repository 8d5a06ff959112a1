"""Arguments as a model wrote them, made into the tool's own types."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, get_origin

from codeact_sdk.errors import ToolArgumentError, ToolDefinitionError
from codeact_sdk.later import difflib
from codeact_sdk.tools.checkers import adapters
from codeact_sdk.tools.describe import describe
from codeact_sdk.tools.problems import argument_problems
from codeact_sdk.tools.signature import EMPTY, ToolParameter
from codeact_sdk.tools.types import bare, type_text, union_members
from codeact_sdk.values import Record

_SCALARS: frozenset[object] = frozenset({str, int, float, bool, bytes, type(None)})
_SHORT = _SCALARS - {bytes}
_MOST_RIGHT = 64
"""Rows of types of one tool that are remembered to be right."""
_MAX_DEPTH = 200
"""Deeper data than this is a mistake, and would use up the stack."""

Signature = tuple[str, Mapping[str, tuple[int, int]]]
"""The call as text, and where in it each parameter stands."""

Validate = Callable[[tuple[object, ...], Mapping[str, object]], dict[str, object]]
"""Takes arguments by position and by name, gives them by name in the tool's own types."""


class Check(NamedTuple):
    """How one scalar is checked."""

    validate: Callable[[Any], Any]
    """Gives it in the parameter's type, or raises."""
    is_plain: bool
    """Whether it becomes a number, a text or None."""


class Validator:
    """Checks the arguments of one tool."""

    def __init__(self, tool: str, parameters: Sequence[ToolParameter], signature: Callable[[], Signature]) -> None:
        """Makes a validator; what checks a type is made at the first call that needs it.

        Args:
            tool: Qualified name.
            parameters: What a call may give.
            signature: Gives the call as text, for errors.
        """
        self._tool = tool
        self._parameters = {parameter.name: parameter for parameter in parameters}
        self._positional = tuple(parameter.name for parameter in parameters if not parameter.keyword_only)
        self._required = frozenset(parameter.name for parameter in parameters if parameter.required)
        self._enough = _enough(parameters)
        """From how many arguments on a call by position alone gives all that must be given."""
        self._exact = {parameter.name: _exact_types(parameter.annotation) for parameter in parameters}
        self._adapters: dict[str, adapters.TypeAdapter[Any] | None] = {}
        self._coerce: dict[str, Callable[[object], object]] = {}
        """What checks a scalar, by parameter, where a call has needed it before."""
        self._signature = signature
        self.validate = self._make_validate()

    def _make_validate(self) -> Validate:
        """Makes the check as a closure: a call that is right costs little more than binding its arguments."""
        exact, positional, required, slowly = self._exact, self._positional, self._required, self._validate_slowly
        coerce = self._coerce
        right: set[tuple[type, ...]] = set()  # types of arguments by position that need no check

        def validate(args: tuple[object, ...], kwargs: Mapping[str, object]) -> dict[str, object]:
            given: dict[str, object] = dict(zip(positional, args))  # noqa: B905  # the length is looked at below
            kinds = tuple(map(type, args))
            if kinds in right and not kwargs:
                return given
            given.update(kwargs)
            if len(given) == len(args) + len(kwargs) and given.keys() >= required:
                is_right = not kwargs and len(right) < _MOST_RIGHT
                try:
                    for name, value in given.items():
                        if type(value) not in exact[name]:
                            if type(value) not in _SCALARS:  # it may hold records
                                return slowly(args, kwargs)
                            given[name] = coerce[name](value)
                            is_right = False
                except (
                    KeyError,
                    adapters.ValidationError,
                ):  # nothing coerces yet, a name that no parameter has, a wrong value
                    return slowly(args, kwargs)
                if is_right:
                    right.add(kinds)
                return given
            return slowly(args, kwargs)

        return validate

    def checks(self, names: Sequence[str], kinds: Sequence[type]) -> tuple[Check | None, ...] | None:
        """Tells how scalars are checked one by one; None in the place of one that needs no check.

        Args:
            names: The parameters that a call gives.
            kinds: The exact types of their values.

        Returns:
            None if a call cannot give just these, or if they are better checked together.
        """
        if not (self._required <= set(names) <= self._parameters.keys() and len(set(names)) == len(names)):
            return None
        try:
            return tuple(self._check(name, kind) for name, kind in zip(names, kinds, strict=True))
        except ToolDefinitionError:  # the whole way tells
            return None

    def _check(self, name: str, kind: type) -> Check | None:
        exact = self._exact[name]
        adapter = None if kind in exact else self._adapter(name)
        if adapter is None:
            return None
        if exact and exact <= _SHORT:  # the checks of such types know no aliases
            return Check(adapter.validator.validate_python, is_plain=True)
        return Check(partial(adapter.validator.validate_python, by_alias=True, by_name=True), is_plain=False)

    def prepare(self) -> None:
        """Makes every checker now, where otherwise each is made at the first call that needs it.

        Raises:
            ToolDefinitionError: A parameter's type cannot be checked; every one is named.
        """
        faults: list[str] = []
        for name in self._parameters:
            try:
                self._adapter(name)
            except ToolDefinitionError as error:
                faults += error.faults
        if faults:
            raise ToolDefinitionError(self._tool, faults)

    def misfit(
        self, positional: int, names: Sequence[str], starred: bool, double_starred: bool
    ) -> ToolArgumentError | None:
        """Tells what is wrong with a call whatever its values are; None where nothing is.

        Args:
            positional: How many arguments it gives by position, apart from those behind a `*`.
            names: Those that it gives by name.
            starred: Whether `*arguments` are given, which may fill any parameter by position.
            double_starred: Whether `**arguments` are given, which may fill any parameter.
        """
        if not names and self._enough <= positional <= len(self._positional):
            return None
        given = {*self._positional[:positional], *names}
        if (
            positional <= len(self._positional)
            and len(given) == positional + len(names)
            and self._required <= given <= self._parameters.keys()
        ):
            return None
        problems: list[str] = []
        marked: set[str] = set()
        bound = self._bind((None,) * positional, dict.fromkeys(names), problems, marked)
        if not double_starred:
            free = self._positional if starred else ()
            self._miss({*bound, *free}, problems, marked)
        return self._fault(problems, marked) if problems else None

    def _validate_slowly(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> dict[str, object]:
        problems: list[str] = []
        marked: set[str] = set()
        given = self._bind(args, kwargs, problems, marked)
        values = {name: self._checked(name, value, problems, marked) for name, value in given.items()}
        self._miss(given, problems, marked)
        if problems:
            raise self._fault(problems, marked)
        return values

    def _miss(self, given: Collection[str], problems: list[str], marked: set[str]) -> None:
        for name in self._parameters:
            if name in self._required and name not in given:
                problems.append(f"{name}: missing, must be {type_text(self._parameters[name].annotation)}")
                marked.add(name)

    def _fault(self, problems: Sequence[str], marked: set[str]) -> ToolArgumentError:
        return ToolArgumentError(self._tool, problems, self._marked(marked))

    def _bind(
        self, args: tuple[object, ...], kwargs: Mapping[str, object], problems: list[str], marked: set[str]
    ) -> dict[str, object]:
        given: dict[str, object] = dict(zip(self._positional, args, strict=False))
        if len(args) > len(self._positional):
            takes = len(self._positional)
            by_name = [name for name in self._parameters if name not in self._positional]
            more = f"; {', '.join(by_name)} must be given by name" if by_name else ""
            problems.append(f"{len(args)} positional arguments were given, at most {takes} are possible{more}")
            marked.update(by_name)
        for name, value in kwargs.items():
            if name in given:
                problems.append(f"{name}: given twice, by position and by name")
                marked.add(name)
            elif name in self._parameters:
                given[name] = value
            else:
                problems.append(self._unexpected(name, kwargs, marked))
        return given

    def _unexpected(self, name: str, kwargs: Mapping[str, object], marked: set[str]) -> str:
        free = [known for known in self._parameters if known not in kwargs]
        near = difflib.get_close_matches(name.lower(), free, n=1)
        if near:
            marked.add(near[0])
            return f"{name}: no such parameter, did you mean {near[0]}?"
        return f"{name}: no such parameter; there are {', '.join(self._parameters) or 'none'}"

    def _checked(self, name: str, value: object, problems: list[str], marked: set[str]) -> object:
        exact = self._exact[name]
        if type(value) in exact:
            return value
        try:
            value = plain(value)
            adapter = self._adapter(name)
            if adapter is None:
                return value
            self._coerce[name] = partial(adapter.validate_python, by_alias=True, by_name=True)
            return self._coerce[name](value)
        except adapters.ValidationError as error:
            problems += argument_problems(name, self._parameters[name].annotation, value, error)
        except _TooDeep:
            problems.append(f"{name}: contains itself, or is nested more than {_MAX_DEPTH} deep")
        except ToolDefinitionError:
            raise
        except Exception as error:  # noqa: BLE001  # a pack's own validator may raise anything
            problems.append(f"{name}: got {describe(value)}, which its check refused with {type(error).__name__}")
        marked.add(name)
        return value

    def _adapter(self, name: str) -> adapters.TypeAdapter[Any] | None:
        if name not in self._adapters:
            annotation = self._parameters[name].annotation
            try:
                self._adapters[name] = None if annotation is EMPTY else adapters.make_adapter(annotation)
            except Exception as error:
                fault = (
                    f"the type {type_text(annotation)} of parameter {name!r} cannot be checked "
                    f"({type(error).__name__}): use types that pydantic knows"
                )
                raise ToolDefinitionError(self._tool, [fault]) from error
        return self._adapters[name]

    def _marked(self, names: set[str]) -> str:
        """The signature with a line of marks below; the indent is that of `ToolArgumentError`'s message."""
        text, places = self._signature()
        marks = [" "] * len(text)
        for name in names:
            start, end = places[name]
            marks[start:end] = "^" * (end - start)
        line = "".join(marks).rstrip()
        return f"{text}\n{' ' * len('  signature: ')}{line}" if line else text


def _enough(parameters: Sequence[ToolParameter]) -> float:
    if any(parameter.required and parameter.keyword_only for parameter in parameters):
        return float("inf")
    return max((place for place, parameter in enumerate(parameters, 1) if parameter.required), default=0)


_NOTHING: frozenset[object] = frozenset()


def _exact_types(annotation: object) -> frozenset[object]:
    """The types whose values need no check: what pydantic would give back unchanged."""
    if annotation is EMPTY or annotation is Any or annotation is object:
        return _SCALARS
    if get_origin(annotation) is None and isinstance(annotation, type):
        return _EXACT.get(annotation, _NOTHING)
    if bare(annotation) is not annotation:  # limits may stand behind it, and must be checked
        return _NOTHING
    members = (type(None) if member is None else member for member in union_members(annotation))
    return frozenset(member for member in members if member in _SCALARS)


_EXACT = {kind: frozenset({kind}) for kind in _SCALARS}


class _TooDeep(Exception):  # noqa: N818  # a signal inside this file
    pass


def plain(value: object) -> Any:
    """Data with every record as a dict; what is neither data nor a record stays as it is."""
    return _Plain().convert(value, 0)


class _Plain:
    """Converts each object once, so that data which shares its parts is not multiplied."""

    __slots__ = ("_done",)

    def __init__(self) -> None:
        self._done: dict[int, object] = {}

    def convert(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind in _SCALARS:
            return value
        if id(value) in self._done:
            return self._done[id(value)]
        if depth > _MAX_DEPTH:  # also where it contains itself: nothing is done before its parts are
            raise _TooDeep
        if isinstance(value, Record):
            found: Any = {name: self.convert(item, depth + 1) for name, item in vars(value).items()}
        elif kind is dict:
            found = {self.convert(key, depth + 1): self.convert(item, depth + 1) for key, item in value.items()}
        elif kind is list or kind is tuple:
            found = kind([self.convert(item, depth + 1) for item in value])
        else:
            return value
        self._done[id(value)] = found
        return found
