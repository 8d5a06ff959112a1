"""Hooks of plugins around every call: they may deny it, change it, answer it from elsewhere, or watch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from codeact_sdk.errors import ToolError
from codeact_sdk.frozen import Frozen
from codeact_sdk.tools.faults import Faults
from codeact_sdk.tools.passage import Admission, Answer, Change, Denied, Deny, Given
from codeact_sdk.tools.tool import Tool

BEFORE, AFTER = "codeact_before_call", "codeact_after_call"


class CallHook(Frozen):
    """The hooks of one plugin."""

    plugin: str
    distribution: str
    before: Callable[..., Any] | None = None
    """Takes `tool` and `arguments`, and gives the answers of the implementations."""
    after: Callable[..., Any] | None = None
    """Takes `tool`, `arguments`, `result` and `error`, and gives the answers of the implementations."""


class CallHooks:
    """The hooks of all plugins, as one passage: before a call in their order, after it in the reverse one."""

    def __init__(self, hooks: Sequence[CallHook], faults: Faults, *, denies_on_error: bool = False) -> None:
        """Makes the passage.

        Args:
            hooks: Of each plugin, in order.
            faults: Is told of a hook that raises.
            denies_on_error: Whether a call is denied when a hook before it raises; otherwise it goes on without the hook.
        """
        self._hooks = tuple(hooks)
        self._faults = faults
        self._denies = denies_on_error

    def before(self, tool: Tool, arguments: Mapping[str, object]) -> Admission:
        """Asks each hook."""
        for hook in self._hooks:
            if hook.before is None:
                continue
            try:
                answers = hook.before(tool=tool, arguments=MappingProxyType(dict(arguments)))
                for answer in answers:
                    arguments, instead = _apply(tool, arguments, answer, hook)
                    if instead is not None:
                        return Admission(arguments, instead)
            except ToolError as error:  # a denial by raising: the author's word to the model
                return Admission(arguments, Denied(str(error)))
            except Exception as error:  # noqa: BLE001  # a broken plugin must not stop the others
                self._fault(hook, BEFORE, error)
                if self._denies:
                    reason = f"the hook {BEFORE} of {hook.plugin!r} failed ({type(error).__name__}), and calls are denied then"
                    return Admission(arguments, Denied(reason))
        return Admission(arguments)

    def after(
        self, tool: Tool, arguments: Mapping[str, object], *, result: object = None, error: Exception | None = None
    ) -> object:
        """Tells each hook, and takes over what one answers."""
        for hook in reversed(self._hooks):
            if hook.after is None:
                continue
            try:
                seen = MappingProxyType(dict(arguments))
                answers = hook.after(tool=tool, arguments=seen, result=result, error=error)
                for answer in answers:
                    if not isinstance(answer, Answer):
                        raise TypeError(_not_possible(answer, "Answer(value) or None"))  # noqa: TRY301  # told as the hook's fault
                    result = answer.value
            except Exception as fault:  # noqa: BLE001  # as above
                self._fault(hook, AFTER, fault)
        return result

    def _fault(self, hook: CallHook, name: str, error: Exception) -> None:
        self._faults.add(error, pack=hook.plugin, what=f"the hook {name}", distribution=hook.distribution)


def _apply(
    tool: Tool, arguments: Mapping[str, object], answer: object, hook: CallHook
) -> tuple[Mapping[str, object], Given | Denied | None]:
    match answer:
        case Deny():
            return arguments, Denied(answer.reason or f"the plugin {hook.plugin!r} does not allow this call")
        case Change():
            return tool.validate((), {**arguments, **answer.arguments}), None
        case Answer():
            return arguments, Given(answer.value)
    raise TypeError(_not_possible(answer, "Deny(reason), Change(arguments), Answer(value) or None"))


def _not_possible(answer: object, possible: str) -> str:
    return f"it returned {type(answer).__name__}: return {possible}"
