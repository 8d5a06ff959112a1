"""What the tools take and return."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, Field

Value = str | int | float | Decimal | datetime | date | time | bytes | None
"""What a parameter of a statement may be."""

Params = dict[str, object] | list[object] | None
"""Wide, so that the model reads a short signature; each value is checked by `parameters`."""

Row = dict[str, object]
"""One row by column name."""


class TableInfo(BaseModel):
    """One table or view."""

    name: str
    kind: Literal["table", "view"]
    columns: list[str]


class Column(BaseModel):
    """One column of a table."""

    name: str
    type: str = Field(description="As the database says; SQLite does not enforce it.")
    nullable: bool
    primary_key: bool
    references: str | None = Field(description="Such as 'customers.id', where it is a foreign key.")


class TableDescription(BaseModel):
    """One table or view in detail."""

    name: str
    columns: list[Column]
    rows: int | None = Field(description="How many; None where counting took too long.")
    samples: list[dict[str, object]] = Field(description="The first rows, long texts cut.")


class Executed(BaseModel):
    """What a change did."""

    rows_affected: int | None = Field(description="None where the database does not say.")
    rows: list[dict[str, object]] = Field(description="What RETURNING gave.")
