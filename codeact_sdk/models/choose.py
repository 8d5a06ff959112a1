"""From a model's name, or none, to a model."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from codeact_sdk.errors import ConfigError, ModelNotConfigured
from codeact_sdk.models.base import Model, ModelFactory

MODEL_VARIABLE = "CODEACT_MODEL"
"""Names the model to use where nothing else does."""

DEFAULTS = {"anthropic": "claude-sonnet-4-6", "openai": "gpt-5.6-terra"}
"""Model that is used where a key is set and no model is named."""


def find_model(environ: Mapping[str, str]) -> str | None:
    """Find a model by the variables that are set.

    Args:
        environ: The first of these decides: CODEACT_MODEL, ANTHROPIC_API_KEY, OPENAI_BASE_URL with OPENAI_MODEL,
            OPENAI_API_KEY.
    """
    if named := environ.get(MODEL_VARIABLE, "").strip():
        return named
    if environ.get("ANTHROPIC_API_KEY", "").strip():
        return f"anthropic:{DEFAULTS['anthropic']}"
    if model := environ.get("OPENAI_MODEL", "").strip():
        return f"openai:{model}"
    # Another server than OpenAI's has other models, so there is no default for it.
    if environ.get("OPENAI_API_KEY", "").strip() and not environ.get("OPENAI_BASE_URL", "").strip():
        return f"openai:{DEFAULTS['openai']}"
    return None


def require_model(environ: Mapping[str, str]) -> str:
    """Find a model by the variables that are set.

    Raises:
        ModelNotConfigured: There is none; the message says what to set.
    """
    found = find_model(environ)
    if found is not None:
        return found
    lead = "no model was named and none was found in the environment"
    if url := environ.get("OPENAI_BASE_URL", "").strip():
        lead = f"OPENAI_BASE_URL is set ({url}), but not which of its models to use: set OPENAI_MODEL to its name"
    raise ModelNotConfigured(
        f"""{lead}. Do one of these:
  - set ANTHROPIC_API_KEY, to use anthropic:{DEFAULTS["anthropic"]}
  - set OPENAI_API_KEY, to use openai:{DEFAULTS["openai"]}
  - set OPENAI_BASE_URL and OPENAI_MODEL, to use a server of your own, such as http://localhost:8000/v1
  - set {MODEL_VARIABLE}, or name the model where it is used, such as anthropic:{DEFAULTS["anthropic"]}"""
    )


def split_model(text: str) -> tuple[str, str]:
    """Split a model's name into its scheme and the rest, which may hold colons of its own.

    Example:
        >>> split_model("openai:llama3:8b")
        ('openai', 'llama3:8b')

    Raises:
        ConfigError: There is no scheme, or nothing behind it.
    """
    scheme, colon, name = text.strip().partition(":")
    if not (scheme and colon and name):
        wanted = _with_scheme(text.strip()) if not colon else f"{scheme or 'anthropic'}:<model>"
        raise ConfigError(f"{text!r} is no model name: write scheme:model, such as {wanted}")
    return scheme, name


def build_model(text: str, factories: Mapping[str, ModelFactory], **options: object) -> Model:
    """Make the model of a name.

    Args:
        text: Scheme and name, such as `anthropic:claude-sonnet-4-6`.
        factories: By scheme.
        **options: For the factory.

    Raises:
        ConfigError: The name has no scheme, or one that nobody offers.
    """
    scheme, name = split_model(text)
    if scheme not in factories:
        near = difflib.get_close_matches(scheme, factories, n=1)
        hint = f"did you mean {near[0]}:{name}?" if near else f"write one in front, such as {_with_scheme(text)}"
        known = ", ".join(sorted(factories))
        raise ConfigError(f"model {text!r}: no model is offered under {scheme!r} (there are {known}); {hint}")
    return factories[scheme](name, **options)


def _with_scheme(name: str) -> str:
    return f"{'anthropic' if name.startswith('claude') else 'openai'}:{name or DEFAULTS['openai']}"
