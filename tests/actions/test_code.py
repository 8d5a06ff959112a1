"""Code in replies, however models wrap it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.actions.code import STOP, Action, find_action, is_comment_only

CODE = "x = 1\nprint(x)"


@pytest.mark.parametrize(
    "reply",
    [
        f"<execute>\n{CODE}\n</execute>",
        f"Let me see.\n\n<execute>\n{CODE}\n</execute>\nDone.",
        f"<execute>{CODE}</execute>",
        f"<execute> {CODE} </execute>",
        f"<EXECUTE>\n{CODE}\n</Execute >",
        f'<execute lang="python">\n{CODE}\n</execute>',
        f"<execute>\n{CODE}\n",
        f"<execute>\n{CODE}",
        f"<execute>\n{CODE}\n</",
        f"<execute>\n{CODE}\n<",
        f"<execute>\n{CODE}\n</execut",
        f"<execute>\n{CODE}\n</execute",
        f"<execute>\n    {CODE.replace(chr(10), chr(10) + '    ')}\n</execute>",
        f"<execute>\r\n{CODE.replace(chr(10), chr(13) + chr(10))}\r\n</execute>",
        f"<execute>\n```python\n{CODE}\n```\n</execute>",
        f"<execute>\n```\n{CODE}\n</execute>",
        f"```python\n<execute>\n{CODE}\n</execute>\n```",
        f"```python\n{CODE}\n```",
        f"```py\n{CODE}\n```",
        f"```Python3\n{CODE}\n```",
        f"```{{python}}\n{CODE}\n```",
        f"~~~python\n{CODE}\n~~~",
        f"````python\n{CODE}\n````",
        f"```\n{CODE}\n```",
        f"```python\n{CODE}\n",
        f"```python\n{CODE}\n``",
        f"   ```python\n   {CODE.replace(chr(10), chr(10) + '   ')}\n   ```",
        f"Use `<execute>` for code:\n<execute>\n{CODE}\n</execute>",
        f"<think>\n```python\nwrong()\n```\n</think>\n<execute>\n{CODE}\n</execute>",
        f"```json\n{{}}\n```\n```python\n{CODE}\n```",
        f"```\na | b\n```\n```python\n{CODE}\n```",
    ],
)
def test_the_code_is_found(reply: str) -> None:
    """Tags, fences, both, none closed, cut at the stop string, indented, in any case: the code is the same."""
    action = find_action(reply)
    assert action is not None
    assert action.code == CODE


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "The answer is 42.",
        "Use the `<execute>` tag.",
        "```json\n{}\n```",
        "```\nname  total\nAda   12\n```",
        "```\nC-1042\n```",
        "```bash\nls\n```",
        "<think>\n<execute>\nx\n</execute>\n</think>\nNothing to do.",
        "</execute>",
    ],
)
def test_prose_is_no_action(reply: str) -> None:
    """A reply that only shows something is an answer."""
    assert find_action(reply) is None


def test_only_the_first_block_is_taken_and_all_are_counted() -> None:
    """A model that writes on is told so."""
    reply = "First.\n<execute>\na = 1\n</execute>\nThen.\n<execute>\nb = 2\n</execute>"
    assert find_action(reply) == Action("a = 1", "First.", 2)
    assert find_action("```python\na = 1\n```\n```python\nb = 2\n```") == Action("a = 1", "", 2)


@pytest.mark.parametrize(
    "code",
    [
        'print("</execute>")\nx = 1',
        'text = """\n```python\nx\n```\n"""\nprint(text)',
        'print("<execute>")',
        "x = [\n  1,\n]\n# </execute> ends it\ny = 2",
    ],
)
def test_marks_inside_strings_belong_to_the_code(code: str) -> None:
    """Code that writes about code is not cut in the middle."""
    assert find_action(f"So:\n<execute>\n{code}\n</execute>\nok") == Action(code, "So:", 1)


def test_a_fence_in_a_string_of_a_fenced_block_belongs_to_the_code() -> None:
    """The end is where the code is whole."""
    code = 'text = """\n```\nx\n```\n"""'
    assert find_action(f"```python\n{code}\n```\nok").code == code


def test_a_broken_block_ends_at_its_first_mark() -> None:
    """Where no end makes the code whole, the first one counts, so that the error is about this block."""
    reply = "<execute>\nx = (\n</execute>\n<execute>\ny = 1\n</execute>"
    assert find_action(reply) == Action("x = (", "", 2)


def test_an_empty_block_is_an_action_without_code() -> None:
    """The loop says that there was nothing to run."""
    assert find_action("<execute>\n</execute>") == Action("", "", 1)


def test_lines_in_strings_keep_their_blanks() -> None:
    """Only what surrounds the code is taken off."""
    code = 'x = """\n  a\n   \n"""'
    assert find_action(f"<execute>\n{code}\n</execute>").code == code


@pytest.mark.parametrize(
    ("code", "alone"), [("", True), ("# a\n\n  # b", True), ("# a\nx", False), ("'''\n# a\n'''", False)]
)
def test_comments_alone_do_nothing(code: str, *, alone: bool) -> None:
    """A block of remarks is told from a program."""
    assert is_comment_only(code) is alone


PIECES = st.sampled_from(
    [
        *(
            "<execute>",
            "</execute>",
            "</exec",
            "<",
            "```python",
            "```",
            "~~~",
            "\n",
            "\r\n",
            "`",
            "x = 1",
            "print('a')",
            '"""',
        ),
        *(
            "<think>",
            "</think>",
            "    ",
            "(",
            "'",
            "\x00",
            "\ud800",
            "# </execute>",
            "```python print(1)```",
            "{python}",
        ),
    ]
)


@given(st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=20).map("".join)))
def test_no_reply_makes_it_raise(reply: str) -> None:
    """Whatever a model writes, it is an action or it is not."""
    action = find_action(reply)
    if action is not None:
        assert action.blocks >= 1
        assert action.thought == action.thought.strip()


SOURCE = st.lists(
    st.sampled_from(
        [
            "x = 1",
            "if x:\n    y = 2",
            "print('<execute>')",
            "for i in range(3):\n    print(i)",
            "s = '''\n  a\n'''",
            "# c",
        ]
    ),
    min_size=1,
    max_size=5,
).map("\n".join)
PROSE = st.text("abc .,\n", max_size=30)


@given(SOURCE, PROSE, PROSE, st.sampled_from(["\n</execute>", "\n</execute", "", "\n"]))
def test_code_in_tags_comes_back_unchanged(code: str, before: str, after: str, end: str) -> None:
    """What a model puts into the block is what runs, closed or cut."""
    reply = f"{before}\n<execute>\n{code}{end}{after if end.endswith('>') else ''}"
    action = find_action(reply)
    assert action is not None
    assert action.code == code
    assert action.thought == before.strip()


def test_the_stop_string_ends_a_block() -> None:
    """Servers stop where the block ends."""
    assert find_action(f"<execute>\nx = 1\n{STOP[0]}").code == "x = 1"
