"""The hosts that a pack may reach with its HTTP client."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Any

from codeact_sdk.errors import ConfigError

_HOST = re.compile(r"(?:[A-Za-z0-9*_-]+(?:\.[A-Za-z0-9*_-]+)*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?\Z")


def host_fault(host: object) -> str | None:
    """Says why something cannot be the name of a host; None where it can."""
    if not isinstance(host, str) or not _HOST.match(host):
        return (
            f"the host {host!r} is no name of a host: write it without scheme and path, such as 'api.acme.com', "
            "'*.acme.com' or 'localhost:8080'"
        )
    if not host.partition(":")[0].strip("*."):
        return f"the host {host!r} means every host: leave hosts= out to say that"
    return None


def make_check(pack: str, hosts: Iterable[str]) -> Callable[[Any], None]:
    """Makes what looks at each request before it is sent, those of redirects as well.

    Args:
        pack: Namespace of the pack, for messages.
        hosts: Names that it declares, with `*` for any letters.
    """
    patterns = tuple(host.lower() for host in hosts)

    def check(request: Any) -> None:
        host = request.url.raw_host.decode("ascii", "replace").lower().rstrip(".")
        host = f"[{host}]" if ":" in host else host
        port = request.url.port or {"https": 443, "http": 80}.get(request.url.scheme)
        if not any(fnmatchcase(name, _literal(pattern)) for name in (host, f"{host}:{port}") for pattern in patterns):
            raise ConfigError(
                f"pack {pack!r} does not declare the host {host}, so nothing was sent to it (declared: "
                f"{', '.join(patterns) or 'none'}); its author adds it to ToolPack({pack!r}, ..., hosts=[...])"
            )

    return check


def _literal(pattern: str) -> str:
    """The pattern with `*` alone as a sign; brackets are those of an IPv6 address."""
    return pattern.replace("[", "[[]")
