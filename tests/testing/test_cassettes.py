"""What a server said once is said again without it, and no secret is kept."""

from __future__ import annotations

import asyncio
import base64
import gzip
import io
import json
from urllib.parse import quote
from urllib.request import Request as UrllibRequest
from urllib.request import urlopen

import httpx
import pytest
import yaml

from codeact_sdk import Interpreter, ToolContext, ToolPack
from codeact_sdk.testing import Cassette


def client(**options) -> httpx.Client:
    """A client that looks at no proxy."""
    return httpx.Client(trust_env=False, **options)


def ask(url: str, key: str) -> list[object]:
    """Puts the key wherever an API may want it, and gives what came back."""
    headers = {"Authorization": f"Bearer {key}".encode(), "X-Shop-Key": quote(key)}
    with client(headers=headers, auth=None) as http:
        orders = http.get(f"{url}/orders/{quote(key, safe='')}", params={"api_key": key, "page": "2"})
        basic = base64.b64encode(f"me:{key}".encode()).decode()
        echoed = http.post(f"{url}/echo", json={"login": basic, "note": key, "n": 1}, headers={"Cookie": "a=b"})
    assert orders.headers["X-Next-Page-Token"] == "page-2"
    return [orders.json(), echoed.json()]


def test_what_was_recorded_is_played_with_the_server_stopped(shop, key, tmp_path):
    """The answers are the same, but for the secrets, and nothing is sent; another key asks the same."""
    path = tmp_path / "cassettes" / "orders.yaml"
    with Cassette(path, record=True, secrets={"SHOP_KEY": {key}}):
        real = ask(shop.url, key)
    assert real[0]["page"] == "2"
    shop.stop()
    made_up = "a-made-up-key"
    with Cassette(path, secrets={"SHOP_KEY": {made_up}}) as cassette:
        played = ask(shop.url, made_up)
    assert cassette.refused == ()
    assert [line.partition(shop.url)[0] for line in cassette.requests] == ["GET ", "POST "]
    assert played[0] == {"orders": [1, 2], "page": "2", "you": "HIDDEN_SHOP_KEY"}
    sent = played[1]["sent"]
    assert sent["login"].endswith("HIDDEN_SHOP_KEY")  # base64 of what stands before it is left
    assert (sent["note"], sent["n"]) == ("HIDDEN_SHOP_KEY", 1)
    assert played[1]["access_token"] == "HIDDEN"


def test_the_file_holds_no_secret_in_any_form(shop, key, tmp_path):
    """Neither the key that was given, as it is, quoted or coded, nor cookies and tokens of the server."""
    path = tmp_path / "orders.yaml"
    with Cassette(path, record=True, secrets={"SHOP_KEY": {key}}):
        ask(shop.url, key)
    text = path.read_text(encoding="utf-8")
    held = "\n".join(strings(yaml.safe_load(text)))  # YAML may fold a long line
    for form in (
        key,
        quote(key),
        quote(key, safe=""),
        "shop+key",
        "shop%2Bkey",
        "c2hvcCtrZXk",
        "Nob3Ara2V5",
        "zaG9wK2tle",
    ):
        assert form not in text
        assert form not in held
    for word in ("authorization", "cookie", "abcdef", "given-by-server"):
        assert word not in held.lower()


def strings(part: object) -> list[str]:
    """Every text in the file, names included."""
    match part:
        case dict():
            return [text for pair in part.items() for item in pair for text in strings(item)]
        case list():
            return [text for item in part for text in strings(item)]
        case bytes():
            return [part.decode("latin-1")]
    return [str(part)]


def test_async_clients_are_recorded_and_played(shop, tmp_path):
    """Also several requests at once."""

    async def pages() -> list[str]:
        async with httpx.AsyncClient(trust_env=False) as http:
            replies = await asyncio.gather(*(http.get(shop.url, params={"page": n}) for n in range(3)))
        return [reply.json()["page"] for reply in replies]

    path = tmp_path / "pages.yaml"
    with Cassette(path, record=True):
        assert asyncio.run(pages()) == ["0", "1", "2"]
    shop.stop()
    with Cassette(path):
        assert asyncio.run(pages()) == ["0", "1", "2"]


def test_the_clients_of_tools_are_recorded(shop, key, tmp_path):
    """`ctx.http` of sync and async tools, in the threads where actions run."""
    pack = ToolPack("shop", "A shop.", secrets=["SHOP_KEY"])

    @pack.tool
    def page(n: int, ctx: ToolContext) -> str:
        """One page."""
        return ctx.http.get(f"{shop.url}/{ctx.secret('SHOP_KEY')}", params={"page": n}).json()["page"]

    @pack.tool
    async def apage(n: int, ctx: ToolContext) -> str:
        """One page."""
        return (await ctx.http.get(f"{shop.url}/a", params={"page": n})).json()["page"]

    def run() -> object:
        with Interpreter(packs=[pack], environ={"SHOP_KEY": key}) as interpreter:
            return interpreter.run("shop.page(7), await shop.apage(8)").value

    path = tmp_path / "pages.yaml"
    with Cassette(path, record=True, secrets={"SHOP_KEY": {key}}):
        assert run() == ("7", "8")
    shop.stop()
    with Cassette(path, secrets={"SHOP_KEY": {key}}):
        assert run() == ("7", "8")


def test_a_request_that_is_not_in_the_file_is_refused(shop, tmp_path):
    """The message says what was asked, what there is, and how to record it; it is kept where a tool catches it."""
    path = tmp_path / "one.yaml"
    with Cassette(path, record=True), client() as http:
        http.get(f"{shop.url}/a?page=1")
    asked = list(shop.asked)
    with Cassette(path) as cassette, client() as http:
        with pytest.raises(AssertionError, match="was not sent") as caught:
            http.get(f"{shop.url}/a?page=2&token=private")
        assert str(caught.value) == (
            f"GET {shop.url}/a?page=2&token=HIDDEN was not sent: it is not in {path}, which holds\n"
            f"  GET {shop.url}/a?page=1\n"
            f"nearest: GET {shop.url}/a?page=1 differs in query\n"
            "record it with `pytest --codeact-record`, if it is meant"
        )
        assert cassette.refused == (str(caught.value),)
        http.get(f"{shop.url}/a?page=1")
        with pytest.raises(AssertionError, match=r"every answer to it in .* has been given already"):
            http.get(f"{shop.url}/a?page=1")
    assert shop.asked == asked


def test_without_a_file_everything_is_refused(shop, tmp_path):
    """The message names the file that is missing."""
    with (
        Cassette(tmp_path / "none.yaml"),
        client() as http,
        pytest.raises(AssertionError, match=r"there is no cassette .*none\.yaml"),
    ):
        http.get(shop.url)
    assert shop.asked == []
    assert not (tmp_path / "none.yaml").exists()


def test_an_answer_may_be_given_again(shop, tmp_path):
    """Where the test says so, as for a tool that polls."""
    path = tmp_path / "poll.yaml"
    with Cassette(path, record=True), client() as http:
        http.get(shop.url)
    with Cassette(path, repeats=True), client() as http:
        assert [http.get(shop.url).status_code for _ in range(3)] == [200] * 3


def test_recording_anew_forgets_what_was_there(shop, tmp_path):
    """What no test asks for any more is gone from the file."""
    path = tmp_path / "anew.yaml"
    for name in ("old", "new"):
        with Cassette(path, record=True) as cassette, client() as http:
            http.get(f"{shop.url}/{name}")
    with Cassette(path) as cassette:
        assert cassette.requests == (f"GET {shop.url}/new",)


@pytest.mark.parametrize("make", [lambda data: data, io.BytesIO, lambda data: iter([data[:9], data[9:]])])
def test_other_clients_are_recorded_and_keep_no_secret(shop, tmp_path, make):
    """What sends by the standard library, whether it gives bytes, a file or pieces."""
    path = tmp_path / "urllib.yaml"
    data = b'{"note": "a-long-secret"}'

    def send() -> object:
        headers = {"Content-Length": str(len(data)), "X-Api-Key": "a-long-secret"}
        with urlopen(UrllibRequest(f"{shop.url}/echo", data=make(data), headers=headers)) as reply:
            return json.loads(gzip.decompress(reply.read()) if reply.headers["Content-Encoding"] else reply.read())

    with Cassette(path, record=True, secrets={"KEY": {"a-long-secret"}}):
        assert send()["sent"] == {"note": "a-long-secret"}
    asked = list(shop.asked)
    with Cassette(path, secrets={"KEY": {"a-long-secret"}}) as cassette:
        assert send()["sent"] == {"note": "HIDDEN_KEY"}
    assert (shop.asked, cassette.refused) == (asked, ())
    assert "a-long-secret" not in path.read_text(encoding="utf-8")


def test_bodies_are_written_as_they_read(shop, tmp_path):
    """Compressed text could hold a secret unseen; a body that cannot be unpacked stays as it is."""
    path = tmp_path / "packed.yaml"
    secret = {"KEY": {"a-long-secret"}}
    packed = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    with Cassette(path, record=True, secrets=secret), client() as http:
        with pytest.raises(httpx.RemoteProtocolError):  # the shop reads no gzip
            http.post(shop.url, content=gzip.compress(b'"a-long-secret"'), headers=packed)
        http.post(shop.url, content=b'"plain"', headers=packed)
        http.post(shop.url, content=b'"a-long-secret"')
    text = path.read_text(encoding="utf-8")
    assert "a-long-secret" not in text
    assert "plain" in text
    assert "HIDDEN_KEY" in text
