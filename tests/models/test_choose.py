"""From the environment and names to models."""

import pytest

from codeact_sdk.errors import ConfigError, ModelNotConfigured
from codeact_sdk.models.choose import build_model, find_model, require_model, split_model
from codeact_sdk.models.replay import ReplayModel


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, None),
        ({"ANTHROPIC_API_KEY": "k"}, "anthropic:claude-sonnet-4-6"),
        ({"OPENAI_API_KEY": "k"}, "openai:gpt-5.6-terra"),
        ({"ANTHROPIC_API_KEY": " ", "OPENAI_API_KEY": "k"}, "openai:gpt-5.6-terra"),
        ({"ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k"}, "anthropic:claude-sonnet-4-6"),
        ({"OPENAI_BASE_URL": "http://x/v1", "OPENAI_MODEL": "llama3:8b"}, "openai:llama3:8b"),
        ({"OPENAI_BASE_URL": "http://x/v1", "OPENAI_API_KEY": "k"}, None),
        ({"CODEACT_MODEL": "replay:run.jsonl", "ANTHROPIC_API_KEY": "k"}, "replay:run.jsonl"),
    ],
)
def test_the_variables_decide(environ, found):
    """The first variable that is set decides, and a server of one's own has no default model."""
    assert find_model(environ) == found


def test_nothing_configured_says_what_to_set():
    """The message names every variable that would help."""
    with pytest.raises(ModelNotConfigured) as caught:
        require_model({})
    for variable in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "CODEACT_MODEL"):
        assert f"set {variable}" in str(caught.value) or f"and {variable}" in str(caught.value)
    assert require_model({"CODEACT_MODEL": "a:b"}) == "a:b"


def test_a_server_without_a_model_is_named():
    """Half a configuration is answered with the other half."""
    with pytest.raises(ModelNotConfigured, match=r"OPENAI_BASE_URL is set \(http://x/v1\).*set OPENAI_MODEL"):
        require_model({"OPENAI_BASE_URL": "http://x/v1"})


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("gpt-5", "such as openai:gpt-5"),
        ("claude-sonnet-4-6", "such as anthropic:claude-sonnet-4-6"),
        ("openai:", "such as openai:<model>"),
        (":x", "write scheme:model"),
        ("", "write scheme:model"),
    ],
)
def test_names_without_a_scheme(text, hint):
    """A name that cannot be used is answered with one that can."""
    with pytest.raises(ConfigError, match=hint):
        split_model(text)


def test_a_model_is_made_by_its_scheme():
    """The factory gets the rest of the name and the options."""
    made = build_model(
        "fake:a:b", {"fake": lambda name, *, base_url: ReplayModel([], name=name + base_url)}, base_url="!"
    )
    assert made.name == "a:b!"


@pytest.mark.parametrize(
    ("text", "hint"), [("opnai:gpt", "did you mean openai:gpt"), ("llama3:8b", "openai:llama3:8b")]
)
def test_an_unknown_scheme(text, hint):
    """The nearest scheme is offered; a colon inside a model's name is recognised for what it is."""
    with pytest.raises(ConfigError, match=hint):
        build_model(text, {"openai": ReplayModel, "anthropic": ReplayModel})
