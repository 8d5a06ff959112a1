"""Classes that model code can see and that are not Python's own.

Exceptions of tools reach model code as these, with a message and nothing else; what would end the host's process is
replaced by a stand-in that ends only the action.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from codeact_sdk.later import difflib
from codeact_sdk.values import Record


class ToolError(Exception):
    """A tool failed; the message says why."""


class ToolArgumentError(ToolError, TypeError):
    """A tool was called with arguments that it does not take; it did not run."""


class ToolTimeout(ToolError, TimeoutError):  # noqa: N818  # model code reads it
    """A tool did not return in the time that it has."""


class ToolDenied(ToolError):  # noqa: N818  # as above
    """A call was not allowed, and has not happened."""


class SystemExit(Exception):  # noqa: A001, N818  # the stand-in has the name that models write
    """Ends the action."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.code = args[0] if len(args) == 1 else args or None


class KeyboardInterrupt(Exception):  # noqa: A001, N818
    """Never raised by the host; there so that handlers may name it."""


class GeneratorExit(Exception):  # noqa: A001, N818
    """Never raised by the host; there so that handlers may name it."""


class Handle:
    """A host object that model code may keep and pass to tools, and do nothing else with."""

    __slots__ = ("__weakref__", "_kind", "_text")

    def __init__(self, kind: str, text: Callable[[Handle], str] | None = None) -> None:
        """Makes a handle.

        Args:
            kind: Name of the object's type.
            text: Gives what is shown of the object; empty where that is nothing.
        """
        self._kind = kind
        self._text = text

    @property
    def _article(self) -> str:
        return "an" if self._kind[:1] in "AEIOU" else "a"

    def __repr__(self) -> str:
        use = "pass it to a tool" if self._text is None else "print it, or pass it to a tool"
        return f"<handle of {self._article} {self._kind}: {use}>"

    def __str__(self) -> str:
        return (self._text(self) if self._text is not None else "") or repr(self)

    def __getattr__(self, name: str) -> object:
        raise AttributeError(
            f"a handle of {self._article} {self._kind} has no attributes ({name!r} was asked for): pass it to a tool"
        )


class Facade:
    """A module, or the namespace of a pack, as model code sees it: chosen members, nothing else."""

    __slots__ = ("__dict__", "_hint", "_label")

    def __init__(self, label: str, members: Mapping[str, object], hint: Callable[[str], str] | None = None) -> None:
        """Makes a facade.

        Args:
            label: What errors call it, such as "module 'math'".
            members: What it holds.
            hint: Tells what to use instead of a member that it does not hold; empty where nothing is known.
        """
        self.__dict__.update(members)
        self._label = label
        self._hint = hint

    def __repr__(self) -> str:
        return f"<{self._label}>"

    def __getattr__(self, name: str) -> object:
        hint = self._hint(name) if self._hint is not None else ""
        if not hint:
            near = difflib.get_close_matches(name, self.__dict__, 3)
            hint = f"did you mean {', '.join(near)}?" if near else f"it has {', '.join(sorted(self.__dict__))}"
        raise AttributeError(f"{self._label} has no {name!r} here; {hint}", name=name, obj=self)


class SealedTool:
    """A tool as model code sees it: it can be called, and tells its name and its documentation."""

    __module__ = "builtins"  # which messages of Python leave out
    __slots__ = ("__name__", "__qualname__", "_call", "_documentation", "_shorten", "_signature")

    def __init__(
        self,
        name: str,
        signature: Callable[[], str],
        documentation: Callable[[], str],
        call: Callable[..., object],
        shorten: Callable[..., None] | None = None,
    ) -> None:
        """Makes a sealed tool.

        Args:
            name: Qualified name.
            signature: Gives the call as it should look.
            documentation: Gives what `help(tool)` shows.
            call: Takes the positional and the keyword arguments.
            shorten: Takes this object and the arguments of a call that has returned, and may give it a class with a shorter way.
        """
        self.__name__ = self.__qualname__ = name
        self._documentation = documentation
        self._signature = signature
        self._call = call
        self._shorten = shorten

    @property
    def documentation(self) -> str:
        """What `help(tool)` shows."""
        return self._documentation()

    def __call__(self, /, *args: object, **kwargs: object) -> object:
        """Calls the tool."""
        result = self._call(args, kwargs)
        if self._shorten is not None:
            self._shorten(self, args, kwargs)
        return result

    def __repr__(self) -> str:
        return f"<tool {self._signature()}>"

    def __getattr__(self, name: str) -> object:
        raise AttributeError(
            f"the tool {self.__name__} has no attribute {name!r}: call it as {self._signature()}", name=name
        )


VISIBLE_EXCEPTIONS: dict[str, type[Exception]] = {
    cls.__name__: cls
    for cls in (ToolError, ToolArgumentError, ToolTimeout, ToolDenied, SystemExit, KeyboardInterrupt, GeneratorExit)
}
"""By the names that model code uses."""

for _kind in VISIBLE_EXCEPTIONS.values():
    _kind.__module__ = "builtins"

SEALED_CLASSES: tuple[type, ...] = (Handle, Facade, SealedTool, Record)
"""Classes of which model code can have instances but which it may neither call nor inherit from."""
