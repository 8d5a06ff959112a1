"""Docstrings in the three forms that people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.tools.docs import ToolDoc, clean_doc, parse_doc

GOOGLE = """Orders of one customer,
    newest first.

    Only those of the last year.

    Args:
        customer: Customer id,
            such as "C-1042".
        status (str, optional): Only orders in this state.
        limit (dict[str, tuple[int, int]]): How many: at most.

    Returns:
        list[Order]: The orders.

    Raises:
        LookupError: If there is no such customer.

    Note:
        Slow at night.

    Example:
        >>> orders("C-1")
        []
    """

NUMPY = """Orders of one customer, newest first.

    Only those of the last year.

    Parameters
    ----------
    customer : str
        Customer id,
        such as "C-1042".
    status, kind : str, optional
        Only orders in this state.

    Returns
    -------
    list of Order
        The orders.

    Raises
    ------
    LookupError
        If there is no such customer.

    Notes
    -----
    Slow at night.
    """

SPHINX = """Orders of one customer, newest first.

    Only those of the last year.

    :param customer: Customer id,
        such as "C-1042".
    :param str status: Only orders in this state.
    :type customer: str
    :returns: The orders.
    :raises LookupError: If there is no such customer.
    """


@pytest.mark.parametrize("text", [GOOGLE, NUMPY, SPHINX], ids=["google", "numpy", "sphinx"])
def test_the_three_forms_say_the_same(text: str) -> None:
    """Whichever form an author writes, the same is read."""
    doc = parse_doc(text)
    assert doc.summary == "Orders of one customer, newest first."
    assert doc.description.startswith("Only those of the last year.")
    assert doc.parameters["customer"] == 'Customer id, such as "C-1042".'
    assert doc.parameters["status"] == "Only orders in this state."
    assert doc.returns == "The orders."
    assert doc.raises == {"LookupError": "If there is no such customer."}


def test_an_entry_may_have_a_type_with_brackets_and_colons() -> None:
    """A type in parentheses is left out of the text, however it looks."""
    assert parse_doc(GOOGLE).parameters["limit"] == "How many: at most."


def test_sections_without_a_field_stay_in_the_description() -> None:
    """Nothing that an author wrote is lost."""
    assert "Slow at night." in parse_doc(GOOGLE).description
    assert "Slow at night." in parse_doc(NUMPY).description


def test_examples_keep_their_lines() -> None:
    """An example is code, and code is not reflowed."""
    assert parse_doc(GOOGLE).examples == ('>>> orders("C-1")\n[]',)


def test_numpy_may_describe_several_parameters_at_once() -> None:
    """`status, kind : str` describes both."""
    parameters = parse_doc(NUMPY).parameters
    assert parameters["status"] == parameters["kind"]


def test_lists_keep_their_lines() -> None:
    """Points of a list stay apart, where wrapped prose is put on one line."""
    doc = parse_doc("Does.\n\nArgs:\n    mode: One of:\n        - fast\n        - slow\n")
    assert doc.parameters["mode"] == "One of:\n- fast\n- slow"


def test_text_after_a_section_is_description() -> None:
    """A paragraph below the arguments belongs to none of them."""
    doc = parse_doc("Does.\n\nArgs:\n    x: A number.\n\nMind the gap.")
    assert doc.parameters == {"x": "A number."}
    assert doc.description == "Mind the gap."


@pytest.mark.parametrize("text", [None, "", "   ", "\n\n"])
def test_nothing_is_an_empty_doc(text: str | None) -> None:
    """A function without a docstring has an empty one."""
    assert parse_doc(text) == ToolDoc()


def test_a_section_that_cannot_be_read_is_kept_as_text() -> None:
    """What has no form is shown as it is, since a model can read what a parser cannot."""
    doc = parse_doc("Does.\n\nArgs:\n    just words without any form\n")
    assert doc.summary == "Does."
    assert "just words without any form" in doc.description + "".join(doc.parameters)


def test_a_section_of_another_name_may_stand_before_the_arguments() -> None:
    """It is description, wherever it stands."""
    doc = parse_doc("Does.\n\nNote:\n    Mind the gap.\n\nArgs:\n    x: A number.\n")
    assert (doc.summary, doc.parameters) == ("Does.", {"x": "A number."})
    assert doc.description == "Note:\n    Mind the gap."


def test_an_entry_that_stands_out_of_line_does_not_lose_the_others() -> None:
    """Where the indents of a section are of no form, what can be read of it is."""
    doc = parse_doc("Does.\n\nArgs:\n      a: First.\n    b: Second.\n")
    assert (doc.summary, doc.parameters["a"]) == ("Does.", "First.")


LINES = st.sampled_from(
    [
        *("Args:", "Returns:", "Raises:", "Example:", "Parameters", "----------", "Returns", "-------", "Note:"),
        *(
            "    x: y",
            "    x (int): y",
            "        more",
            ":param x: y",
            ":returns:",
            ":raises",
            "    *args:",
            ":",
            "",
            "x",
        ),
        *("    ", "\t", "    :", "   (", "x : int", "    {", "Yields:", "Attributes:", "Raises", "------", ":type"),
    ]
)


@given(
    st.one_of(st.text(), st.lists(LINES).map("\n".join), st.lists(st.one_of(LINES, st.text(max_size=8))).map("\n".join))
)
def test_no_text_makes_it_raise(text: str) -> None:
    """Whatever stands in a docstring, its first words are the summary and nothing is raised."""
    doc = parse_doc(text)
    assert isinstance(doc, ToolDoc)
    assert "\n" not in doc.summary


@given(st.lists(st.text("ab \n:-", max_size=12), max_size=6).map("\n".join))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """A clean docstring is clean."""
    assert clean_doc(clean_doc(text)) == clean_doc(text)
