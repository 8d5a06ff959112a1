"""From the text of an action to a code object: parse, apply the policy, compile; each text once."""

from __future__ import annotations
import __future__

import ast
from collections import OrderedDict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from types import CodeType
from typing import NamedTuple

from codeact_sdk.frozen import Frozen, replaced
from codeact_sdk.interpreter import advice, language
from codeact_sdk.interpreter.checks.mentions import Facts
from codeact_sdk.interpreter.nodes import Refusal
from codeact_sdk.interpreter.rules import Policy
from codeact_sdk.interpreter.scopes import TOP


class Compiled(Frozen):
    """An action that may be run."""

    code: CodeType
    awaits: bool
    """Whether the text holds `await` or `async` anywhere: async tools are coroutines to it."""
    is_coroutine: bool
    """Whether the top level itself awaits."""
    nested: frozenset[str]
    """Names that functions of the action use, now and later: the top level of no action may hold them for itself."""
    local: frozenset[str]
    """Names that its own top level holds for itself until it ends."""
    dynamic: bool
    """Whether variables may be seen or set by their names from now on."""
    facts: Facts
    """What the text tells about names and calls, for the check before the run."""
    names: tuple[str, ...]
    """All that it may look for among globals and builtins, guards as well; names of attributes are there too."""


class Options(NamedTuple):
    """What the same text is compiled differently for."""

    count_steps: bool = False
    """Whether loops and calls report each turn to the budget."""
    dynamic: bool = False
    """Whether variables may be seen or set by their names while it runs."""


_USUAL = Options()


class ActionSyntaxError(Exception):
    """The text is not Python, or holds what the policy refuses.

    Attributes:
        message: What is wrong, with what to write instead.
        kind: The class that Python gives such a mistake.
        line: Line of the action, from 1; None where there is none.
        column: From 0, in characters; None where there is none.
        end_column: Where on that line it ends; None where that is not known.
    """

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        end_column: int | None = None,
        kind: type[SyntaxError] = SyntaxError,
    ) -> None:
        self.message = message
        self.kind = kind
        self.line = line
        self.column = column
        self.end_column = end_column
        super().__init__(message)


class Cache:
    """The texts that were compiled last, by text and policy."""

    def __init__(self, entries: int = 256, longest: int = 20_000) -> None:
        """Makes an empty cache.

        Args:
            entries: How many texts are kept.
            longest: Characters of the longest text that is kept.
        """
        self._entries = entries
        self._longest = longest
        self._kept: OrderedDict[tuple[str, Options], Compiled] = OrderedDict()

    def compile(
        self, source: str, filename: str, options: Options, *, shared: AbstractSet[str] = frozenset()
    ) -> Compiled:
        """Does `compile_action`, or finds what it has given before."""
        key = (source, options)
        found = self._kept.get(key)
        if found is None or not found.local.isdisjoint(shared):
            found = compile_action(source, filename, options, shared=shared)
            if len(source) <= self._longest:
                self._kept[key] = found
                while len(self._kept) > self._entries:
                    self._kept.popitem(last=False)
        if found.code.co_filename != filename:
            found = replaced(found, code=_renamed(found.code, filename))
        return found


def compile_action(
    source: str, filename: str, options: Options = _USUAL, *, shared: AbstractSet[str] = frozenset()
) -> Compiled:
    """Compiles an action.

    Args:
        source: The text.
        filename: What tracebacks call it.
        options: Of the policy.
        shared: Names that functions of earlier actions use.

    Raises:
        ActionSyntaxError: Nothing was run.
    """
    if len(source) > language.MAX_SOURCE_CHARS:
        raise ActionSyntaxError(
            f"the action has {len(source):,} characters, at most {language.MAX_SOURCE_CHARS:,} are taken: "
            "keep data in variables and files, not in the code"
        )
    policy = Policy(count_steps=options.count_steps, shared=shared, dynamic=options.dynamic)
    try:
        code = _code(source, filename, policy)
    except Refusal as refusal:
        raise _refused(refusal, source) from None
    except SyntaxError as error:
        raise _not_python(error) from None
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise ActionSyntaxError(f"the text cannot be compiled: {error or type(error).__name__}") from None
    return _compiled(code, policy, source)


def _compiled(code: CodeType, policy: Policy, source: str) -> Compiled:
    top = policy.top
    return Compiled(
        code=code,
        awaits=policy.awaits,
        is_coroutine=bool(code.co_flags & _CO_COROUTINE),
        nested=frozenset(top.nested),
        local=top.local,
        dynamic=top.dynamic,
        facts=policy.mentions.facts(source, awaits=policy.awaits),
        names=tuple(dict.fromkeys(_mentioned(code))),
    )


_CO_COROUTINE = 0x80
"""`inspect.CO_COROUTINE`."""


def _code(source: str, filename: str, policy: Policy) -> CodeType:
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree = advice.parse(source, filename, flags)
    flags |= _take_future_imports(tree)
    policy.annotations_are_text = bool(flags & __future__.annotations.compiler_flag)
    code: CodeType = compile(policy.apply(tree), filename, "exec", flags, dont_inherit=True)
    if not policy.top.local:
        return code
    top: CodeType = _top(code)
    if top.co_flags & _GENERATES:  # a default of a function, for instance, belongs to what is around it
        raise SyntaxError("'yield' outside function")
    return top


_GENERATES = 0x20 | 0x200
"""`inspect.CO_GENERATOR` and `inspect.CO_ASYNC_GENERATOR`."""


def _top(module: CodeType) -> CodeType:
    """Finds the code of the function that the top level has become."""
    return next(_unqualified(const) for const in module.co_consts if isinstance(const, CodeType))


_WITHIN = f"{TOP}.<locals>."


def _unqualified(code: CodeType) -> CodeType:
    """Names what stands at the top level as if it stood in a module."""
    if not any(isinstance(const, CodeType) for const in code.co_consts):
        return code
    return code.replace(
        co_consts=tuple(
            _unqualified(const).replace(co_qualname=const.co_qualname.removeprefix(_WITHIN))
            if isinstance(const, CodeType) and const.co_qualname.startswith(_WITHIN)
            else const
            for const in code.co_consts
        )
    )


def _mentioned(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _mentioned(const)


def _renamed(code: CodeType, filename: str) -> CodeType:
    return code.replace(
        co_filename=filename,
        co_consts=tuple(
            _renamed(const, filename) if isinstance(const, CodeType) else const for const in code.co_consts
        ),
    )


def _refused(refusal: Refusal, source: str) -> ActionSyntaxError:
    line = refusal.line
    if line is None or refusal.column is None:
        return ActionSyntaxError(refusal.message, line=line)
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = lines[line - 1].encode("utf-8", "surrogatepass") if line <= len(lines) else b""
    end = refusal.end_column if refusal.end_line == line else len(text)
    # The tree counts bytes, whoever reads the error counts characters.
    start, end = (len(text[:offset].decode("utf-8", "ignore")) for offset in (refusal.column, end or 0))
    return ActionSyntaxError(refusal.message, line=line, column=start, end_column=end)


def _not_python(error: SyntaxError) -> ActionSyntaxError:
    column = None if error.offset is None else max(error.offset - 1, 0)
    end = error.end_offset - 1 if error.end_offset and error.end_lineno == error.lineno else None
    return ActionSyntaxError(error.msg, line=error.lineno, column=column, end_column=end, kind=type(error))


def _take_future_imports(tree: ast.Module) -> int:
    """Removes `from __future__` imports and gives the compiler flags that they stand for."""
    flags = 0
    for statement in list(tree.body):
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for alias in statement.names:
                feature = getattr(__future__, alias.name, None)
                if alias.name not in __future__.all_feature_names or feature is None:
                    raise Refusal(statement, f"future feature {alias.name} is not defined")
                flags |= feature.compiler_flag
            tree.body.remove(statement)
    return flags


CACHE = Cache()
"""The one of this process."""
