"""Sizes, time, headers, robots, downloads and pages: attacks, each with its exact refusal."""

import gzip
import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_http.pages import links_of, readable


def redirect(to, status=302):
    return (status, {"Location": to}, b"")


# -- sizes, time, headers


def test_large_bodies_are_not_read(site, refused, value):
    """Large bodies are not read."""
    site.pages["/a"] = (200, {"Content-Type": "text/plain"}, b"x" * 2_000)
    assert "is larger than 1,000 bytes (the setting max_bytes)" in refused(f"http.get('{site.url}/a')", max_bytes=1000)
    assert value(f"len(http.get('{site.url}/a').text)", max_bytes=2000) == 2000


def test_a_small_body_that_unpacks_to_a_large_one_is_not_read(site, refused):
    """A small body that unpacks to a large one is not read."""
    site.zipped("/a", b"0" * 50_000_000)
    assert len(gzip.compress(b"0" * 50_000_000)) < 100_000
    assert "is larger than 5,000,000 bytes" in refused(f"http.get('{site.url}/a')")


def test_a_download_that_is_too_large_leaves_nothing(site, refused, tmp_path):
    """A download that is too large leaves nothing."""
    site.pages["/a"] = (200, {}, b"x" * 2_000)
    assert "is larger than 1,000 bytes" in refused(f"http.download('{site.url}/a', 'b')", max_bytes=1000)
    assert list((tmp_path / "downloads").iterdir()) == []


def test_a_server_that_never_ends_is_given_up(refused):
    """A server that never ends is given up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def drip():
        connection, _ = listener.accept()
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        try:
            while True:
                connection.sendall(b"x")
                threading.Event().wait(0.02)
        except OSError:
            connection.close()

    threading.Thread(target=drip, daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    assert f"{url} did not answer within 0.4 s" in refused(f"http.get('{url}')", timeout_s=0.4, respect_robots=False)
    listener.close()


def test_a_server_that_hangs_up_is_told(refused):
    """A server that hangs up is told."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=lambda: listener.accept()[0].close(), daemon=True).start()  # noqa: PLW0108  # accepts in the thread
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    assert f"{url} cannot be read (" in refused(f"http.get('{url}')", respect_robots=False)
    listener.close()


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"X": "a\r\nHost: evil"}, "has a line break"),
        ({"X\r\nY": "a"}, "cannot be set"),
        ({"Host": "evil"}, "'Host' cannot be set"),
        ({"content-length": "0"}, "cannot be set"),
        ({"Transfer-Encoding": "chunked"}, "cannot be set"),
        ({"Proxy-Authorization": "x"}, "cannot be set"),
        ({"": "x"}, "cannot be set"),
        ({"X": "ü"}, "outside of ASCII"),
    ],
)
def test_headers_are_one_header_each_and_not_ours(site, refused, headers, told):
    """Headers are one header each and not ours."""
    assert told in refused(f"http.get('{site.url}/', headers={headers!r})")
    assert site.asked() == []


def test_proxies_of_the_environment_are_not_used(site, value, monkeypatch):
    """Proxies of the environment are not used."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    site.html("/", "x")
    assert value(f"http.get('{site.url}/').status") == 200


# -- robots


def test_what_a_host_closes_to_robots_is_left_alone(site, refused, value):
    """What a host closes to robots is left alone."""
    site.pages["/robots.txt"] = (
        200,
        {},
        b"User-agent: *\nDisallow: /private\nAllow: /private/open\n\nUser-agent: mine\nDisallow: /",
    )
    for path in ("/private/a", "/private/open", "/a"):
        site.html(path, "x")
    assert "/private/a is closed to robots by" in refused(f"http.get('{site.url}/private/a')")
    assert value(f"http.get('{site.url}/private/open').status, http.get('{site.url}/a').status") == (200, 200)
    assert value(f"http.get('{site.url}/private/a').status", respect_robots=False) == 200
    assert "closed to robots" in refused(f"http.get('{site.url}/a')", user_agent="mine/1.0")
    site.pages["/jump"] = redirect("/private/a")
    assert "closed to robots" in refused(f"http.get('{site.url}/jump')")
    assert value(f"http.get('{site.url}/robots.txt').status") == 200


@pytest.mark.parametrize(("status", "may"), [(404, True), (403, True), (500, False), (503, False)])
def test_a_host_without_rules_allows_and_one_that_cannot_say_does_not(site, run, status, may):
    """A host without rules allows and one that cannot say does not."""
    site.pages["/robots.txt"] = (status, {}, b"User-agent: *\nDisallow: /")
    site.html("/a", "x")
    assert (run(f"http.get('{site.url}/a')").error is None) is may


def test_rules_are_asked_for_once_and_follow_redirects(site, make_interpreter):
    """Rules are asked for once and follow redirects."""
    site.pages["/robots.txt"] = redirect("/rules")
    site.pages["/rules"] = (200, {}, b"User-agent: *\nDisallow: /no")
    site.html("/a", "x")
    with make_interpreter(settings={"allow_private": ["127.0.0.1"]}) as interp:
        assert interp.run(f"http.get('{site.url}/a'); http.get('{site.url}/a').status").value == 200
        assert "closed to robots" in interp.run(f"http.get('{site.url}/no')").error.message
    assert [path for _, path, _, _ in site.requests].count("/robots.txt") == 1


# -- downloads


@pytest.mark.parametrize(
    "path", ["../x", "/etc/x", "a/../../x", "", ".", "..", "a/", "a\\b", "C:x", "a\0b", "~/../x/.."]
)
def test_downloads_do_not_leave_the_folder(site, refused, path, tmp_path):
    """Downloads do not leave the folder."""
    assert "is no path inside the folder" in refused(f"http.download('{site.url}/', {path!r})")
    assert site.asked() == []


def test_downloads_do_not_follow_links_out(site, refused, tmp_path):
    """Downloads do not follow links out."""
    site.pages["/p"] = (200, {}, b"x")
    folder = tmp_path / "downloads"
    folder.mkdir()
    (tmp_path / "outside").mkdir()
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "file").symlink_to(tmp_path / "outside" / "x")
    assert "leads out of the folder" in refused(f"http.download('{site.url}/p', 'out/x')")
    assert "leads out of the folder" in refused(f"http.download('{site.url}/p', 'out/deep/x')")
    assert "is there already" in refused(f"http.download('{site.url}/p', 'file', replace=True)")
    assert list((tmp_path / "outside").iterdir()) == []


def test_downloads_are_off_unless_a_folder_is_set(site, refused):
    """Downloads are off unless a folder is set."""
    assert "downloads are off" in refused(f"http.download('{site.url}/', 'a')", root=None)


def test_what_fails_is_not_saved(site, refused, tmp_path):
    """What fails is not saved."""
    assert "answered 404 Not Found" in refused(f"http.download('{site.url}/none', 'a')")
    assert not (tmp_path / "downloads").exists()


# -- pages


@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    """Any text can be read."""
    assert isinstance(readable(text), str)
    assert isinstance(links_of(text, "http://x/"), list)


def test_scripts_and_hidden_parts_are_not_read():
    """Scripts and hidden parts are not read."""
    html = "<title>T</title><script>a</script><style>b</style><noscript>c</noscript><template>d</template><p>e</p>"
    assert readable(html) == "# T\n\ne"
