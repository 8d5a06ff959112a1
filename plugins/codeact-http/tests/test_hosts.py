"""Names of hosts: how they are written, and which of their addresses answers."""

import asyncio
import shutil
import ssl
import subprocess

import httpx
import pytest

from codeact_http.addresses import check_url
from codeact_http.fetching import Fetcher
from codeact_http.settings import HttpSettings
from codeact_http.transport import PinnedTransport
from codeact_sdk import ToolError

HERE = HttpSettings(allow_private=("127.0.0.0/8", "::1"), respect_robots=False)


def read(url, resolve, **options):
    """Gets a page by names that mean what the test says."""

    async def main():
        fetcher = Fetcher(HERE, transport=PinnedTransport(HERE, resolve=resolve, **options))
        try:
            return (await fetcher.read("GET", url))[1]
        finally:
            await fetcher.aclose()

    return asyncio.run(main())


def to(*addresses):
    async def resolve(host, port):
        asked.append(host)
        return list(addresses)

    asked = []
    resolve.asked = asked
    return resolve


def test_the_next_address_is_asked_where_one_does_not_answer(site):
    """Names often have an address of IPv6 that cannot be reached from here."""
    site.html("/", "here")
    assert read(f"http://two.example:{site.port}/", to("::1", "127.0.0.1")) == b"here"
    with pytest.raises(ToolError, match="ConnectError"):
        read(f"http://two.example:{site.port}/", to("::1"))


def test_names_are_resolved_as_they_are_sent(site):
    """Python's own rule for names beyond ASCII is older: by it faß.example is another host, fass.example."""
    site.html("/", "here")
    resolve = to("127.0.0.1")
    assert read(f"http://faß.example:{site.port}/", resolve) == b"here"
    assert resolve.asked == ["xn--fa-hia.example"]
    assert site.requests[-1][2]["host"] == f"xn--fa-hia.example:{site.port}"


@pytest.mark.parametrize("allowed", ["bücher.example", "xn--bcher-kva.example", "BÜCHER.example", "bücher.example."])
def test_allowed_hosts_may_be_written_in_both_ways(allowed):
    """And match whichever way a URL is written."""
    settings = HttpSettings(allowed_hosts=(allowed,))
    for host in ("bücher.example", "xn--bcher-kva.example", "BÜCHER.example."):
        assert check_url(f"https://{host}/", settings).host
    with pytest.raises(ToolError, match="is not allowed here"):
        check_url("https://bucher.example/", settings)


def test_names_that_look_alike_are_told_apart():
    """A Cyrillic letter makes another host, and the refusal shows it."""
    with pytest.raises(
        ToolError, match=r"^the host xn--pi-6kc\.example is not allowed here: allowed are api\.example$"
    ):
        check_url("https://\u0430pi.example/", HttpSettings(allowed_hosts=("api.example",)))


@pytest.mark.parametrize(
    "url", ["http://good.example\\@127.0.0.1/", "http://good.example%2f@127.0.0.1/", "http://good.example@127.0.0.1/"]
)
def test_a_url_has_one_host_for_everyone(url):
    """What one parser takes for the host, another takes for a user."""
    with pytest.raises(ToolError):
        check_url(url, HttpSettings(allowed_hosts=("good.example",)))


@pytest.mark.parametrize(
    ("field", "entry", "told"),
    [
        ("allowed_hosts", "https://api.acme.com", "fits no host"),
        ("allowed_hosts", "api.acme.com/v1", "fits no host"),
        ("allowed_hosts", "api.acme.com:8080", "fits no host"),
        ("allowed_hosts", "", "fits no host"),
        ("allow_private", "10.0.0/8", "fits no host"),
        ("methods", "CONNECT", "no method that can be sent"),
        ("methods", "TRACE", "no method that can be sent"),
    ],
)
def test_a_setting_that_could_never_fit_is_told(field, entry, told):
    """Instead of an agent that is refused everything."""
    with pytest.raises(ValueError, match=told):
        HttpSettings(**{field: (entry,)})


@pytest.fixture
def certified(site, tmp_path):
    """The site over TLS, for `name.example`, and whom to believe."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=name.example", "-addext", "subjectAltName=DNS:name.example"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    names = []
    context.sni_callback = lambda connection, name, context: names.append(name)
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True)
    site.html("/", "sealed")
    return ssl.create_default_context(cafile=certificate), names


def test_a_certificate_is_looked_at_for_the_name_and_not_for_the_address(site, certified):
    """The connection goes to an address, and still only the host's own certificate is believed."""
    trusted, names = certified
    assert read(f"https://name.example:{site.port}/", to("127.0.0.1"), trusted=trusted) == b"sealed"
    assert names == ["name.example"]
    with pytest.raises(ToolError, match="Hostname mismatch"):
        read(f"https://other.example:{site.port}/", to("127.0.0.1"), trusted=trusted)
    with pytest.raises(ToolError, match="self-signed certificate"):
        read(f"https://name.example:{site.port}/", to("127.0.0.1"))


def test_a_transport_of_another_kind_is_taken(site):
    """Applications may bring their own, such as one that records."""

    async def main():
        fetcher = Fetcher(HERE, transport=httpx.MockTransport(lambda request: httpx.Response(200, content=b"mine")))
        try:
            return (await fetcher.read("GET", "http://any.example/"))[1]
        finally:
            await fetcher.aclose()

    assert asyncio.run(main()) == b"mine"


@pytest.mark.parametrize(
    "host",
    ["127\u30020\u30020\u30021", "%31%32%37.0.0.1", "127.0.0.1%00.good.example", "[fe80::1%25eth0]", "[0:0:0:0:0:ffff:7f00:1]", "[::]"],
)  # fmt: skip
def test_odd_spellings_of_this_machine_lead_nowhere(refused, host):
    """Full stops of other scripts, escapes, zones, and addresses inside addresses."""
    message = refused(f"http.get({f'http://{host}/'!r})", allow_private=[], respect_robots=False)
    assert "which is no public address" in message or "is no URL" in message
