import asyncio
import subprocess
import sys
import threading
from types import SimpleNamespace

import httpx
import pytest
from pydantic import BaseModel

from codeact_sdk.errors import CodeActError, ConfigError, SecretMissing
from codeact_sdk.packs.pack import ToolPack
from codeact_sdk.packs.services import PackServices

DEF = SimpleNamespace(qualified_name="acme.orders", is_async=False)
ASYNC = SimpleNamespace(qualified_name="acme.refund", is_async=True)


class Shop(BaseModel):
    region: str = "eu"


def services(*, environ=None, settings=None, model=Shop, **options) -> PackServices:
    """Services of a pack, with a server that repeats the address it was asked for."""
    pack = ToolPack("acme", "A shop.", secrets=["ACME_TOKEN"], settings=model)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, text=str(request.url)))
    return PackServices(
        pack, environ=environ or {}, settings=settings, http_options={"transport": transport}, **options
    )


def test_secrets_come_from_the_given_environment():
    """Only what was declared is readable, and what is missing is named."""
    made = services(environ={"ACME_TOKEN": "t", "OTHER": "x"})
    assert made.context(DEF).secret("ACME_TOKEN") == "t"
    with pytest.raises(ConfigError, match="does not declare"):
        made.context(DEF).secret("OTHER")
    with pytest.raises(SecretMissing, match="ACME_TOKEN"):
        services().context(DEF).secret("ACME_TOKEN")


def test_a_renamed_pack_is_named_by_its_alias():
    """Messages and logs use the name that the integrator chose."""
    ctx = services(namespace="acme_2").context(DEF)
    assert ctx.log.name == "codeact.acme_2"
    with pytest.raises(SecretMissing, match="'acme_2'"):
        ctx.secret("ACME_TOKEN")


def test_settings_are_an_instance_of_the_pack_s_model():
    """A tool reads typed settings, with defaults where nothing was set."""
    assert services(settings={"region": "us"}).context(DEF).settings == Shop(region="us")
    assert services().context(DEF).settings == Shop()
    assert services(model=None).context(DEF).settings is None


def test_wrong_settings_are_named_with_file_and_key():
    """The integrator reads where to mend what."""
    with pytest.raises(ConfigError, match=r"c\.toml: unknown key 'settings\.acme\.regoin': did you mean"):
        services(settings={"regoin": "us"}, source="c.toml")
    with pytest.raises(ConfigError, match=r"pack 'acme' takes no settings: remove the table \[settings\.acme\]"):
        services(settings={"region": "us"}, model=None)


def test_def_tools_share_one_client():
    """Connections are pooled over calls, and over the threads of a parallel call."""
    made = services()
    clients = []
    threads = [threading.Thread(target=lambda: clients.append(made.context(DEF).http)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, clients))) == 1
    assert clients[0].get("https://shop.test/orders").text == "https://shop.test/orders"
    made.close()
    assert clients[0].is_closed


def test_async_tools_get_a_client_of_their_event_loop():
    """A connection never crosses from one event loop into another."""
    made = services()

    async def use():
        client = made.context(ASYNC).http
        assert client is made.context(ASYNC).http
        assert (await client.get("https://shop.test/")).status_code == 200
        return client

    first, second = asyncio.run(use()), asyncio.run(use())
    assert isinstance(first, httpx.AsyncClient)
    assert first is not second
    made.close()


def test_aclose_closes_both_kinds():
    """An async host closes everything where it was used."""
    made = services()

    async def use():
        clients = made.context(DEF).http, made.context(ASYNC).http
        await made.aclose()
        return clients

    assert all(client.is_closed for client in asyncio.run(use()))


def test_close_ends_the_clients_of_a_loop_that_rests():
    """A host that keeps its own event loop needs no async code to clean up."""
    made = services()
    loop = asyncio.new_event_loop()

    async def use():
        return made.context(ASYNC).http

    client = loop.run_until_complete(use())
    made.close()
    assert client.is_closed
    loop.close()


def test_close_inside_a_running_loop_leaves_its_client_for_aclose():
    """What cannot be closed from here is not forgotten."""
    made = services()

    async def use():
        client = made.context(ASYNC).http
        made.close()
        assert not client.is_closed
        await made.aclose()
        return client

    assert asyncio.run(use()).is_closed


def test_after_close_a_tool_gets_no_new_client():
    """A call that outlives its interpreter opens nothing that nobody would close."""
    made = services()
    made.close()
    made.close()
    with pytest.raises(CodeActError, match=r"acme\.orders asks for an HTTP client after its interpreter was closed"):
        _ = made.context(DEF).http


def test_services_of_a_pack_load_no_http_client_until_one_is_needed():
    """Most packs make no requests."""
    code = "import sys, codeact_sdk.packs.choose, codeact_sdk.packs.discovery; print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
