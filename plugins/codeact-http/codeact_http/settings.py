"""What the person who installs the pack may choose."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

import httpx
from pydantic import BaseModel, ConfigDict, Field, field_validator

Network = IPv4Network | IPv6Network

_NEVER_SENT = ("CONNECT", "TRACE")
"""Methods that are between a client and its proxies."""


class HttpSettings(BaseModel):
    """Settings of the pack `http`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allowed_hosts: tuple[str, ...] = ()
    """Hosts that may be asked, such as "api.acme.com" or "*.acme.com"; every public host where this is left out."""
    allow_private: tuple[str, ...] = ()
    """Private addresses and hosts that may be asked: "127.0.0.1", "10.1.0.0/16", "wiki.intranet"; none otherwise."""
    methods: tuple[str, ...] = ("GET", "HEAD")
    """Methods that `http.request` may use; those that change something, such as "POST", only where they are named."""
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

    @field_validator("allowed_hosts", "allow_private")
    @classmethod
    def _as_asked(cls, entries: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(_host, entries))

    @field_validator("methods")
    @classmethod
    def _in_capitals(cls, methods: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [method for method in methods if not method.isalpha() or method.upper() in _NEVER_SENT]:
            raise ValueError(f"{wrong[0]!r} is no method that can be sent: write a word, such as 'POST'")
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
        return tuple(text for text in self.allow_private if _network(text) is None)


def _host(text: str) -> str:
    """An entry as hosts are asked for: in small letters, and in ASCII also where it is not written so."""
    if _network(text) is not None:
        return text
    labels = [] if any(mark in text for mark in "/:@") else text.strip().rstrip(".").lower().split(".")
    try:
        # By labels, for the * of a pattern is no part of a name.
        found = [
            label if label.isascii() else httpx.URL(f"http://{label}/").raw_host.decode("ascii") for label in labels
        ]
    except httpx.InvalidURL:
        found = []
    if not found or not all(found):
        raise ValueError(
            f"{text!r} fits no host: write an address or a host without scheme, port and path, such as 'api.acme.com' or '*.acme.com'"
        )
    return ".".join(found)


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
