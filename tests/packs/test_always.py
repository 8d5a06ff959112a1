import pytest

from codeact_sdk.approvals.rules import allow
from codeact_sdk.observations import PlannedCall
from codeact_sdk.packs.always import allow_always
from codeact_sdk.packs.settings import load_config


def call(tool: str, effect: str = "write") -> PlannedCall:
    """A call that waits."""
    return PlannedCall(tool=tool, arguments={}, effect=effect)


@pytest.fixture
def path(tmp_path):
    """A config file that is not there yet."""
    return tmp_path / "codeact.toml"


def rules(path):
    """What the file says about calls."""
    return load_config(path.parent, {}).approvals


def test_each_tool_is_allowed_once_with_its_effect(path):
    """A tool that becomes harsher is asked about again."""
    added = allow_always(path, [call("acme.note"), call("acme.note"), call("acme.refund", "destructive")])
    assert added == rules(path) == (allow("acme.note", effect="write"), allow("acme.refund", effect="destructive"))


def test_the_rule_comes_before_the_one_that_asked_and_after_what_is_denied_of_others(path):
    """Otherwise it would have no effect, or undo more than was said."""
    path.write_text(
        '[[approvals]]\ndeny = "acme.delete_*"\n\n[[approvals]]\nask = "acme.*"\n\n[[approvals]]\nallow = "*"\n'
    )
    allow_always(path, [call("acme.note")])
    assert [(rule.action, rule.pattern) for rule in rules(path)] == [
        ("deny", "acme.delete_*"),
        ("allow", "acme.note"),
        ("ask", "acme.*"),
        ("allow", "*"),
    ]


def test_what_is_allowed_already_is_left_alone(path):
    """Saying always twice makes no second rule."""
    assert len(allow_always(path, [call("acme.note")])) == 1
    text = path.read_text()
    assert allow_always(path, [call("acme.note")]) == ()
    assert path.read_text() == text
