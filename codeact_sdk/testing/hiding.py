"""Takes secrets out of what is written to a cassette, in whatever form they stand there."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, quote_plus

from codeact_sdk.errors import ConfigError

MIN_CHARS = 6
"""Shortest secret: a shorter one would be found in words that are none."""

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
_BASE64_CHARS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-_")


class Hiding:
    """Replaces each secret that a test has given, and each field whose name says that it holds one."""

    def __init__(self, secrets: Mapping[str, set[str]]) -> None:
        """Takes the secrets; what is added to them later is hidden as well.

        Args:
            secrets: Values by name.
        """
        self._secrets = secrets
        self._forms: dict[tuple[str, str], tuple[tuple[bytes, ...], tuple[bytes, ...]]] = {}

    def url(self, url: str) -> str:
        """A URL without user, password, and parameters that hold secrets."""
        return self.text(_QUERY.sub(rf"\g<1>{HIDDEN}", _USER.sub("", url)))

    def text(self, text: str) -> str:
        """A text without secrets."""
        return self.data(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")

    def body(self, data: bytes) -> bytes:
        """A body without secrets, and without the values of fields in JSON or a form that are called as secrets are."""
        data = _JSON.sub(rb"\g<1>" + HIDDEN.encode(), data)
        return self.data(_FORM.sub(rb"\g<1>" + HIDDEN.encode(), data))

    def data(self, data: bytes) -> bytes:
        """Bytes without secrets."""
        for name, value in self._values():
            plain, coded = self._forms_of(name, value)
            shown = f"{HIDDEN}_{name}".encode()
            for form in plain:
                data = data.replace(form, shown)
            for form in coded:
                data = _without_coded(data, form, shown)
        return data

    def _values(self) -> Iterator[tuple[str, str]]:
        found = [(name, value) for name, values in self._secrets.items() for value in values if value]
        return iter(sorted(found, key=lambda item: -len(item[1])))  # one may be a part of another

    def _forms_of(self, name: str, value: str) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        if (name, value) not in self._forms:
            if len(value) < MIN_CHARS:
                raise ConfigError(
                    f"the secret {name} that the test gives has {len(value)} characters: with a cassette it needs at least "
                    f"{MIN_CHARS}, because it is looked for in all that is sent; make up a longer one"
                )
            self._forms[name, value] = (_plain_forms(value), _coded_forms(value.encode()))
        return self._forms[name, value]


def is_secret_header(name: str) -> bool:
    """Whether a header is left out of cassettes, by its name."""
    return _HEADER.match(name) is not None and not _PLAIN_HEADER.search(name)


def _plain_forms(value: str) -> tuple[bytes, ...]:
    """The value itself, and as it stands in URLs, JSON, HTML and hexadecimal dumps."""
    quoted = [quote(value), quote(value, safe=""), quote_plus(value)]
    written = [json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]]
    forms = [value, *quoted, *map(_lower_escapes, quoted), *written, *(text.replace("/", "\\/") for text in written)]
    forms += [html.escape(value), html.escape(value, quote=False), value.encode().hex(), value.encode().hex().upper()]
    return tuple(sorted({form.encode() for form in forms}, key=len, reverse=True))


def _lower_escapes(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), text)


def _coded_forms(value: bytes) -> tuple[bytes, ...]:
    """What the value becomes in base64, wherever it begins among other bytes: the characters that only it decides."""
    encoders: tuple[Callable[[bytes], bytes], ...] = (base64.b64encode, base64.urlsafe_b64encode)
    forms = {
        encode(b"\0" * before + value)[-(-before * 8 // 6) : (before + len(value)) * 8 // 6]
        for before in range(3)
        for encode in encoders
    }
    return tuple(sorted(forms))


def _without_coded(data: bytes, form: bytes, shown: bytes) -> bytes:
    """Replaces the whole piece of base64 around each place where a form stands: its ends hold bits of the secret too."""
    pieces, end = [], 0
    while (found := data.find(form, end)) >= 0:
        start, after = found, found + len(form)
        if start > end and data[start - 1 : start] == b"/":
            start -= 1
        while start > end and data[start - 1] in _BASE64_CHARS:
            start -= 1
        if data[after : after + 1] == b"/":
            after += 1
        while after < len(data) and (data[after] in _BASE64_CHARS or data[after : after + 1] == b"="):
            after += 1
        pieces += [data[end:start], shown]
        end = after
    return b"".join([*pieces, data[end:]])
