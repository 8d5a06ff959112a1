"""What a new pack is called, in each of the places that have a name for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from codeact_sdk.errors import ConfigError
from codeact_sdk.packs.pack import namespace_fault

_PREFIX = "codeact"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_OURS = frozenset({"sdk"})


@dataclass(frozen=True)
class PackNames:
    """The names of one pack."""

    namespace: str
    """What model code writes, such as `acme_orders`."""

    @property
    def distribution(self) -> str:
        """What pip installs, such as `codeact-acme-orders`."""
        return f"{_PREFIX}-{self.namespace.replace('_', '-')}"

    @property
    def module(self) -> str:
        """What Python imports, such as `codeact_acme_orders`."""
        return f"{_PREFIX}_{self.namespace}"


def pack_names(name: str) -> PackNames:
    """Makes the names of a pack from one of them.

    Args:
        name: Such as `acme`, `acme-orders` or `codeact-acme`.

    Raises:
        ConfigError: It cannot be the name of a pack; the message has one that can.
    """
    short = re.sub(rf"^{_PREFIX}[-_]", "", name)
    if not _NAME.fullmatch(short):
        near = _near(short)
        suggestion = f", such as {near!r}" if near else ", such as 'acme' or 'acme-orders'"
        raise ConfigError(
            f"{name!r} cannot be the name of a pack: use small ASCII letters, digits and single hyphens, beginning with a "
            f"letter{suggestion}"
        )
    namespace = short.replace("-", "_")
    if namespace in _OURS:
        raise ConfigError(f"{name!r} is taken: {_PREFIX}-{short} is the SDK itself; choose another, such as 'acme'")
    if fault := namespace_fault(namespace):
        raise ConfigError(fault)
    return PackNames(namespace)


def _near(name: str) -> str:
    words = re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower())
    made = re.sub(r"^[0-9-]+", "", "-".join(words))
    return made if _NAME.fullmatch(made) and not namespace_fault(made.replace("-", "_")) else ""
