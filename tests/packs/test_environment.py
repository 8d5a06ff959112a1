import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.errors import ConfigError
from codeact_sdk.packs.environment import merge, read_variables, variable_name
from codeact_sdk.packs.settings import Config, load_config


@pytest.fixture
def project(tmp_path):
    """A project without a config file."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def write(project, text):
    """Writes the config file."""
    path = project / "codeact.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_variable_sets_a_key(project):
    """Each kind of value has its way to be written."""
    config = load_config(
        project,
        {
            "CODEACT_LIMITS__SECONDS": "5",
            "CODEACT_PACKS__ENABLED": '["sql"]',
            "CODEACT_PACKS__ALIASES": '{"codeact-acme": "shop"}',
            "CODEACT_MODEL__NAME": "anthropic:claude-sonnet-4-6",
            "CODEACT_APPROVALS": '[{"deny": "sql.*", "effect": "destructive"}]',
            "CODEACT_PROMPT__BUDGET_TOKENS": "2000",
            "CODEACT_HOOKS__ON_ERROR": "deny",
        },
    )
    assert config.limits.seconds == 5
    assert config.packs.enabled == ("sql",)
    assert config.packs.aliases == {"codeact-acme": "shop"}
    assert config.model.name == "anthropic:claude-sonnet-4-6"
    assert [(rule.action, rule.pattern, rule.effects) for rule in config.approvals] == [
        ("deny", "sql.*", ("destructive",))
    ]
    assert config.prompt.budget_tokens == 2000
    assert config.hooks.on_error == "deny"


def test_the_environment_beats_the_file_key_by_key(project):
    """What a variable does not set stays as the file has it."""
    write(project, '[limits]\nseconds = 1\nsteps = 7\n[packs]\nenabled = ["a", "b"]\n[settings.shop]\nregion = "us"\n')
    config = load_config(
        project,
        {
            "CODEACT_LIMITS__SECONDS": "5",
            "CODEACT_PACKS__ENABLED": '["c"]',
            "CODEACT_SETTINGS__SHOP__PAGES": "3",
        },
    )
    assert (config.limits.seconds, config.limits.steps) == (5, 7)
    assert config.packs.enabled == ("c",)
    assert config.settings == {"shop": {"region": "us", "pages": "3"}}


def test_a_whole_table_may_be_one_variable(project):
    """And a variable for one of its keys comes before it."""
    environ = {"CODEACT_LIMITS__STEPS": "2", "CODEACT_LIMITS": '{"steps": 1, "seconds": 9}'}
    assert load_config(project, environ).limits.given() == {"steps": 2, "seconds": 9}


def test_settings_of_packs_may_be_text_lists_and_tables(project):
    """Their types are known to the pack alone."""
    config = load_config(
        project,
        {
            "CODEACT_SETTINGS__FILES__ROOTS": '["docs", "src"]',
            "CODEACT_SETTINGS__FILES__WRITABLE": "true",
            "CODEACT_SETTINGS__SQL__URL": "sqlite:///x.db",
            "CODEACT_SETTINGS__SQL__TEXT": "[not json",
        },
    )
    assert config.settings["files"] == {"roots": ["docs", "src"], "writable": "true"}
    assert config.settings["sql"] == {"url": "sqlite:///x.db", "text": "[not json"}


def test_a_namespace_with_capitals_is_found(project):
    """Names of variables are told apart without case."""
    write(project, "[settings.Shop]\nregion = 'us'\n")
    config = load_config(project, {"CODEACT_SETTINGS__SHOP__REGION": "eu"})
    assert config.settings == {"Shop": {"region": "eu"}}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "CODEACT_PACKS__ENABELD",
            "[]",
            "unknown variable CODEACT_PACKS__ENABELD: did you mean CODEACT_PACKS__ENABLED?",
        ),
        ("CODEACT_PAKCS__ENABLED", "[]", "did you mean CODEACT_PACKS__ENABLED?"),
        ("CODEACT_MODEL__MAX_TOKEN", "1", "did you mean CODEACT_MODEL__MAX_TOKENS?"),
        ("CODEACT_SETTING__SHOP__PAGES", "1", "did you mean CODEACT_SETTINGS__PACK__KEY?"),
        ("CODEACT_QQQ__W", "1", "the variables are CODEACT_PACKS__ENABLED, CODEACT_PACKS__DISABLED, "),
        ("CODEACT_LIMITS__", "1", "unknown variable CODEACT_LIMITS__: "),
        ("CODEACT_APPROVALS__0__ALLOW", "x", "did you mean CODEACT_APPROVALS?"),
        ("CODEACT_MODEL__API_KEY", "sk-1", "keys and tokens have variables of their own, such as ANTHROPIC_API_KEY"),
        (
            "CODEACT_LIMITS__SECONDS",
            "-1",
            "CODEACT_LIMITS__SECONDS: limits.seconds: input should be greater than 0; it is '-1'",
        ),
        (
            "CODEACT_PACKS__ENABLED",
            "sql",
            "CODEACT_PACKS__ENABLED: packs.enabled: it must be a list, such as [\"acme\"]; it is 'sql'",
        ),
        ("CODEACT_PACKS__ALIASES", "x", "CODEACT_PACKS__ALIASES: it must be a list in JSON, "),
        ("CODEACT_LIMITS", '{"secs": 1}', "CODEACT_LIMITS: unknown key 'limits.secs': did you mean 'limits.seconds'?"),
        ("CODEACT_APPROVALS", '[{"allow": "a", "deny": "b"}]', "this one has allow and deny"),
    ],
)
def test_what_is_wrong_names_the_variable_and_what_is_possible(project, name, text, message):
    """The reader learns which variable to change, and into what."""
    with pytest.raises(ConfigError) as caught:
        load_config(project, {name: text})
    assert message in str(caught.value)
    assert name in str(caught.value)
    assert "sk-1" not in str(caught.value)


def test_file_and_environment_are_told_together(project):
    """Nobody mends a deployment one error at a time."""
    path = write(project, "[limits]\nstpes = 3\n")
    with pytest.raises(ConfigError) as caught:
        load_config(project, {"CODEACT_LIMITS__SECONDS": "x", "CODEACT_PACKS__ENABELD": "[]"})
    lines = str(caught.value).splitlines()
    assert [line.partition(":")[0].partition(" ")[0] for line in lines] == [
        str(path),
        "CODEACT_LIMITS__SECONDS",
        "unknown",
    ]


def test_other_variables_are_left_alone(project):
    """Which file, which model, secrets of packs, and what is empty."""
    environ = {"CODEACT_MODEL": "x", "CODEACT_ACME_TOKEN": "t", "CODEACT_LIMITS__SECONDS": " ", "PATH": "/bin"}
    assert load_config(project, environ) == Config()


def test_the_process_environment_is_not_read(project, monkeypatch):
    """Whoever gives an environment means that one."""
    monkeypatch.setenv("CODEACT_LIMITS__SECONDS", "3")
    assert load_config(project, {}).limits.seconds is None
    assert load_config(project, {"CODEACT_LIMITS__STEPS": "2"}).limits.given() == {"steps": 2}


def test_a_value_knows_where_it_came_from(project):
    """Later messages name the variable, and not a file that has nothing to do with it."""
    path = write(project, "[settings.shop]\nregion = 'us'\n")
    config = load_config(project, {"CODEACT_PACKS__ENABLED": "[]", "CODEACT_SETTINGS__SHOP__PAGES": "x"})
    assert config.place("packs", "enabled") == "CODEACT_PACKS__ENABLED"
    assert config.place("settings", "shop") == f"{path}, CODEACT_SETTINGS__SHOP__PAGES"
    assert config.place("limits", "seconds") == str(path)
    assert config.variables("packs", "enabled") == ("CODEACT_PACKS__ENABLED",)
    assert config.path == path
    assert load_config(project, {"CODEACT_PACKS": '{"enabled": []}'}).place("packs", "enabled") == "CODEACT_PACKS"


def test_the_library_is_imported_only_where_a_variable_is_set(tmp_path):
    """Reading a config file alone takes no longer than before."""
    program = (
        "import sys; from pathlib import Path; from codeact_sdk.packs.settings import load_config\n"
        "load_config(Path(sys.argv[1]), {}); print('pydantic_settings' in sys.modules)\n"
        "load_config(Path(sys.argv[1]), {'CODEACT_LIMITS__STEPS': '2'}); print('pydantic_settings' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


_NAMES = st.builds(
    "CODEACT_{}".format,
    st.lists(
        st.sampled_from(["PACKS", "limits", "SECONDS", "ENABLED", "SETTINGS", "APPROVALS", "x", "", "0"]), max_size=4
    ).map("__".join),
)
_VALUES = st.sampled_from(["", "1", "[]", "{}", '["a"]', '{"a": 1}', "null", "[", "x"]) | st.text(max_size=6)


@given(st.dictionaries(_NAMES, _VALUES, max_size=4))
def test_any_environment_gives_a_config_or_a_message(environ):
    """No variable leaks an error of a library, and each fault names one that was given."""
    variables, faults = read_variables(environ, Config)
    assert all(any(name in fault for name in environ) for fault in faults)
    Config.model_validate(merge({}, variables))


@given(st.sampled_from(["limits.seconds", "packs.enabled", "prompt.budget_tokens"]))
def test_the_name_of_a_variable_is_that_of_its_key(path):
    """Which is what the documentation promises."""
    (variable,), faults = read_variables({variable_name(path): "1" if "packs" not in path else "[]"}, Config)
    assert (variable.keys, faults) == (tuple(path.split(".")), ())
