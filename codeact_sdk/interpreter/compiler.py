"""From the text of an action to a code object under the policy."""

from __future__ import annotations
import __future__

import ast
import inspect
from dataclasses import dataclass
from types import CodeType

from codeact_sdk.interpreter import advice, language
from codeact_sdk.interpreter.nodes import Refusal
from codeact_sdk.interpreter.policy import Policy


@dataclass(frozen=True, slots=True)
class Compiled:
    """An action that may be run."""

    code: CodeType
    awaits: bool
    """Whether the text holds `await` or `async` anywhere: async tools are coroutines to it."""
    is_coroutine: bool
    """Whether the top level itself awaits."""


class ActionSyntaxError(Exception):
    """The text is not Python, or holds what the policy refuses.

    Attributes:
        message: What is wrong, with what to write instead.
        line: Line of the action, from 1; None where there is none.
        column: From 0, in characters; None where there is none.
        end_column: Where on that line it ends; None where that is not known.
    """

    def __init__(
        self, message: str, *, line: int | None = None, column: int | None = None, end_column: int | None = None
    ) -> None:
        self.message = message
        self.line = line
        self.column = column
        self.end_column = end_column
        super().__init__(message)


def compile_action(source: str, filename: str, *, count_steps: bool = False) -> Compiled:
    """Compiles an action.

    Args:
        source: The text.
        filename: What tracebacks call it.
        count_steps: Whether loops and calls report each turn to the budget.

    Raises:
        ActionSyntaxError: Nothing was run.
    """
    if len(source) > language.MAX_SOURCE_CHARS:
        raise ActionSyntaxError(
            f"the action has {len(source):,} characters, at most {language.MAX_SOURCE_CHARS:,} are taken: "
            "keep data in variables and files, not in the code"
        )
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        tree = advice.parse(source, filename, flags)
        flags |= _take_future_imports(tree)
        policy = Policy(count_steps=count_steps)
        code = compile(policy.apply(tree), filename, "exec", flags, dont_inherit=True)
    except Refusal as refusal:
        raise _refused(refusal, source) from None
    except SyntaxError as error:
        raise _not_python(error) from None
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise ActionSyntaxError(f"the text cannot be compiled: {error or type(error).__name__}") from None
    return Compiled(code, policy.awaits, bool(code.co_flags & inspect.CO_COROUTINE))


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
    return ActionSyntaxError(error.msg, line=error.lineno, column=column, end_column=end)


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
