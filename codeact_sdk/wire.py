"""Types of fields whose values JSON cannot hold as they are, and how pydantic reads and writes them.

Pydantic asks for it when it meets such a field; who only makes values needs no pydantic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from codeact_sdk.later import core_schema
from codeact_sdk.values import decode, encode

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, ValidationInfo
    from pydantic_core import CoreSchema


class Wire:
    """Metadata of a field: a value that is checked by one function, and written to JSON by `encode`."""

    def __init__(self, read: Callable[[object, ValidationInfo], object]) -> None:
        """Takes note of the function.

        Args:
            read: Takes the value, and whether it comes from JSON; raises ValueError where it is wrong.
        """
        self._read = read

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:  # pydantic's protocol
        return core_schema.with_info_plain_validator_function(
            self._read,
            serialization=core_schema.plain_serializer_function_ser_schema(encode, when_used="json"),
        )


def _decode_json(value: object, info: ValidationInfo) -> object:
    return decode(value) if info.mode == "json" else value


def _read_text(value: object, info: ValidationInfo) -> str:
    text = _decode_json(value, info)
    if not isinstance(text, str):
        raise ValueError(f"expected text, not {type(text).__name__}")  # noqa: TRY004  # pydantic collects ValueError only
    return str.__str__(text)


def _read_arguments(value: object, info: ValidationInfo) -> dict[str, Any]:
    arguments = _decode_json(value, info)
    if not (isinstance(arguments, dict) and all(isinstance(name, str) for name in arguments)):
        raise ValueError("expected arguments by name")
    return dict(arguments)


Text = Annotated[str, Wire(_read_text)]
"""Any Python string. Code and models do produce lone surrogates, which pydantic's own `str` cannot write as JSON."""

Data = Annotated[Any, Wire(_decode_json)]
"""A Python value that crossed the boundary: data, records, or the text of what is neither."""

Arguments = Annotated[dict[str, Any], Wire(_read_arguments)]
"""The arguments of a call by name; like `Text`, a name may be any string."""
