"""What only the running program can tell: whose object it is.

"Own" are classes, functions and objects that the program itself made. They may be read and written freely; of
everything else only public attributes may be read, and nothing written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property, partial
from types import FunctionType, MappingProxyType, SimpleNamespace
from typing import Any

from codeact_sdk.interpreter import checked, classes, language, ranges
from codeact_sdk.interpreter.amounts import Amounts
from codeact_sdk.interpreter.endings import Endings, keeping
from codeact_sdk.interpreter.formatting import SafeFormatter
from codeact_sdk.interpreter.module_members import standard_members
from codeact_sdk.interpreter.own_classes import OwnClasses, describe
from codeact_sdk.interpreter.public_names import named
from codeact_sdk.interpreter.specials import READERS, attribute_name
from codeact_sdk.interpreter.stand_ins import PLAIN, ClassFacade, TypeFacade, allow_call, is_open, real
from codeact_sdk.interpreter.visible import SEALED_CLASSES, Facade, Handle, SealedTool
from codeact_sdk.later import dataclasses
from codeact_sdk.values import Record

_GIVEN_AS_THEY_ARE = frozenset({"abc", "collections", "collections.abc", "numbers", "typing"})
"""Modules of which own code inherits, or whose classes annotations are made of."""


_SIZED_SPECIALS = frozenset(
    f"__{prefix}{name}__" for name in ("mul", "mod", "pow", "lshift", "add") for prefix in ("", "r", "i")
) | {"__round__", "__format__", "__repr__", "__str__"}
"""Special methods of Python's own values that make much of little."""

_NATIVE = frozenset({type("".__str__), type(str.__str__), type("".__format__), type(str.__format__)})
"""Types of special methods that an own class has from Python's own."""


SHARED: Mapping[str, object] = MappingProxyType(
    {
        "@type": type,
        "@int": int,
        "@numbers": frozenset({int, float, bool, complex}),
        "@Exception": Exception,
        "@Range": ranges.Range,
        "@range": range,
        "@counting": ranges.counting,
        "@locals": locals,
        "@catchable": classes.catchable,
        "@raisable": classes.raisable,
    }
)
"""What compiled code finds by these names in every session."""

NAMES: Mapping[str, str] = MappingProxyType(
    {f"@{name}": name for name in ("own", "keep", "special", "type_of", "checked", "private", "writable", "guarded")}
)
"""By the names in compiled code, attributes of the guards."""


class Guards:
    """The checks that compiled actions call, for one namespace."""

    def __init__(
        self, namespace: dict[str, Any], amounts: Amounts, endings: Endings, builtins: Mapping[str, Any]
    ) -> None:
        """Makes the checks.

        Args:
            namespace: Globals of model code.
            amounts: Looks at sizes.
            endings: Keeps coroutines.
            builtins: Every builtin of the session.
        """
        self.namespace = namespace
        self.amounts = amounts
        self.endings = endings
        self.builtins = builtins
        self.classes = OwnClasses()
        self.own = self.classes.own
        self._chosen: AbstractSet[type] = PLAIN
        """Classes of the host that model code may use as they are."""
        self.pattern: Callable[[Any], Any] = _no_pattern
        self._stand_ins: dict[type, ClassFacade] = {}

    @cached_property
    def formatter(self) -> SafeFormatter:
        """Formats texts."""
        return SafeFormatter(self.get, self.amounts.room, self.amounts.shown)

    def keep(self, local: dict[str, Any]) -> None:
        """Writes the variables of a top level back, which ran as a function."""
        self.namespace.update({name: value for name, value in local.items() if name[0] != "@"})

    # -- whose is it

    def is_own_class(self, value: object) -> bool:
        """Tells whether the program itself defined this class."""
        return self.classes.is_own(value)

    def is_own_function(self, value: object) -> bool:
        """Tells whether the program itself defined this function."""
        return self.classes.is_own_function(value)

    def is_own(self, value: object) -> bool:
        """Tells whether this is a class, a function or an object of the program's own making."""
        return self.is_own_class(type(value)) or self.is_own_class(value) or self.is_own_function(value)

    # -- reading

    def get(self, value: object, name: str, *default: object) -> Any:
        """`getattr` under the policy."""
        try:
            return self._get(value, attribute_name(name))
        except AttributeError:
            if default:
                return default[0]
            raise

    def _get(self, value: object, name: str) -> Any:
        if name in language.HIDDEN_ATTRIBUTES:
            raise AttributeError(f"the attribute .{name} is not available: it leads into the interpreter")
        if name.startswith("__") and name.endswith("__"):
            return self.special(value, name)
        if name in language.CHECKED_ATTRIBUTES:
            return self.checked(value, name)
        if name.startswith("_"):
            self.private(value, name)
        return getattr(value, name)

    def special(self, value: Any, name: str) -> Any:
        """Reads an attribute of the form `__x__`."""
        reader = READERS.get(name)
        if reader is not None:
            return reader(self, value)
        if name in language.OWN_METHODS:
            return self._method(value, name)
        raise AttributeError(f"the attribute .{name} is not available")

    def _method(self, value: Any, name: str) -> Any:
        value = classes.origin(value)
        if isinstance(value, (*SEALED_CLASSES, ClassFacade, TypeFacade)) or (
            isinstance(value, type) and issubclass(value, SEALED_CLASSES)
        ):
            raise AttributeError(f"the attribute .{name} is not available")  # noqa: TRY004  # it is an attribute that lacks
        if self.is_own(value) or (type(value) is super and self.is_own(value.__self__)):  # type: ignore[attr-defined]  # typeshed does not know it
            found = getattr(value, name)
            if name not in _SIZED_SPECIALS or type(found) not in _NATIVE:
                return found
            return self._unbound(value, name) if isinstance(value, type) else self.amounts.special(value, name)
        if name in _SIZED_SPECIALS and not isinstance(value, type):
            return self.amounts.special(value, name)
        if not isinstance(value, type):
            if name == "__init__":  # it would change an object that may belong to everybody
                raise AttributeError(f"{describe(value)} cannot be initialised again")
            found = getattr(value, name)
            return keeping(self.endings.keep, {name: found})[name] if name.startswith("__a") else found
        return self._unbound(value, name)

    def _unbound(self, kind: type, name: str) -> Any:
        """Gives a method of a host class: for its own instances; `__init__` for own objects only."""
        found = getattr(kind, name)
        if name in _SIZED_SPECIALS:
            return lambda this, *args: (
                self.amounts.special(this, name, partial(found, this))(*args)
                if isinstance(this, kind)
                else found(this, *args)
            )
        if name != "__init__" and type(found) is not FunctionType:
            return found

        def call(this: Any, *args: Any, **kwargs: Any) -> Any:
            if kind not in type(this).__mro__ or (name == "__init__" and type(this) not in self.own):
                raise TypeError(f"{kind.__name__}.{name} does not take {describe(this)}")
            return found(this, *args, **kwargs)

        return call

    def checked(self, value: Any, name: str) -> Any:
        """Reads an attribute whose danger depends on the object."""
        return checked.READERS[name](self, value, name)

    def private(self, value: object, name: str) -> object:
        """Gives the object back if a name with a leading underscore may be read on it."""
        kind, places = _searched(value)
        if places:  # a class: its metaclass and host bases have private functions too, which copy modules and classes
            if next((cls for cls in places if name in vars(cls)), None) in self.own:
                return value
        elif self.is_own(value):
            return value
        if name in language.READABLE_PRIVATE and issubclass(kind, tuple | Enum):
            return value
        raise AttributeError(f"{describe(value)} has no public attribute {name!r}")

    # -- writing

    def guarded(self, value: object) -> Guarded:
        """A stand-in for an object that is not the program's own, in a function that uses its attributes."""
        return Guarded(self, value)

    def writable(self, value: object) -> Any:
        """Gives the object back if its attributes may be set."""
        if self.is_own(value) or type(value) is SimpleNamespace or isinstance(value, Record):
            return value
        raise AttributeError(f"attributes of {describe(value)} cannot be set")

    def set(self, value: object, name: str, new: object) -> None:
        """`setattr` under the policy."""
        self._settable(value, name)
        setattr(value, name, new)

    def delete(self, value: object, name: str) -> None:
        """`delattr` under the policy."""
        self._settable(value, name)
        delattr(value, name)

    def _settable(self, value: object, name: str) -> None:
        name = attribute_name(name)
        if name in language.HIDDEN_ATTRIBUTES or (name.startswith("__") and name.endswith("__")):
            raise AttributeError(f"the attribute .{name} cannot be set")
        self.writable(value)

    # -- classes

    def type_of(self, value: object) -> Any:
        """The class of an object; classes themselves have the class `type`, which does nothing else."""
        return self.visible_type(type(value))

    def choose(self, kinds: Iterable[type]) -> None:
        """Lets model code use these classes of the host as they are."""
        self._chosen |= frozenset(kinds)

    def visible_type(self, kind: type) -> Any:
        """The class as model code may see it."""
        if kind in self.own or kind in self._chosen:
            return kind
        if kind is range or kind is ranges.LongRange:
            return ranges.Range
        if issubclass(kind, type | TypeFacade | ClassFacade):
            return self.builtins["type"]
        if issubclass(kind, SealedTool):  # a short way has made it a class of its own
            kind = SealedTool
        if not self._is_harmless(kind):
            return self.stand_in(kind)
        self.choose((kind,))
        return kind

    def _is_harmless(self, kind: type) -> bool:
        if issubclass(kind, Handle | Decimal | Fraction):  # the last two are made with a bound
            return False
        if issubclass(kind, Record | Exception) or (issubclass(kind, tuple) and hasattr(kind, "_fields")):
            return True
        if issubclass(kind, Enum):
            return kind.__module__ in ("__main__", "records")
        if kind.__module__ == "builtins":
            return self.builtins.get(kind.__name__) is kind
        return standard_members(kind.__module__).get(kind.__name__) is kind and not self.is_closed(kind)

    def is_closed(self, kind: object) -> bool:
        """Whether a class of the library, with functions in Python, is given as a stand-in."""
        return (
            isinstance(kind, type)
            and kind.__module__ not in _GIVEN_AS_THEY_ARE
            and kind not in self.classes.bases
            and not issubclass(kind, BaseException)
            and is_open(kind)
            and kind is not dataclasses.InitVar
        )

    def stand_in(self, kind: type, make: Callable[..., Any] | None = None) -> ClassFacade:
        """The one stand-in of this session for a class that is not the program's to use."""
        made = self._stand_ins.get(kind)
        if made is None:
            made = self._stand_ins[kind] = ClassFacade(kind)
        if make is not None:
            allow_call(made, make)
        return made

    def own_only(self, decorator: Callable[..., Any]) -> Callable[..., Any]:
        """Wraps a decorator that writes to what it decorates."""

        def guarded(*arguments: Any, **options: Any) -> Any:
            if arguments:
                return self._decorate(decorator, arguments[0], *arguments[1:], **options)
            made = decorator(**options)
            return lambda target: self._decorate(made, target)

        return named(guarded, getattr(decorator, "__name__", "decorator"))

    def _decorate(self, decorator: Callable[..., Any], target: object, *rest: Any, **options: Any) -> Any:
        if not (self.is_own(target) or isinstance(target, property | classmethod | staticmethod)):
            raise TypeError(f"{describe(target)} cannot be decorated: only your own classes and functions can")
        result = decorator(target, *rest, **options)
        return self.classes.adopt(result) if isinstance(result, type) else result

    # -- builtins that look at objects

    def isinstance(self, value: object, kinds: Any) -> bool:
        """`isinstance` that knows the stand-in for `type`."""
        return isinstance(real(value) if type(value) is ClassFacade else value, real(kinds))

    def issubclass(self, kind: Any, kinds: Any) -> bool:
        """`issubclass` that knows the stand-in for `type`."""
        return issubclass(real(kind), real(kinds))

    def hasattr(self, value: object, name: str) -> bool:
        """`hasattr` under the policy."""
        try:
            self._get(value, attribute_name(name))
        except AttributeError:
            return False
        return True

    def dir(self, value: object) -> list[str]:
        """`dir` of an object, without names that cannot be used."""
        if isinstance(value, Record | Facade):
            return sorted(value.__dict__)
        hidden = "__" if self.is_own(value) else "_"
        return [name for name in dir(value) if not name.startswith(hidden) and name not in language.HIDDEN_ATTRIBUTES]

    def names(self) -> dict[str, Any]:
        """The variables that the program can see."""
        return {name: value for name, value in self.namespace.items() if not name.startswith(("@", "__"))}

    def attributes(self, value: object) -> dict[str, Any]:
        """The attributes of an own object, or a copy of those of others.

        Raises:
            TypeError: They cannot be listed.
        """
        if type(value) in self.own or type(value) is SimpleNamespace:
            return value.__dict__  # own objects may be written through it
        if isinstance(value, Record | Facade):
            return dict(value.__dict__)
        if self.is_own_class(value):
            return {name: item for name, item in vars(value).items() if not name.startswith("__")}
        raise TypeError(f"vars() takes an own object or a record, not {describe(value)}")


def _no_pattern(_: object) -> Any:
    raise AttributeError("the attribute .re is not available")  # patterns have come from nowhere: no module made them


def _searched(value: Any) -> tuple[type, tuple[type, ...]]:
    """The class that attributes of an object come from, and the classes that are searched where it has none itself."""
    if type(value) is super:
        kind: Any = value.__self_class__ or object  # type: ignore[attr-defined]  # typeshed does not know it
        after = value.__thisclass__ if kind is not object else None  # type: ignore[attr-defined]  # as above
        return kind, kind.__mro__[kind.__mro__.index(after) + 1 :] if after else (object,)
    return (value, value.__mro__) if isinstance(value, type) else (type(value), ())


class Guarded:
    """An object that is not the program's own: each use of an attribute asks the guards."""

    __slots__ = ("_guards", "_value")

    def __init__(self, guards: Guards, value: object) -> None:
        object.__setattr__(self, "_guards", guards)
        object.__setattr__(self, "_value", value)

    def __getattribute__(self, name: str) -> Any:
        return _guards_of(self).get(_value_of(self), name)

    def __setattr__(self, name: str, new: object) -> None:
        _guards_of(self).set(_value_of(self), name, new)

    def __delattr__(self, name: str) -> None:
        _guards_of(self).delete(_value_of(self), name)


_guards_of: Callable[[Guarded], Guards] = Guarded._guards.__get__  # type: ignore[attr-defined]  # noqa: SLF001  # a slot
_value_of: Callable[[Guarded], Any] = Guarded._value.__get__  # type: ignore[attr-defined]  # noqa: SLF001  # as above
