"""What a pack must tell a model, and what it reads of it."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Field

from codeact_sdk import ToolContext, ToolPack
from codeact_sdk.testing import assert_prompt_snapshot, assert_tool_docs


def shop(*, purpose: str = "A shop.") -> ToolPack:
    """A pack with nothing to say against it."""
    pack = ToolPack("shop", purpose)

    @pack.tool
    def orders(  # noqa: D417  # one parameter is described by its annotation
        customer: str, *, limit: Annotated[int, Field(description="At most so many.")] = 3, ctx: ToolContext
    ) -> list[str]:
        """Orders of one customer.

        Args:
            customer: Such as "C-1".
            ctx: The host's.
        """
        return []

    @pack.tool(effect="write")
    def forget() -> None:
        """Forgets everything."""

    return pack


def test_a_pack_that_tells_everything_passes():
    """Descriptions may stand in the annotation, the context need not be described, and nothing is a result."""
    assert_tool_docs(shop())


def test_every_fault_is_named_at_once():
    """Whoever wrote the pack sees them together, each with its tool and what to write."""
    pack = ToolPack("bad", "Nothing is right.")

    @pack.tool
    def silent(a: int, b: int = 1):
        return a

    @pack.tool
    def vague(a: int) -> Any:
        """Says little.

        Args:
            a: A number.
            c: Not there.
        """

    with pytest.raises(AssertionError) as caught:
        assert_tool_docs(pack)
    assert str(caught.value).splitlines() == [
        "pack 'bad' leaves a model to guess:",
        "  - bad.silent: it has no docstring: say in its first line what it does",
        "  - bad.silent: the parameter 'a' is not described: add it to the docstring under `Args:`",
        "  - bad.silent: the parameter 'b' is not described: add it to the docstring under `Args:`",
        "  - bad.silent: it does not say what it returns: annotate the result (-> None where there is none)",
        "  - bad.vague: its docstring describes 'c', which is no parameter of it (they are: a)",
        "  - bad.vague: its result may be anything: name the type that a model can rely on",
    ]


def test_a_pack_without_tools_is_no_pack():
    """Nothing to document is a fault, too."""
    with pytest.raises(AssertionError, match="it has no tools"):
        assert_tool_docs(ToolPack("empty", "Nothing."))


def test_a_snapshot_is_written_compared_and_written_anew(tmp_path):
    """It is the text of the prompt; a change shows as a diff."""
    path = tmp_path / "snapshots" / "shop.py.txt"
    with pytest.raises(AssertionError, match=r"there is no .*--codeact-update"):
        assert_prompt_snapshot(shop(), path)
    assert_prompt_snapshot(shop(), path, update=True)
    assert_prompt_snapshot(shop(), path)
    assert path.read_text(encoding="utf-8").startswith("# shop: A shop.\n# Call as shop.orders(...)\n")
    with pytest.raises(AssertionError) as caught:
        assert_prompt_snapshot(shop(purpose="A bazaar."), path)
    assert "-# shop: A shop.\n+# shop: A bazaar.\n" in str(caught.value)
    assert "--codeact-update" in str(caught.value)
    assert_prompt_snapshot(shop(purpose="A bazaar."), path, update=True)
    assert_prompt_snapshot(shop(purpose="A bazaar."), path)


def test_a_snapshot_may_have_a_budget(tmp_path):
    """As the prompt of a large toolset has."""
    path = tmp_path / "shop.py.txt"
    assert_prompt_snapshot(shop(), path, update=True, budget_tokens=10)
    text = path.read_text(encoding="utf-8")
    assert "def orders" not in text
    assert "shop.orders" in text
