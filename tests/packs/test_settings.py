from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from codeact_sdk.errors import ConfigError
from codeact_sdk.packs.settings import Config, load_config, make_config, validate


def write(folder: Path, text: str, name: str = "codeact.toml") -> Path:
    """Writes a config file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path):
    """The top folder of a project, where the search for a config file ends."""
    (tmp_path / ".git").mkdir()
    return tmp_path


FULL = """
[packs]
enabled = ["acme", "sql"]
disabled = ["files"]
aliases = { "codeact-acme-fork" = "acme_2" }

[model]
name = "anthropic:claude-sonnet-4-6"
temperature = 0

[limits]
seconds = 5

[settings.acme]
region = "eu"
"""


def test_every_table_is_read(project):
    """What the documentation shows is accepted as it stands."""
    path = write(project, FULL)
    config = load_config(project, {})
    assert config.packs.enabled == ("acme", "sql")
    assert config.packs.disabled == ("files",)
    assert config.packs.aliases == {"codeact-acme-fork": "acme_2"}
    assert config.model.name == "anthropic:claude-sonnet-4-6"
    assert config.model.temperature == 0
    assert config.limits.given() == {"seconds": 5}
    assert config.settings == {"acme": {"region": "eu"}}
    assert config.source == str(path)


def test_no_file_gives_the_defaults(project):
    """A project without a config file works."""
    config = load_config(project, {})
    assert config == Config()
    assert config.source == ""
    assert config.where == "codeact.toml"


def test_the_nearest_folder_upwards_decides(project):
    """A command in a subfolder uses its project's file, and a nearer file comes first."""
    write(project, "[limits]\nseconds = 1\n")
    write(project / "near", "[limits]\nseconds = 2\n")
    far, near = project / "a" / "b", project / "near" / "b"
    far.mkdir(parents=True)
    near.mkdir()
    assert load_config(far, {}).limits.seconds == 1
    assert load_config(near, {}).limits.seconds == 2


def test_a_file_above_the_project_is_not_read(tmp_path):
    """Whoever can write above a project cannot send its traffic elsewhere."""
    write(tmp_path, "[model]\nbase_url = 'https://example.com'\n")
    (tmp_path / "project" / ".git").mkdir(parents=True)
    assert load_config(tmp_path / "project", {}) == Config()


def test_pyproject_is_read_where_it_has_our_table(project):
    """A Python project needs no second file; one without our table is passed over."""
    write(project, "[tool.codeact.limits]\nseconds = 3\n", "pyproject.toml")
    write(project / "sub", "[tool.other]\nx = 1\n", "pyproject.toml")
    config = load_config(project / "sub", {})
    assert config.limits.seconds == 3
    assert config.source.endswith("pyproject.toml [tool.codeact]")


def test_codeact_toml_comes_before_pyproject(project):
    """Of two files in one folder the one that is named after us is read."""
    write(project, "[tool.codeact.limits]\nseconds = 3\n", "pyproject.toml")
    write(project, "[limits]\nseconds = 4\n")
    assert load_config(project, {}).limits.seconds == 4


def test_a_damaged_pyproject_of_somebody_else_is_passed_over(project):
    """Another tool's broken file is not our error."""
    write(project, "[tool.other\n", "pyproject.toml")
    assert load_config(project, {}) == Config()


def test_the_environment_may_name_the_file(project, tmp_path):
    """A deployment points at its own file."""
    path = write(tmp_path / "etc", "[limits]\nseconds = 9\n", "agents.toml")
    assert load_config(project, {"CODEACT_CONFIG": str(path)}).limits.seconds == 9


def test_a_named_file_that_is_not_there_is_an_error(project):
    """A mistyped path does not fall back to the defaults in silence."""
    with pytest.raises(ConfigError, match=r"missing\.toml cannot be read: No such file"):
        load_config(project, {"CODEACT_CONFIG": str(project / "missing.toml")})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[packs]\nenabeld = []\n", "unknown key 'packs.enabeld': did you mean 'packs.enabled'?"),
        ("[pakcs]\nenabled = []\n", "unknown key 'pakcs': did you mean 'packs'?"),
        ("temperature = 1\n", "unknown key 'temperature': did you mean 'model.temperature'?"),
        ("[limits]\nzzz = 1\n", "unknown key 'limits.zzz': the keys of [limits] are seconds, steps, "),
        (
            "qqq = 1\n",
            "unknown key 'qqq': the keys are packs, model, limits, approvals, prompt, hooks, secrets, settings",
        ),
        ("_source = 'x'\n", "unknown key '_source'"),
        ("[model]\napi_key = 'sk-1'\n", "unknown key 'model.api_key': keys and tokens are not kept in this file"),
        ("[model]\ntemperature = 'hot'\n", "model.temperature: input should be a valid number"),
        ("[limits]\nseconds = -1\n", "limits.seconds: input should be greater than 0; it is -1"),
        ("packs = 1\n", "packs: it must be a table; it is 1"),
        ("[packs]\nenabled = 'acme'\n", "packs.enabled: it must be a list, such as [\"acme\"]; it is 'acme'"),
    ],
)
def test_what_is_wrong_is_named_with_the_way_out(project, text, message):
    """The reader learns the file, the key, and what to write instead."""
    path = write(project, text)
    with pytest.raises(ConfigError) as caught:
        load_config(project, {})
    assert f"{path}: {message}" in str(caught.value)
    assert caught.value.exit_code == 2
    assert "sk-1" not in str(caught.value)
    assert "pydantic" not in str(caught.value)


def test_every_mistake_is_named_at_once(project):
    """Nobody mends a file one error at a time."""
    write(project, "x = 1\n[limits]\nseconds = 'a'\nstpes = 3\n")
    with pytest.raises(ConfigError) as caught:
        load_config(project, {})
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[packs]\nenabled = [\n", r"codeact\.toml is not valid TOML: .*"),
        (b"[packs]\nenabled = what\n", r"codeact\.toml is not valid TOML: .*line 2"),
        (b"# caf\xe9\n", r"codeact\.toml is not UTF-8 text \(byte 5\)"),
    ],
)
def test_a_file_that_is_not_toml_is_named_with_its_line(project, content, message):
    """A slip of the pen is found without reading the whole file."""
    (project / "codeact.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        load_config(project, {})


def test_a_byte_order_mark_is_no_mistake(project):
    """Editors on Windows write one."""
    (project / "codeact.toml").write_bytes(b"\xef\xbb\xbf[limits]\nseconds = 2\n")
    assert load_config(project, {}).limits.seconds == 2


def test_a_long_value_is_cut_in_the_message():
    """An error stays readable whatever was pasted into the file."""
    with pytest.raises(ConfigError) as caught:
        make_config({"limits": {"seconds": "x" * 10_000}})
    assert len(str(caught.value)) < 300


class Shop(BaseModel):
    region: str
    pages: int = 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"region": "eu", "page": 2}, "c.toml: unknown key 'settings.acme.page': did you mean 'settings.acme.pages'?"),
        ({}, "c.toml: settings.acme.region is missing: set region = ... under [settings.acme]"),
        ({"region": "eu", "pages": "many"}, "c.toml: settings.acme.pages: input should be a valid integer"),
    ],
)
def test_settings_of_a_pack_are_checked_like_the_rest(values, message):
    """A pack's own model decides, and even one that passes over unknown keys does not hide a typing slip."""
    with pytest.raises(ConfigError) as caught:
        validate(Shop, values, source="c.toml", prefix=("settings", "acme"))
    assert message in str(caught.value)


def test_a_config_cannot_be_changed():
    """What was read stays what was read."""
    with pytest.raises(ValidationError):
        Config().limits = None


_TOML = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_KEYS = st.sampled_from(["packs", "model", "limits", "settings", "enabled", "seconds"]) | st.text(max_size=8)


@given(st.dictionaries(_KEYS, _TOML, max_size=4))
def test_any_content_gives_a_config_or_a_config_error(table):
    """No content of a file leaks an error of pydantic or of Python."""
    try:
        make_config(table)
    except ConfigError as error:
        assert str(error).startswith("codeact.toml: ")  # noqa: PT017 - either outcome is right
