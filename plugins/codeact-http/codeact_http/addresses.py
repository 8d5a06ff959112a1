"""Which URLs and addresses may be asked: pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx

from codeact_http.settings import HttpSettings
from codeact_sdk import ToolError

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")
"""What is given out to the public internet; site-local addresses and translators of one network are elsewhere."""

_ALSO_PRIVATE = (IPv4Network("192.88.99.0/24"), IPv6Network("3fff::/20"))
"""Relays that are no more, and examples, which not every Python knows of."""

_MAX_URL_CHARS = 8_000
_HOST = re.compile(r"[A-Za-z0-9._-]+\Z|[0-9A-Fa-f:.]+\Z")
_PORTS = 2**16


def check_url(text: str, settings: HttpSettings) -> httpx.URL:
    """Reads a URL and says whether its host may be asked at all.

    Args:
        text: The URL.
        settings: Of the pack.

    Raises:
        ToolError: It is no URL of a page, or its host is not allowed.
    """
    if len(text) > _MAX_URL_CHARS:
        raise ToolError(f"the URL has {len(text):,} characters: at most {_MAX_URL_CHARS:,} are sent")
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise ToolError(f"{text!r} is no URL ({error}): write one such as 'https://example.com/page'") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ToolError(
            f"{text!r} has no http:// or https:// with a host: write it whole, such as 'https://example.com/page'"
        )
    if not _HOST.match(url.raw_host.decode("ascii", "replace")) or not 0 < (url.port or 1) < _PORTS:
        raise ToolError(f"{text!r} is no URL (its host or port is none): write one such as 'https://example.com/page'")
    if url.userinfo:
        raise ToolError(
            "the URL holds a user name or password: leave it out, and send a header if the server wants one"
        )
    _check_host(ascii_host(url), settings)
    return url


def ascii_host(url: httpx.URL) -> str:
    """The host as it is asked for: "münchen.example" is `xn--mnchen-3ya.example`, and what looks alike is told apart."""
    return url.raw_host.decode("ascii")


def _check_host(host: str, settings: HttpSettings) -> None:
    name = host.lower().rstrip(".")
    allowed = (*settings.allowed_hosts, *settings.private_hosts)
    if settings.allowed_hosts and not fits(name, allowed) and not _is_private_by_setting(name, settings):
        raise ToolError(f"the host {host} is not allowed here: allowed are {', '.join(settings.allowed_hosts)}")


def fits(host: str, patterns: Iterable[str]) -> bool:
    """Whether a host is one of these, or below one: `*.acme.com` fits `api.acme.com`, and not `acme.com`."""
    return any(fnmatchcase(host, pattern) for pattern in patterns)


def _is_private_by_setting(host: str, settings: HttpSettings) -> bool:
    try:
        return _is_among(ip_address(host.strip("[]")), settings)
    except ValueError:
        return False


def _is_among(address: Address, settings: HttpSettings) -> bool:
    return any(address.version == network.version and address in network for network in settings.private_networks)


def check_addresses(host: str, addresses: Iterable[str], settings: HttpSettings) -> list[str]:
    """Says which addresses of a host may be asked, in their order.

    Every address must be a public one, or one that the settings name: a name that has both would let chance decide.

    Args:
        host: The name, or the address itself.
        addresses: What the name stands for.
        settings: Of the pack.

    Raises:
        ToolError: One of them is private, or there is none.
    """
    found = [ip_address(text.partition("%")[0]) for text in addresses]
    if not found:
        raise ToolError(f"the host {host} has no address: check its spelling")
    if not fits(host.lower().rstrip("."), settings.private_hosts):
        for address in found:
            if not _is_among(address, settings) and not is_public(address):
                raise ToolError(
                    f"the host {host} is at {address}, which is no public address: "
                    "whoever runs this can allow it with the setting allow_private"
                )
    return [str(address) for address in found]


def is_public(address: Address) -> bool:
    """Whether an address, and the one that it may carry inside, is one of the public internet."""
    if isinstance(address, IPv6Address):
        carried = [found for found in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())) if found]
        if address in _NAT64:
            carried.append(IPv4Address(int(address) & 0xFFFFFFFF))
        if carried:
            return all(map(_is_plainly_public, carried))
        if address not in _UNICAST:
            return False
    return _is_plainly_public(address)


def _is_plainly_public(address: Address) -> bool:
    if any(address.version == network.version and address in network for network in _ALSO_PRIVATE):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
