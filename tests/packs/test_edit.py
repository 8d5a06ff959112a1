import os
import stat
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.approvals.rules import ApprovalRule, ask, deny
from codeact_sdk.errors import ConfigError
from codeact_sdk.packs.edit import add_approval_rule, edit_config, put, target_of, write_atomically
from codeact_sdk.packs.settings import load_config, make_config
from codeact_sdk.packs.switches import disable_packs, enable_packs

FILE = """\
# our agents
[packs]  # the packs
enabled = ["a"]  # for now

# orders may be read
[[approvals]]
allow = "a.*"  # all of it

# but never deleted
# (see the incident of May)
[[approvals]]
deny = "b.delete_*"

[limits]
seconds = 5
"""
RULE = ask("x.*", effect=("write", "destructive"), reason='say "why"\n')
WRITTEN = """\
[[approvals]]
ask = "x.*"
effect = ["write", "destructive"]
reason = "say \\"why\\"\\n"
"""


@pytest.fixture
def path(tmp_path):
    """A config file with comments."""
    path = tmp_path / "codeact.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def disable(*names):
    """A change."""
    return lambda table: disable_packs(table, names)


def test_what_was_not_changed_stays_byte_for_byte(path):
    """Comments and layout are their owner's."""
    edit_config(path, lambda table: put(table["packs"], "disabled", ["c"]))
    assert path.read_text() == FILE.replace("# for now\n", '# for now\ndisabled = ["c"]\n')


def test_line_ends_stay_those_of_the_file(path):
    """A file from Windows does not become a mixture."""
    path.write_bytes(FILE.replace("\n", "\r\n").encode())
    edit_config(path, lambda table: put(table["packs"], "disabled", ["c"]))
    add_approval_rule(path, RULE, position=1)
    content = path.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") > FILE.count("\n")


@pytest.mark.parametrize("position", [0, 1, 2, 9])
def test_a_rule_gets_its_place_and_every_other_keeps_its_comment(path, position):
    """The first rule that fits decides, and a comment that moved would explain the wrong rule."""
    add_approval_rule(path, RULE, position=position)
    starts = ["# orders may be read", "# but never deleted", "[limits]"]
    anchor = starts[min(position, 2)]
    assert path.read_text() == FILE.replace(anchor, f"{WRITTEN}\n{anchor}")
    rules = load_config(path.parent, {}).approvals
    assert rules[min(position, 2)] == RULE
    assert len(rules) == 3


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("codeact.toml", "", WRITTEN),
        ("codeact.toml", "[limits]\nsteps = 1", f"[limits]\nsteps = 1\n\n{WRITTEN}"),
        ("pyproject.toml", "[project]\nname = 'x'\n", f"[project]\nname = 'x'\n\n{WRITTEN}"),
        (
            "pyproject.toml",
            "[[tool.codeact.approvals]]\nallow = 'x'\n",
            f"{WRITTEN}\n[[tool.codeact.approvals]]\nallow = 'x'\n",
        ),
    ],
)
def test_a_rule_finds_a_place_in_any_file(tmp_path, name, before, after):
    """Also in one that has no rules, or belongs to somebody else."""
    path = tmp_path / name
    path.write_text(before)
    add_approval_rule(path, RULE)
    inside = "pyproject" in name
    assert path.read_text() == (after.replace("[[approvals", "[[tool.codeact.approvals") if inside else after)


@pytest.mark.parametrize("before", ["approvals = [{allow = 'a.*'}]\n", "approvals = []\n"])
def test_rules_in_a_list_on_one_line_stay_there(tmp_path, before):
    """Both are TOML for the same."""
    path = tmp_path / "codeact.toml"
    path.write_text(before)
    add_approval_rule(path, deny("b.*", effect="write"))
    rules = load_config(tmp_path, {}).approvals
    assert rules[0] == deny("b.*", effect="write")
    assert path.read_text().count("\n") == 1


def test_where_there_is_no_place_for_a_rule_its_text_is_given(tmp_path):
    """A file of an unusual form is left to its owner."""
    path = tmp_path / "pyproject.toml"
    path.write_text("tool.codeact = {limits = {steps = 1}}\n")
    with pytest.raises(ConfigError, match=r"add it by hand:\n\[\[tool.codeact.approvals\]\]\ndeny = \"b\"\n"):
        add_approval_rule(path, deny("b"))
    assert path.read_text() == "tool.codeact = {limits = {steps = 1}}\n"


def test_nothing_invalid_is_written(path):
    """A change that could not be read again leaves the file alone."""
    with pytest.raises(ConfigError, match=r"unknown key 'packs\.enabeld'.*\nnothing was written"):
        edit_config(path, lambda table: table["packs"].update(enabeld=[]))
    assert path.read_text() == FILE


def test_a_damaged_file_is_not_replaced(path):
    """Its owner still has what was in it."""
    path.write_text("[packs\n")
    with pytest.raises(ConfigError, match="is not valid TOML"):
        edit_config(path, disable("c"))
    with pytest.raises(ConfigError, match="is not valid TOML"):
        add_approval_rule(path, RULE)
    assert path.read_text() == "[packs\n"


def test_a_change_of_nothing_writes_nothing(tmp_path):
    """No empty file appears."""
    path = tmp_path / "codeact.toml"
    edit_config(path, lambda table: None)
    assert not path.exists()


def test_a_new_file_is_an_ordinary_one(tmp_path):
    """Colleagues can read it, as the mask of the process says."""
    path = tmp_path / "codeact.toml"
    before = os.umask(0o027)
    try:
        edit_config(path, disable("c"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_and_its_mode_stay(path, tmp_path):
    """The file that it leads to is changed."""
    path.chmod(0o600)
    link = tmp_path / "link" / "codeact.toml"
    link.parent.mkdir()
    link.symlink_to(path)
    edit_config(link, lambda table: put(table["limits"], "steps", 3))
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_config(path.parent, {}).limits.steps == 3


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    """With the reason of the system."""
    with pytest.raises(ConfigError, match=r"x\.toml cannot be written: No such file or directory"):
        write_atomically(tmp_path / "none" / "x.toml", "")
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(ConfigError, match=r"folder\.toml cannot be written: Is a directory"):
        write_atomically(tmp_path / "folder.toml", "")
    assert [item.name for item in tmp_path.iterdir()] == ["folder.toml"]


def test_the_file_to_change_is_the_one_that_was_read(tmp_path):
    """Where there is none, it is made in the folder of the project."""
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert target_of(load_config(below, {}), below) == below / "codeact.toml"
    (tmp_path / ".git").mkdir()
    assert target_of(load_config(below, {}), below) == tmp_path / "codeact.toml"
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text("[tool.codeact.limits]\nsteps = 1\n")
    assert target_of(load_config(below, {}), below) == pyproject
    edit_config(pyproject, disable("c"))
    assert load_config(below, {}).packs.disabled == ("c",)


def test_a_table_in_a_pyproject_is_made(tmp_path):
    """Beside those of others."""
    path = tmp_path / "pyproject.toml"
    path.write_text("[project]\nname = 'x'\n")
    edit_config(path, disable("c"))
    assert path.read_text() == "[project]\nname = 'x'\n\n[tool.codeact.packs]\ndisabled = [\"c\"]\n"


SWITCHES = [
    ("", "disable", {"disabled": ["x"]}, "x is now in packs.disabled (packs.enabled is not set"),
    ("[packs]\ndisabled = ['x']\n", "disable", {"disabled": ["x"]}, "was disabled already"),
    ("[packs]\nenabled = ['x', 'y']\n", "disable", {"enabled": ["y"]}, "x is no longer in packs.enabled"),
    ("[packs]\nenabled = ['y']\n", "disable", {"enabled": ["y"]}, "was disabled already"),
    ("", "enable", None, "x was enabled already, nothing is changed"),
    (
        "[packs]\ndisabled = ['x']\n",
        "enable",
        {"disabled": []},
        "x is no longer in packs.disabled; packs.enabled is not set",
    ),
    ("[packs]\nenabled = []\n", "enable", {"enabled": ["x"]}, "x is now in packs.enabled"),
    (
        "[packs]\nenabled = ['y']\ndisabled = ['x', 'z']\n",
        "enable",
        {"enabled": ["y", "x"], "disabled": ["z"]},
        "x is no longer in packs.disabled; x is now in packs.enabled",
    ),
]


@pytest.mark.parametrize(("before", "way", "after", "sentence"), SWITCHES)
def test_switching_a_pack_changes_the_list_that_decides(tmp_path, before, way, after, sentence):
    """And says which it was."""
    path = tmp_path / "codeact.toml"
    path.write_text(before)
    said = []
    change = {"enable": enable_packs, "disable": disable_packs}[way]
    edit_config(path, lambda table: said.extend(change(table, ["x"])))
    assert tomllib.loads(path.read_text()).get("packs") == after
    assert len(said) == 1
    assert sentence in said[0]


_RULES = st.builds(
    ApprovalRule,
    action=st.sampled_from(["allow", "ask", "deny"]),
    pattern=st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
    effects=st.lists(st.sampled_from(["read", "write", "destructive"]), max_size=2).map(tuple),
    reason=st.text(st.characters(codec="utf-8"), max_size=8),
)


@given(st.lists(st.tuples(_RULES, st.integers(0, 3)), max_size=4), st.sampled_from(["codeact.toml", "pyproject.toml"]))
def test_rules_are_read_as_they_were_written(tmp_path_factory, rules, name):
    """Whatever stands in them, and in whatever order they come."""
    folder = tmp_path_factory.mktemp("rules")
    path = folder / name
    expected = []
    for rule, position in rules:
        add_approval_rule(path, rule, position=position)
        expected.insert(position, rule)
    table = tomllib.loads(path.read_text(encoding="utf-8")) if rules else {}
    own = table.get("tool", {}).get("codeact", {}) if name == "pyproject.toml" else table
    assert list(make_config(own).approvals) == expected


FORMS = [
    "packs = {aliases = {}}\n",
    "packs.aliases = {}\n",
    "[packs.aliases]\n'x' = 'y'\n\n# limits\n[limits]\nsteps = 1\n",
    "[limits]\nsteps = 1\n\n[packs.aliases]\n'x' = 'y'\n",
    "[packs]\n# none\n\n[packs.aliases]\n'x' = 'y'\n",
    "[packs]\ndisabled = []  # none",
    "# only a comment",
]


@pytest.mark.parametrize("text", FORMS)
@pytest.mark.parametrize("name", ["codeact.toml", "pyproject.toml"])
def test_a_key_finds_its_table_however_that_is_written(tmp_path, text, name):
    """TOML has many forms for one table; what else is there keeps its meaning and its comments."""
    path = tmp_path / name
    inside = name == "pyproject.toml" and "[" in text
    if inside:
        text = text.replace("[packs", "[tool.codeact.packs").replace("[limits", "[tool.codeact.limits")
        text = text if text.startswith(("#", "[")) else f"[tool.codeact]\n{text}"
    path.write_text(text)
    before = tomllib.loads(text)
    edit_config(path, disable("sql"))
    after = tomllib.loads(path.read_text())
    own = after["tool"]["codeact"] if name == "pyproject.toml" else after
    assert own["packs"].pop("disabled") == ["sql"]
    old = before.get("tool", {}).get("codeact", {}) if name == "pyproject.toml" else before
    old.setdefault("packs", {}).pop("disabled", None)
    assert own == old
    assert all(line in path.read_text() for line in text.splitlines() if line.startswith("#"))


def test_a_key_that_is_there_keeps_its_place(path):
    """Only its value is another."""
    edit_config(path, lambda table: put(table["limits"], "seconds", 6))
    assert path.read_text() == FILE.replace("seconds = 5", "seconds = 6")
