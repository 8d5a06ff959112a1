"""The classes that signatures need, as Python text."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from codeact_sdk.prompts.source import comment, docstring
from codeact_sdk.tools.docs import parse_doc
from codeact_sdk.tools.fields import FieldInfo, class_fields, kind_of, own_doc
from codeact_sdk.tools.text import identifier, literal
from codeact_sdk.tools.types import TypeNames

_MAX_MEMBERS = 50
"""Of an enum: more of them would cost more of the prompt than they tell."""

HANDLE_DOC = "A handle: it has no readable fields; pass it on to tools."


def render_types(classes: Iterable[type], *, names: TypeNames | None = None) -> str:
    """Renders classes for a model, each as a block with its fields, types, defaults and one-line docs.

    Bases are left out: a record has fields, and none of the methods that a base would promise.

    Args:
        classes: In the order to show, from `collect_types`.
        names: What they are called; made from the classes where it is left out.
    """
    classes = tuple(classes)
    names = TypeNames(classes) if names is None else names
    return "\n\n".join(_block(cls, names) for cls in classes)


def _block(cls: type, names: TypeNames) -> str:
    kind = kind_of(cls)
    name = names[cls]
    summary = parse_doc(own_doc(cls)).summary
    if kind == "enum":
        assert issubclass(cls, Enum)  # noqa: S101  # for the type checker
        return _enum(cls, name, summary)
    fields = class_fields(cls)
    if kind == "root":
        alias = f"{name} = {names.text(fields[0].annotation)}"
        return f"{alias}  {comment(summary)}" if summary else alias
    if kind == "handle":
        summary = f"{summary} {HANDLE_DOC}".strip()
    lines = [docstring(summary)] if summary else []
    lines += [_field(field, names) for field in fields]
    if all(line.lstrip().startswith("#") for line in lines):  # comments alone are no body
        lines.append("    ...")
    return "\n".join([f"class {name}:", *lines])


def _field(field: FieldInfo, names: TypeNames) -> str:
    text = names.text(field.annotation)
    if field.name.isidentifier() and identifier(field.name) == field.name:
        line = f"    {field.name}: {text}" + ("" if field.default is None else f" = {field.default}")
    else:
        line = f"    {comment(f'[{field.name!r}]: {text}')}"
    return f"{line}  {comment(field.description)}" if field.description.strip() else line


def _enum(cls: type[Enum], name: str, summary: str) -> str:
    members = list(cls)[:_MAX_MEMBERS]
    values = [literal(member.value) or "..." for member in members]
    more = ", ..." if len(cls) > _MAX_MEMBERS else ""
    if issubclass(cls, str | int):  # its members are equal to their values, so that the values say it all
        alias = f"{name} = Literal[{', '.join(values)}{more}]" if values else f"{name} = object"
        labels = [] if issubclass(cls, str) else [member.name for member in members]
        told = ". ".join(filter(None, (summary.rstrip("."), ", ".join(labels))))
        return f"{alias}  {comment(told)}" if told else alias
    lines = [docstring(summary)] if summary else []
    for member, value in zip(members, values, strict=True):
        known = member.name.isidentifier() and identifier(member.name) == member.name
        lines.append(f"    {member.name} = {value}" if known else f"    {comment(f'{member.name} = {value}')}")
    note = f"  # as an argument, give the value: {values[0]}" if values and "\n" not in values[0] else ""
    bodied = any(not line.lstrip().startswith("#") for line in lines)
    rest = [] if bodied and not more else ["    ..."]
    return "\n".join([f"class {name}(Enum):{note}", *lines, *rest])
