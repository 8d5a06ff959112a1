"""Attacks, each with its exact refusal."""

from ipaddress import ip_address

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_http.addresses import check_addresses, check_url, fits, is_public
from codeact_http.fetching import Fetcher
from codeact_http.settings import HttpSettings
from codeact_http.transport import PinnedTransport
from codeact_sdk import ToolError

PRIVATE = [
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255",
    "224.0.0.1", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::", "64:ff9b:1:7f00:1::808:808", "fec0::1", "3fff::1", "5f00::1", "192.88.99.1", "::ffff:0:7f00:1", "4000::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_public(address):
    """No private address is public."""
    assert not is_public(ip_address(address))
    with pytest.raises(ToolError, match="which is no public address"):
        check_addresses("name.example", [address], HttpSettings())


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_pass(address):
    """Public addresses pass."""
    assert check_addresses("name.example", [address], HttpSettings()) == [str(ip_address(address))]


def test_one_private_address_among_public_ones_is_enough():
    """One private address among public ones is enough."""
    with pytest.raises(ToolError, match=r"is at 10\.0\.0\.1, which is no public address"):
        check_addresses("name.example", ["8.8.8.8", "10.0.0.1"], HttpSettings())


def test_a_host_without_an_address_is_told():
    """A host without an address is told."""
    with pytest.raises(ToolError, match="has no address"):
        check_addresses("name.example", [], HttpSettings())


@pytest.mark.parametrize(
    ("allowed", "host", "address"),
    [
        (["10.1.0.0/16"], "x", "10.1.2.3"),
        (["wiki.intranet"], "wiki.intranet", "10.9.9.9"),
        (["*.corp"], "a.corp.", "127.0.0.1"),
        (["::1"], "x", "::1"),
    ],
)
def test_what_the_settings_name_may_be_private(allowed, host, address):
    """What the settings name may be private."""
    assert check_addresses(host, [address], HttpSettings(allow_private=allowed)) == [address]
    with pytest.raises(ToolError):
        check_addresses("elsewhere", ["192.168.0.1"], HttpSettings(allow_private=allowed))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/",
        "http://[::ffff:127.0.0.1]/", "http://0/", "http://169.254.169.254/latest/meta-data/",
    ],
)  # fmt: skip
def test_this_machine_has_no_other_name(url, refused):
    """This machine has no other name."""
    message = refused(f"http.get({url!r})", allow_private=[])
    assert any(told in message for told in ("which is no public address", "cannot be found", "is no URL"))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("file:///etc/passwd", "has no http:// or https:// with a host"),
        ("ftp://example.com/", "has no http:// or https://"),
        ("gopher://x", "has no http:// or https://"),
        ("example.com", "has no http:// or https://"),
        ("http://", "has no http:// or https://"),
        ("http:///x", "has no http:// or https://"),
        ("http://user:pass@example.com/", "holds a user name or password"),
        ("http://exa mple.com/", "no URL"),
        ("http://x\r\nHost: y/", "no URL"),
        ("http://[::1", "no URL"),
        ("http://x:99999999/", "no URL"),
        ("x" * 9000, "the URL has 9,000 characters"),
    ],
)
def test_what_is_no_url_is_refused(url, told):
    """What is no url is refused."""
    with pytest.raises(ToolError) as caught:
        check_url(url, HttpSettings())
    assert told in str(caught.value)


def test_only_allowed_hosts_are_asked(site, refused, value):
    """Only allowed hosts are asked."""
    site.html("/", "x")
    assert "the host example.com is not allowed here: allowed are api.acme.com, *.acme.org" in refused(
        "http.get('https://example.com/')", allowed_hosts=["api.acme.com", "*.acme.org"]
    )
    assert value(f"http.get('{site.url}/').status", allowed_hosts=["127.0.0.1"]) == 200


@pytest.mark.parametrize(
    ("host", "fit"),
    [
        ("api.acme.com", True),
        ("API.acme.com", False),
        ("acme.com", False),
        ("api.acme.com.evil.org", False),
        ("xapi.acme.com", False),
        ("a.b.acme.org", True),
        ("acme.org", False),
    ],
)
def test_globs_fit_whole_names(host, fit):
    """Globs fit whole names."""
    assert fits(host, ["api.acme.com", "*.acme.org"]) is fit


@given(st.text(max_size=60))
def test_any_text_is_a_url_or_refused(text):
    """Any text is a url or refused."""
    try:
        url = check_url(text, HttpSettings())
    except ToolError:
        return
    assert url.scheme in ("http", "https")
    assert url.host
    assert not url.userinfo


# -- rebinding


def test_the_address_that_was_checked_is_the_one_that_is_asked(site):
    """A name that stands for another address at each question reaches only what was checked."""
    import asyncio

    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    site.html("/", "here")

    async def resolve(host, port):
        return next(answers)

    async def main():
        settings = HttpSettings(allow_private=["127.0.0.1"], respect_robots=False)
        fetcher = Fetcher(settings, transport=PinnedTransport(settings, resolve=resolve))
        try:
            first = await fetcher.read("GET", f"http://rebinding.example:{site.port}/")
            with pytest.raises(ToolError, match=r"rebinding.example is at 10\.0\.0\.1"):
                await fetcher.read("GET", f"http://rebinding.example:{site.port}/")
        finally:
            await fetcher.aclose()
        return first[1]

    assert asyncio.run(main()) == b"here"
    assert site.requests[0][2]["host"] == f"rebinding.example:{site.port}"


def test_an_unknown_host_is_told(refused):
    """An unknown host is told."""
    assert "the host no-such-host.invalid cannot be found" in refused("http.get('http://no-such-host.invalid/')")


# -- redirects


def redirect(to, status=302):
    return (status, {"Location": to}, b"")


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("http://10.0.0.1/", "which is no public address"),
        ("http://169.254.169.254/latest", "which is no public address"),
        ("file:///etc/passwd", "has no http:// or https://"),
        ("http://a:b@127.0.0.1/", "holds a user name"),
        ("http://[bad", "no URL"),
    ],
)
def test_each_redirect_is_checked_as_the_first_request(site, refused, to, told):
    """Each redirect is checked as the first request."""
    site.pages["/a"] = redirect(to)
    assert told in refused(f"http.get('{site.url}/a')")


def test_redirects_to_hosts_that_are_not_allowed_end_there(site, refused):
    """Redirects to hosts that are not allowed end there."""
    site.pages["/a"] = redirect("http://evil.example/")
    assert "the host evil.example is not allowed" in refused(f"http.get('{site.url}/a')", allowed_hosts=["127.0.0.1"])


def test_redirects_are_followed_up_to_a_number(site, value, refused):
    """Redirects are followed up to a number."""
    site.pages |= {f"/{n}": redirect(f"/{n + 1}") for n in range(9)}
    site.html("/3", "end")
    assert value(f"r = http.get('{site.url}/0')\n(r.status, r.url)") == (200, f"{site.url}/3")
    site.pages["/3"] = redirect("/4")
    site.html("/9", "end")
    assert "redirects more than 5 times (the setting max_redirects)" in refused(f"http.get('{site.url}/0')")
    site.pages["/loop"] = redirect("/loop")
    assert "more than 5 times" in refused(f"http.get('{site.url}/loop')")


def test_what_proves_who_we_are_is_not_sent_to_another_host(site, other, value):
    """What proves who we are is not sent to another host."""
    other.html("/b", "x")
    site.pages["/a"] = redirect(f"{other.url}/b")
    value(f"http.get('{site.url}/a', headers={{'Authorization': 'Bearer x', 'Cookie': 'a=b', 'X-Kept': '1'}})")
    headers = next(headers for method, path, headers, _ in other.requests if path == "/b")
    assert "authorization" not in headers
    assert "cookie" not in headers
    assert headers["x-kept"] == "1"
    site.pages["/c"] = redirect("/d")
    site.html("/d", "x")
    value(f"http.get('{site.url}/c', headers={{'Authorization': 'Bearer x'}})")
    assert site.requests[-1][2]["authorization"] == "Bearer x"


def test_a_post_becomes_a_get_and_is_not_carried_to_another_host(site, other, value, refused):
    """A post becomes a get and is not carried to another host."""
    site.pages["/a"] = redirect("/b", 303)
    site.html("/b", "x")
    value(f"http.request('POST', '{site.url}/a', json={{'a': 1}})", methods=["POST"])
    method, _, headers, body = site.requests[-1]
    assert (method, body, "content-type" in headers) == ("GET", b"", False)
    site.pages["/c"] = redirect("/d", 307)
    site.pages["/d"] = lambda handler, body: (200, {}, body)
    assert value(f"http.request('POST', '{site.url}/c', json={{'a': 1}}).text", methods=["POST"]) == '{"a":1}'
    site.pages["/e"] = redirect(f"{other.url}/x", 308)
    assert "redirects a POST to another host" in refused(
        f"http.request('POST', '{site.url}/e', json=1)", methods=["POST"]
    )
    assert other.asked() == []


def test_encryption_is_not_given_up_by_a_redirect():
    """Encryption is not given up by a redirect."""
    fetcher = Fetcher(HttpSettings())
    request = httpx.Request("GET", "https://example.com/")
    with pytest.raises(ToolError, match="which is not encrypted"):
        fetcher._next(request, 302, "http://example.com/")
