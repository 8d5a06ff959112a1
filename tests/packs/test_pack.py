import pytest
from pydantic import BaseModel

from codeact_sdk.errors import PluginError, ToolDefinitionError
from codeact_sdk.packs.pack import ToolPack, namespace_fault
from codeact_sdk.tools.context import ToolContext


def shop() -> ToolPack:
    """A pack without tools."""
    return ToolPack("acme", "Orders and refunds in Acme's shop.", secrets=["ACME_TOKEN"])


def test_the_decorator_gives_the_function_back():
    """An author can call and test a tool as the function that it is."""
    pack = shop()

    def orders(customer: str) -> str:
        return customer

    assert pack.tool(orders) is orders
    assert pack.tool(name="again", effect="write")(orders) is orders


def test_options_reach_the_tool():
    """What an author declares is what a host reads."""
    pack = shop()

    @pack.tool(effect="destructive", idempotent=True, name="pay_back", timeout_s=3)
    async def refund(order_id: str, ctx: ToolContext) -> str: ...

    (tool,) = pack.tools
    assert tool.qualified_name == "acme.pay_back"
    assert (tool.effect, tool.idempotent, tool.timeout_s) == ("destructive", True, 3)
    assert tool.context_parameter == "ctx"
    assert tool.is_async


def test_without_options_a_tool_reads():
    """The plain decorator is for the harmless case."""
    pack = shop()

    @pack.tool
    def orders(customer: str) -> str: ...

    assert pack.tools[0].effect == "read"


def test_every_fault_of_a_function_is_named_at_once():
    """An author mends a function in one go."""
    pack = shop()
    with pytest.raises(ToolDefinitionError) as caught:

        @pack.tool
        def orders(*ids: str, **rest: str) -> str: ...

    assert caught.value.name == "acme.orders"
    assert len(caught.value.faults) == 2
    assert pack.tools == ()


def test_two_tools_of_one_name_are_refused():
    """The second would hide the first."""
    pack = shop()

    @pack.tool
    def orders(customer: str) -> str: ...

    with pytest.raises(ToolDefinitionError, match=r"the pack has a tool of this name already"):
        pack.tool(name="orders")(lambda: None)
    assert len(pack.tools) == 1


def test_a_group_carries_its_namespace_and_origin():
    """Each tool of a renamed pack knows the name that model code calls and the distribution it came from."""
    pack = shop()

    @pack.tool
    def orders(customer: str) -> str: ...

    group = pack.group("acme_2", distribution="codeact-acme 1.0")
    assert (group.namespace, group.purpose, group.distribution) == ("acme_2", pack.purpose, "codeact-acme 1.0")
    assert [(tool.qualified_name, tool.distribution) for tool in group.tools] == [("acme_2.orders", "codeact-acme 1.0")]
    assert pack.tools[0].qualified_name == "acme.orders"
    assert pack.group().namespace == "acme"


@pytest.mark.parametrize("name", ["acme", "a", "acme_2", "Acme", "sql"])
def test_plain_names_can_be_namespaces(name):
    """What reads well in code is accepted."""
    assert namespace_fault(name) is None


@pytest.mark.parametrize("name", ["", "a-b", "a.b", "2a", "_a", "ärger", "\uff41", "a b", "a\n", 3, None])
def test_other_names_cannot(name):
    """What model code could not write is refused."""
    assert "is not a plain Python name" in str(namespace_fault(name))


@pytest.mark.parametrize("name", ["import", "None", "answer", "print", "list", "type"])
def test_names_that_model_code_needs_cannot(name):
    """A pack never shadows the language."""
    assert f"choose another, such as '{name}_tools'" in str(namespace_fault(name))


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"purpose": " "}, "it has no purpose: say in one line what it is for"),
        ({"secrets": "ACME_TOKEN"}, "secrets is one string: write a list, secrets=['ACME_TOKEN']"),
        ({"secrets": ["ACME TOKEN"]}, "the secret 'ACME TOKEN' cannot be the name of an environment variable"),
        ({"settings": {"region": str}}, "give a pydantic model class"),
        ({"settings": int}, "give a pydantic model class"),
        ({"requires_sdk": "one"}, "requires_sdk is 'one': write a version range, such as '>=0.1,<1'"),
    ],
)
def test_a_pack_that_cannot_be_is_refused_with_the_reason(options, fault):
    """The author hears of it where the pack is written."""
    arguments = {"purpose": "A shop.", **options}
    with pytest.raises(PluginError) as caught:
        ToolPack("acme", arguments.pop("purpose"), **arguments)
    assert fault in caught.value.reason


def test_every_fault_of_a_pack_is_named_at_once():
    """An author mends the declaration in one go."""
    with pytest.raises(PluginError) as caught:
        ToolPack("import", "", secrets=["a b"], settings=BaseModel, requires_sdk="x")
    assert caught.value.reason.count("; ") == 3


def test_a_purpose_of_several_lines_becomes_one():
    """A model reads it in one line, however the source was broken."""
    assert ToolPack("acme", "Orders\n    and refunds. ").purpose == "Orders and refunds."


def test_repr_shows_what_it_holds():
    """A pack in a traceback or a notebook explains itself."""
    pack = shop()
    assert repr(pack) == "<ToolPack acme: no tools>"

    @pack.tool
    def orders(customer: str) -> str: ...

    assert repr(pack) == "<ToolPack acme: orders>"
