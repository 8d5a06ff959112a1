"""Takes secrets out of what is written to a cassette, in whatever form they stand there.

Values are found as everywhere in the SDK (`codeact_sdk.tools.redaction`); what stands in their place may be a part of a URL, because a
tool may follow a link that it was given. Here is what besides goes by its name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from codeact_sdk.errors import ConfigError
from codeact_sdk.tools.redaction import MIN_CHARS, Redactor

HIDDEN = "HIDDEN"

_NAMED = (
    r"(?:x[-_.])?(?:(?:api|app|access|auth|client|id|private|refresh|security|session|subscription|csrf|xsrf)[-_.]?)*"
    r"(?:auth|bearer|credentials?|jwt|key|passw(?:or)?d|pwd|secret|sig|signature|token)"
)
_IN_BODY = (
    rb"(?:(?:api|app|access|auth|bearer|client|id|private|refresh|secret|security|session)[-_]?(?:key|secret|token)"
    rb"|jwt|passw(?:or)?d|secret)"
)
"""Fewer: a field of JSON that is called `key` or `token` is data more often than a secret."""
_HEADER = re.compile(
    rf"(?:.*cookie.*|(?:proxy-)?authorization|(?:[a-z]+-)*?{_NAMED}|x-amz-.*|ocp-apim-subscription-key)\Z",
    re.IGNORECASE,
)
_PLAIN_HEADER = re.compile(r"(?:next|page|continuation|idempotency|sort)[-_]", re.IGNORECASE)
_QUERY = re.compile(rf"(?<=[?&;])((?:x-amz-|x-goog-)?{_NAMED}=)[^&;#]*", re.IGNORECASE)
_USER = re.compile(r"(?<=://)[^/?#@]*@")
_FORM = re.compile(rb"(?:(?<=\A)|(?<=&))(%s=)[^&\s]*" % _IN_BODY, re.IGNORECASE)
_JSON = re.compile(rb'("%s"\s*:\s*")(?:[^"\\]|\\.)*' % _IN_BODY, re.IGNORECASE)
_REDACTED = re.compile(r"\[secret (\w+)\]")


class Hiding:
    """Replaces each secret that a test has given, and each field whose name says that it holds one."""

    def __init__(self, secrets: Mapping[str, set[str]]) -> None:
        """Takes the secrets; what is added to them later is hidden as well.

        Args:
            secrets: Values by name.
        """
        self._secrets = secrets
        self._known: set[tuple[str, str]] = set()
        self._redactor = Redactor()

    def url(self, url: str) -> str:
        """A URL without user, password, and parameters that hold secrets."""
        return self.text(_QUERY.sub(rf"\g<1>{HIDDEN}", _USER.sub("", url)))

    def body(self, data: bytes) -> bytes:
        """A body without secrets, and without the values of fields in JSON or a form that are called as secrets are."""
        data = _FORM.sub(rb"\g<1>" + HIDDEN.encode(), _JSON.sub(rb"\g<1>" + HIDDEN.encode(), data))
        return self.text(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def text(self, text: str) -> str:
        """A text with `HIDDEN_<name>` in place of secrets."""
        self._learn()
        redacted = self._redactor.text(text)
        return text if redacted == text else _REDACTED.sub(rf"{HIDDEN}_\1", redacted)

    def _learn(self) -> None:
        given = {(name, value) for name, values in self._secrets.items() for value in values if value}
        for name, value in sorted(given - self._known):
            if len(value) < MIN_CHARS:
                raise ConfigError(
                    f"the secret {name} that the test gives has {len(value)} characters: with a cassette it needs at least "
                    f"{MIN_CHARS}, because it is looked for in all that is sent; make up a longer one"
                )
            self._known.add((name, value))
            self._redactor.add(name, value)
            if "/" in value:
                for written in (value, json.dumps(value)[1:-1]):
                    self._redactor.add(name, written.replace("/", "\\/"))  # as some servers write JSON


def is_secret_header(name: str) -> bool:
    """Whether a header is left out of cassettes, by its name."""
    return _HEADER.match(name) is not None and not _PLAIN_HEADER.search(name)
