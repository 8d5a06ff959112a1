"""Where the values of secrets come from: what the caller gives, the environment, a `.env` file, the system's keyring."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from codeact_sdk.errors import ConfigError
from codeact_sdk.tools.redaction import Redactor

ENV_FILE = ".env"
SERVICE = "codeact"
"""The service that secrets are kept under in the system's keyring."""

Lookup = Callable[[str], str | None]
"""Gives the value of a secret by its name: of one user, of one tenant."""

Secrets = Mapping[str, str] | Lookup
"""What a caller may give."""


class SecretsConfig(BaseModel):
    """Where secrets are looked up, beside the environment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    env_file: str = ENV_FILE
    """A file with lines `NAME=value`, relative to the config file's folder; it may be missing."""
    keyring: bool | str = False
    """Whether the system's keyring is asked, last; a text is the service that it keeps them under, `codeact` otherwise."""
    names: dict[str, str] = {}
    """Other names for secrets: `ACME_TOKEN = "ACME_TOKEN_PROD"` looks up the second where a pack asks for the first."""


class Source(Protocol):
    """One place with secrets."""

    def get(self, name: str) -> str | None:
        """The value of a secret; None where this place has none."""
        ...


class FromMapping:
    """Secrets in a mapping, such as the environment."""

    is_cheap = True

    def __init__(self, values: Mapping[str, str]) -> None:
        """Takes the mapping, which is read when a secret is asked for."""
        self._values = values

    def get(self, name: str) -> str | None:
        """The value; None where it is missing or empty."""
        return self._values.get(name) or None


class FromCaller:
    """Secrets that a function of the caller gives."""

    is_cheap = False

    def __init__(self, lookup: Lookup) -> None:
        """Takes the function, which is called when a secret is asked for."""
        self._lookup = lookup

    def get(self, name: str) -> str | None:
        """The value; None where the function has none.

        Raises:
            ConfigError: It gave something else than a text or None.
        """
        value: object = self._lookup(name)
        if value is None or isinstance(value, str):
            return value or None
        if inspect.iscoroutine(value):
            value.close()
            raise ConfigError(
                f"secrets: the function is async, and secrets are needed at once: give one that is not ({name})"
            )
        raise ConfigError(f"secrets: the function gave {type(value).__name__} for {name}: return a str, or None")


class FromFile:
    """Secrets in a `.env` file; the environment of the process stays as it is."""

    is_cheap = True

    def __init__(self, path: Path) -> None:
        """Takes the path; the file is read when a secret is first asked for."""
        self._path = path
        self._values: Mapping[str, str | None] | None = None

    def get(self, name: str) -> str | None:
        """The value; None where the file or the name is missing."""
        if self._values is None:
            self._values = self._read()
        return self._values.get(name) or None

    def _read(self) -> Mapping[str, str | None]:
        if not self._path.is_file():
            return {}
        from dotenv import dotenv_values  # noqa: PLC0415  # most runs have no such file

        try:
            return dotenv_values(self._path, interpolate=False)
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{self._path} cannot be read: {error}") from error


class FromKeyring:
    """Secrets in the keyring of the system."""

    is_cheap = False

    def __init__(self, service: str = SERVICE) -> None:
        """Takes the service under which they are kept: `keyring set codeact ACME_TOKEN`."""
        self._service = service

    def get(self, name: str) -> str | None:
        """The value; None where the keyring has none.

        Raises:
            ConfigError: There is no keyring here, or it is locked.
        """
        try:
            import keyring  # noqa: PLC0415  # an extra
        except ImportError as error:
            raise ConfigError(
                "secrets.keyring is set, and the library is missing: pip install 'codeact-sdk[keyring]'"
            ) from error
        try:
            return keyring.get_password(self._service, name) or None
        except Exception as error:  # each backend has exceptions of its own
            raise ConfigError(
                f"the keyring cannot be asked for {name} ({type(error).__name__}: {error}): unlock it, or set secrets.keyring = false"
            ) from error


class SecretSources:
    """All places of one interpreter, in the order in which they are asked; the first that has a value gives it."""

    def __init__(self, sources: Iterable[Source], *, names: Mapping[str, str] | None = None) -> None:
        """Takes the places.

        Args:
            sources: In order.
            names: Other names that secrets are looked up by.
        """
        self._sources = tuple(sources)
        self._names = dict(names or {})

    def get(self, name: str, *, only_cheap: bool = False) -> str | None:
        """The value of a secret; None where no place has one.

        Args:
            name: As the pack declares it.
            only_cheap: Whether nobody is asked who may have to be waited for.
        """
        wanted = self._names.get(name, name)
        for source in self._sources:
            if only_cheap and not getattr(source, "is_cheap", False):
                continue
            value = source.get(wanted)
            if value is not None:
                return value
        return None


def find_sources(
    secrets: Secrets | None, environ: Mapping[str, str], config: SecretsConfig, *, folder: Path
) -> SecretSources:
    """Puts the places in order: what the caller gives, the environment, the file, the keyring.

    Args:
        secrets: What the caller gives.
        environ: The environment.
        config: What the integrator set.
        folder: Where a relative `env_file` is.

    Raises:
        ConfigError: `secrets` is neither a mapping nor a function.
    """
    sources: list[Source] = []
    if isinstance(secrets, Mapping):
        sources.append(FromMapping(secrets))
    elif callable(secrets):
        sources.append(FromCaller(secrets))
    elif secrets is not None:
        raise ConfigError(
            f"secrets is {type(secrets).__name__}: give a mapping of names to values, or a function of a name"
        )
    sources += [FromMapping(environ), FromFile(folder / config.env_file)]
    if config.keyring:
        sources.append(FromKeyring(config.keyring if isinstance(config.keyring, str) else SERVICE))
    return SecretSources(sources, names=config.names)


class DeclaredSecrets(Mapping[str, str]):
    """The secrets of one pack, and no others: what is read is learnt by the redactor before anybody has it."""

    def __init__(self, declared: Sequence[str], sources: SecretSources, redactor: Redactor) -> None:
        """Takes the names.

        Args:
            declared: By the pack.
            sources: Where values are.
            redactor: Learns them.
        """
        self._declared = tuple(declared)
        self._sources = sources
        self._redactor = redactor

    def __getitem__(self, name: str) -> str:
        value = self._sources.get(name) if name in self._declared else None
        if value is None:
            raise KeyError(name)
        self._redactor.add(name, value)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._declared if self._sources.get(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def learn(self) -> None:
        """Has the redactor learn what can be had without asking anybody, before a tool reads it."""
        for name in self._declared:
            value = self._sources.get(name, only_cheap=True)
            if value is not None:
                self._redactor.add(name, value)
