"""The hosts that a pack declares are the only ones that its client reaches."""

import asyncio

import httpx
import pytest

from codeact_sdk import ToolPack
from codeact_sdk.errors import ConfigError, PluginError
from codeact_sdk.packs.services import PackServices


class User:
    qualified_name = "acme.get"

    def __init__(self, is_async):
        self.is_async = is_async


def server(request):
    """Redirects as the path says."""
    if request.url.path.startswith("/to/"):
        return httpx.Response(302, headers={"location": f"http://{request.url.path.removeprefix('/to/')}/"})
    return httpx.Response(200, text=str(request.url.host))


def get(hosts, url, *, is_async=False, **options):
    """What a tool of a pack with these hosts gets."""
    given = {"transport": httpx.MockTransport(server), "follow_redirects": True, **options}
    services = PackServices(ToolPack("acme", "A shop.", hosts=hosts), environ={}, http_options=given)

    async def ask():
        client = services.context(User(is_async)).http
        answer = await client.get(url) if is_async else client.get(url)
        await services.aclose()
        return answer.text

    return asyncio.run(ask())


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize(
    ("hosts", "url", "is_allowed"),
    [
        (None, "http://anywhere.test", True),
        ([], "http://acme.com", False),
        (["acme.com"], "http://acme.com/x", True),
        (["Acme.com"], "https://ACME.com", True),
        (["acme.com"], "http://acme.com.", True),
        (["acme.com"], "http://acme.com.evil.test", False),
        (["acme.com"], "http://acme.com@evil.test", False),
        (["acme.com"], "http://api.acme.com", False),
        (["*.acme.com"], "http://api.acme.com", True),
        (["*.acme.com"], "http://a.b.acme.com", True),
        (["*.acme.com"], "http://acme.com", False),
        (["*.acme.com"], "http://evilacme.com", False),
        (["localhost:8080"], "http://localhost:8080", True),
        (["localhost:8080"], "http://localhost:9090", False),
        (["acme.com:443"], "https://acme.com", True),
        (["acme.com:443"], "http://acme.com", False),
        (["[::1]"], "http://[::1]:80/", True),
        (["[::1]"], "http://[::2]/", False),
        (["acme.com"], "http://acme.com/to/acme.com", True),
        (["acme.com"], "http://acme.com/to/evil.test", False),
    ],
)
def test_other_hosts_are_refused(hosts, url, is_allowed, is_async):
    """Also after a redirect; nothing is sent to them."""
    if is_allowed:
        assert get(hosts, url, is_async=is_async)
    else:
        with pytest.raises(ConfigError, match=r"pack 'acme' does not declare the host \S+, so nothing was sent to it"):
            get(hosts, url, is_async=is_async)


def test_other_looks_at_requests_stay():
    """An integrator's own hook is called first."""
    seen = []
    get(["acme.com"], "http://acme.com", event_hooks={"request": [lambda request: seen.append(request.url.host)]})
    assert seen == ["acme.com"]


@pytest.mark.parametrize("host", ["https://acme.com", "acme.com/path", "", "*", "*.*", 3, "a b", "acme.com:"])
def test_what_is_no_host_is_a_fault(host):
    """Told when the pack is made, with what to write instead."""
    with pytest.raises(PluginError, match="leave hosts= out" if host in ("*", "*.*") else "is no name of a host"):
        ToolPack("acme", "A shop.", hosts=[host])
