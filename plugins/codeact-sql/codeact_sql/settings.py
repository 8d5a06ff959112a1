"""What the person who installs the pack may choose."""

from __future__ import annotations

from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from codeact_sql.database import Database


class SqlSettings(BaseModel):
    """Settings of the pack `sql`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: SecretStr = SecretStr("")
    """SQLAlchemy URL, such as `sqlite:///shop.db` or `postgresql+psycopg://reader@host/shop`; it may hold a password."""
    writable: bool = False
    """Whether `sql.execute` may change the database."""
    max_rows: int = Field(default=10_000, gt=0)
    """Most rows that one call returns."""
    max_bytes: int = Field(default=20_000_000, gt=0)
    """Most text and binary data that one call returns, in bytes."""
    timeout_s: float = Field(default=10.0, gt=0)
    """Longest that one statement may take, in seconds."""

    # Here, because settings live exactly as long as what shares them: one session of one pack.
    @cached_property
    def database(self) -> Database:
        """The database, opened when it is first needed."""
        return Database(
            self.url.get_secret_value(),
            writable=self.writable,
            max_rows=self.max_rows,
            max_bytes=self.max_bytes,
            timeout_s=self.timeout_s,
        )
