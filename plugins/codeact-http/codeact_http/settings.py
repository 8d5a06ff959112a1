"""What the person who installs the pack may choose."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

Network = IPv4Network | IPv6Network


class HttpSettings(BaseModel):
    """Settings of the pack `http`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allowed_hosts: tuple[str, ...] = ()
    """Hosts that may be asked, such as "api.acme.com" or "*.acme.com"; every public host where this is left out."""
    allow_private: tuple[str, ...] = ()
    """Private addresses and hosts that may be asked: "127.0.0.1", "10.1.0.0/16", "wiki.intranet"; none otherwise."""
    methods: tuple[str, ...] = ()
    """Methods that `http.request` may use, such as "POST"; none where this is left out."""
    root: Path | None = None
    """Folder that downloads are written into; there are no downloads where this is left out."""
    max_bytes: int = Field(default=5_000_000, gt=0)
    """Largest body that is read, in bytes after decoding."""
    timeout_s: float = Field(default=30.0, gt=0)
    """Longest that one call may take, redirects included, in seconds."""
    max_redirects: int = Field(default=5, ge=0)
    """Redirects that one call follows."""
    user_agent: str = Field(default="codeact-http/0.1", min_length=1, pattern=r"^[\x20-\x7e]+$")
    """What servers, and their robots.txt, know this client by."""
    respect_robots: bool = True
    """Whether pages that a host's robots.txt forbids are left alone."""

    @field_validator("methods")
    @classmethod
    def _in_capitals(cls, methods: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [method for method in methods if not method.isalpha()]:
            raise ValueError(f"{wrong[0]!r} is no method: write a word, such as 'POST'")
        return tuple(method.upper() for method in methods)

    @field_validator("root")
    @classmethod
    def _make_absolute(cls, root: Path | None) -> Path | None:
        # Absolute from the start: a later change of the working directory must not move it.
        return None if root is None else root.expanduser().absolute()

    @property
    def private_networks(self) -> tuple[Network, ...]:
        """Those of `allow_private` that are addresses."""
        return tuple(network for text in self.allow_private if (network := _network(text)) is not None)

    @property
    def private_hosts(self) -> tuple[str, ...]:
        """Those of `allow_private` that are names."""
        return tuple(text.lower() for text in self.allow_private if _network(text) is None)


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
