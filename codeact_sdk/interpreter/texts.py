"""Text that runs as code while an action runs: `eval`, `exec`, and modules written in the language of actions itself.

All of it goes through the policy. Text with globals of its own runs in a dict that holds the guards beside the names of
the program; the program's dict is filled from it afterwards, and never holds a guard.
"""

from __future__ import annotations

import reprlib
import sys
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping
from functools import cache
from types import FrameType
from typing import Any

from codeact_sdk.interpreter import language, nodes
from codeact_sdk.interpreter.compiler import ActionSyntaxError, Compiled, Options, compile_action
from codeact_sdk.interpreter.guards import Guards
from codeact_sdk.interpreter.limits import Budget
from codeact_sdk.interpreter.rules import VALUE
from codeact_sdk.interpreter.sources import Sources
from codeact_sdk.later import inspect, pkgutil

_MOST_DICTS = 64
"""Dicts of the program whose globals are kept, for functions that were made in them."""


class Names(MutableMapping[str, Any]):
    """What `globals()` gives: the variables of the program, which can be set through it."""

    __slots__ = ("_namespace",)

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace

    def __getitem__(self, name: str) -> Any:
        if not is_visible(name):
            raise KeyError(name)
        return self._namespace[name]

    def __setitem__(self, name: str, value: object) -> None:
        if not is_visible(name) or nodes.is_special(name) or name in language.RESERVED_NAMES:
            raise KeyError(f"the name {name!r} cannot be set")
        self._namespace[name] = value

    def __delitem__(self, name: str) -> None:
        if not is_visible(name) or nodes.is_special(name):
            raise KeyError(name)
        del self._namespace[name]

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in self._namespace if is_visible(name)])

    def __len__(self) -> int:
        return sum(map(is_visible, self._namespace))

    @reprlib.recursive_repr("{...}")  # `g = globals()` is in itself
    def __repr__(self) -> str:
        return repr(dict(self))


def is_visible(name: object) -> bool:
    """Whether this is the name of a variable of the program, not of a guard."""
    if type(name) is not str or name.startswith(("@", ".")):
        return False
    return not nodes.is_special(name) or name in language.GLOBAL_NAMES


class Texts:
    """Runs text for one session."""

    def __init__(
        self,
        guards: Guards,
        sources: Sources,
        budget: Callable[[], Budget],
        *,
        compile_text: Callable[[str, str], Compiled],
        provide: Callable[[Iterable[str], dict[str, Any]], None],
    ) -> None:
        """Makes what runs text.

        Args:
            guards: Look at objects, and know the namespace.
            sources: Told of each text.
            budget: Gives that of the running action.
            compile_text: Compiles a text that may see and set variables by their names, and takes note of it.
            provide: Puts the guards and builtins that code mentions where it will look for them.
        """
        self._guards = guards
        self._namespace = guards.namespace
        self._sources = sources
        self._budget = budget
        self._compile = compile_text
        self._provide = provide
        self._kept: OrderedDict[int, tuple[object, dict[str, Any]]] = OrderedDict()

    # -- builtins that run text, or see the names of whoever calls them

    def vars(self, *values: object) -> Any:
        """`vars`: without an object, what `locals` gives."""
        return self._guards.attributes(values[0]) if values else self.locals()

    def dir(self, *values: object) -> list[str]:
        """`dir`: without an object, the names that `locals` gives."""
        return self._guards.dir(values[0]) if values else sorted(self.locals())

    def globals(self) -> Names:
        """`globals`: the variables that the calling code sees as global."""
        frame = self._caller()
        return Names(self._namespace if frame is None else frame.f_globals)

    def locals(self) -> Any:
        """`locals`: a copy of the variables of the function that calls, or what `globals` gives."""
        frame = self._caller()
        if frame is None or frame.f_locals is frame.f_globals:
            return Names(self._namespace if frame is None else frame.f_globals)
        return _visible(frame.f_locals)

    def eval(self, text: object, globals: Any = None, locals: Any = None) -> Any:  # noqa: A002  # as in Python
        """`eval` under the policy."""
        if type(text) is not str:
            raise TypeError("eval() arg 1 must be a string, bytes or code object")
        return self._run("eval", f"({text.strip()}\n)", globals, locals)

    def exec(self, text: object, globals: Any = None, locals: Any = None) -> None:  # noqa: A002  # as in Python
        """`exec` under the policy."""
        if type(text) is not str:
            raise TypeError("exec() arg 1 must be a string, bytes or code object")
        self._run("exec", text, globals, locals)

    # -- modules

    def module(self, name: str, given: Mapping[str, object]) -> dict[str, object]:
        """Runs a module that is written in the language, and gives its members.

        Args:
            name: The module's name.
            given: What it needs of the session, by names with an underscore.
        """
        made = {**self._new_globals(name), **given}
        written = _written(name)
        self._provide(written.names, made)
        eval(written.code, made)  # noqa: S307  # a text of our own, under the policy like any other
        return {key: value for key, value in made.items() if not key.startswith(("@", "_"))}

    # -- running

    def _run(self, what: str, text: str, given: Any, local: Any) -> Any:
        if not (given is None or isinstance(given, dict | Names)):
            raise TypeError(f"{what}() globals must be a dict, not {type(given).__name__}")
        if not (local is None or isinstance(local, Mapping) or hasattr(type(local), "__getitem__")):
            raise TypeError("locals must be a mapping")
        if local is None and given is None:
            local, given = self._local(), self.globals()
        compiled = self._compiled(text)
        names = self._globals_of(self.globals() if given is None else given, compiled.names)
        inner = None if local is None or local is given or isinstance(local, Names) else _visible(dict(local))
        before = {} if inner is None else dict(inner)
        outer = names.get(VALUE)
        try:
            eval(compiled.code, names, inner)  # noqa: S307  # under the policy
            return (names if inner is None else inner).get(VALUE)
        finally:
            names[VALUE] = outer
            if isinstance(given, dict):
                _fill(given, names)
            if inner is not None:
                _hand_back(local, inner, before)

    def _local(self) -> Any:
        """What text without dicts of its own has for locals: where it may leave names there, the frame's own."""
        frame = self._caller()
        if frame is None or frame.f_locals is frame.f_globals:
            return None
        keeps = sys.version_info < (3, 13) or not frame.f_code.co_flags & inspect.CO_OPTIMIZED
        return frame.f_locals if keeps else _visible(frame.f_locals)

    def _compiled(self, text: str) -> Compiled:
        action = self._sources.add(text)
        try:
            compiled = self._compile(text, action)
        except ActionSyntaxError as error:
            fault = error
        else:
            if not compiled.is_coroutine:
                return compiled
            fault = ActionSyntaxError("'await' outside function")
        raise fault.kind(fault.message)

    def _globals_of(self, given: Any, mentioned: Collection[str]) -> dict[str, Any]:
        """Gives the dict that text runs in, with all that it mentions."""
        made = given._namespace if isinstance(given, Names) else self._filled(given)  # noqa: SLF001  # a friend of the class
        self._provide(mentioned, made)
        return made

    def _filled(self, given: dict[Any, Any]) -> dict[str, Any]:
        """Gives the dict that stands for one of the program, with its names."""
        _, made = self._kept.pop(id(given), (None, None))
        if made is None:
            made = self._new_globals("builtins")
        self._kept[id(given)] = given, made
        if len(self._kept) > _MOST_DICTS:
            self._kept.popitem(last=False)
        for name in [name for name in made if is_visible(name) and name not in given]:
            del made[name]
        made |= _visible(given)
        made["__name__"] = "__main__" if given.get("__name__") == "__main__" else "builtins"
        builtins, allowed = self._guards.builtins, given.get("__builtins__")
        made["__builtins__"] = (
            {name: builtins[name] for name in builtins if name in allowed}
            if isinstance(allowed, dict)
            else self._namespace["__builtins__"]
        )
        return made

    def _new_globals(self, name: str) -> dict[str, Any]:
        """Makes globals with the guards, which look at whichever action is running when they are asked."""
        budget = self._budget
        watched = {
            "@alive": self._alive,
            "@step": lambda: budget().step(),
            "@enter": lambda: budget().enter(),
            "@light": False,  # nothing turns it off here when memory has grown
        }
        own = {key: self._namespace[key] for key in ("@own", "__builtins__")}
        return {**own, **watched, VALUE: None, "__name__": name}

    def _alive(self) -> None:
        """Raises what has stopped the action, or that it is over."""
        self._namespace["@alive"]()

    def _caller(self) -> FrameType | None:
        """The innermost frame of model code."""
        own = self._namespace["@own"]
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # the only way to see who calls
        while frame is not None and frame.f_globals.get("@own") is not own:
            frame = frame.f_back
        return frame


def _visible(names: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: names[name] for name in list(names) if is_visible(name)}


def _fill(given: dict[Any, Any], names: dict[str, Any]) -> None:
    """Gives the program's dict what text that ran with it has defined."""
    for name in [name for name in given if is_visible(name) and name not in names]:
        del given[name]
    given.update({name: value for name, value in names.items() if is_visible(name) and name != "__name__"})


def _hand_back(local: Any, inner: dict[str, Any], before: dict[str, Any]) -> None:
    for name, value in _visible(inner).items():
        if name not in before or before[name] is not value:
            local[name] = value
    for name in before:
        if name not in inner:
            del local[name]


@cache
def _written(name: str) -> Compiled:
    text: Any = pkgutil.get_data("codeact_sdk.interpreter", f"written/{name}.action")
    return compile_action(text.decode(), f"action module {name}", Options(dynamic=True))
