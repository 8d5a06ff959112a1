"""From the wire to an action: whatever the server does with stop strings and blocks, the code is found."""

import pytest

from codeact_sdk.actions.code import STOP, find_action

BLOCK = "I will look.\n<execute>\nprint(1)\n"


def ask(bench, text, *, streaming, stop="end"):
    """Ask for a reply that arrives whole, or in pieces of three characters."""
    pieces = [text[at : at + 3] for at in range(0, len(text), 3)]
    answer = bench.streams(*pieces, stop=stop) if streaming else bench.says(text, stop=stop)
    reply = bench.complete(answer, streaming=streaming, stop=STOP)
    assert "".join(bench.seen) in ("", reply.text)
    return reply


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (BLOCK, BLOCK),  # stripped, or never closed
        (BLOCK + "</execute>", BLOCK + "</execute>"),  # kept
        (BLOCK + "</execute>\nIt printed 7.\n<execute>\nprint(2)\n</execute>", BLOCK + "</execute>"),  # ignored
    ],
)
def test_one_action_whatever_becomes_of_the_stop_string(bench, text, kept, streaming):
    """Stripped, kept or ignored by the server: the first block is the action, and nothing stands behind it."""
    reply = ask(bench, text, streaming=streaming, stop="stop_string")
    action = find_action(reply.text)
    assert reply.text == kept
    assert (action.code.strip(), action.thought.strip(), action.blocks) == ("print(1)", "I will look.", 1)


def test_two_blocks_where_no_stop_string_was_asked_for(bench):
    """A reply with two blocks arrives whole, and the first is the action."""
    text = BLOCK + "</execute>\nand\n<execute>\nprint(2)\n</execute>"
    reply = bench.complete(bench.says(text))
    assert reply.text == text
    assert (find_action(reply.text).code.strip(), find_action(reply.text).blocks) == ("print(1)", 2)


@pytest.mark.parametrize("streaming", [False, True])
def test_a_block_cut_by_the_token_limit(bench, streaming):
    """The reply says that it was cut, so that the loop need not run half an action."""
    reply = ask(bench, BLOCK + "print(", streaming=streaming, stop="length")
    assert reply.stop == "length"
    assert reply.text == BLOCK + "print("


@pytest.mark.parametrize("streaming", [False, True])
def test_prose_only(bench, streaming):
    """A reply without code arrives as it is and holds no action."""
    reply = ask(bench, "The answer is 4.", streaming=streaming)
    assert (reply.text, reply.stop) == ("The answer is 4.", "end")
    assert find_action(reply.text) is None


def test_an_empty_reply_is_a_reply(bench):
    """A model that says nothing is no fault of the protocol; what to make of it is the loop's business."""
    assert bench.complete(bench.says("")).text == ""
    assert bench.complete(bench.streams(), streaming=True).text == ""
