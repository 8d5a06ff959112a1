"""What hosts say to robots, when they say nothing, and what is kept of it."""

import pytest


def test_pages_that_are_asked_for_together_wait_for_one_answer(site, make_interpreter):
    """Twenty pages, and one question."""
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /19")
    site.pages |= {f"/{n}": (200, {"Content-Type": "text/plain"}, b"x") for n in range(20)}
    with make_interpreter(settings={"allow_private": ["127.0.0.1"]}) as interp:
        code = f"import asyncio\nr = await asyncio.gather(*[http.text(f'{site.url}/{{n}}') for n in range(19)])\nr"
        observation = interp.run(code)
    assert observation.error is None, observation.error
    assert observation.value == ["x"] * 19
    assert [path for _, path, _, _ in site.requests].count("/robots.txt") == 1


def test_a_host_that_cannot_say_is_left_alone_until_it_can(site, make_interpreter):
    """A failure is not kept for the session, an answer is."""
    site.html("/a", "x")
    with make_interpreter(settings={"allow_private": ["127.0.0.1"]}) as interp:
        site.pages["/robots.txt"] = (503, {}, b"")
        assert interp.run(f"http.get('{site.url}/a')").error.message == (
            f"{site.url}/robots.txt answered 503, so pages of this host are left alone: try again later, or use another host"
        )
        assert site.asked() == []
        site.pages["/robots.txt"] = (404, {}, b"")
        assert interp.run(f"http.get('{site.url}/a').status").value == 200


def test_a_host_that_cannot_be_reached_is_told_so(refused):
    """The robots.txt is only the first thing that fails."""
    message = refused("http.get('http://127.0.0.1:1/a')")
    assert message.startswith("http://127.0.0.1:1/robots.txt cannot be read (ConnectError: ")
    assert message.endswith("), so pages of this host are left alone: try again later, or use another host")


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("http://169.254.169.254/", "the host 169.254.169.254 is at 169.254.169.254, which is no public address"),
        ("file:///etc/passwd", "has no http:// or https://"),
    ],
)
def test_rules_are_fetched_by_the_same_rules(site, refused, to, told):
    """A robots.txt may redirect as little as a page."""
    site.pages["/robots.txt"] = (302, {"Location": to}, b"")
    assert told in refused(f"http.get('{site.url}/a')")
    assert site.asked() == []


def test_rules_without_end_are_read_to_a_bound(site, refused, value):
    """And the line that is cut is no rule."""
    rules = b"User-agent: *\nDisallow: /no\n"
    filler = b"#" * (512_000 - len(rules) - len(b"\nDisallow: /yes")) + b"\n"
    site.pages["/robots.txt"] = (
        200,
        {},
        rules + filler + b"Disallow: /yes-in-another-part\n" + b"Disallow: /late\n" * 10_000,
    )
    for path in ("/no", "/yes", "/late"):
        site.html(path, "x")
    assert "closed to robots" in refused(f"http.get('{site.url}/no')")
    assert value(f"http.get('{site.url}/late').status, http.get('{site.url}/yes').status") == (200, 200)


def test_wildcards_do_not_keep_the_reader_busy(site, value):
    """Older versions of the library made a pattern of each rule that took hours for this page."""
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /" + b"*a" * 20 + b"b$\n")
    site.html("/" + "a" * 2_000, "x")
    assert value(f"http.get('{site.url}/' + 'a' * 2_000).status") == 200


def test_cookies_of_one_answer_are_not_sent_with_the_next_request(site, other, make_interpreter):
    """They know neither ports nor which domains strangers share."""
    site.html("/a", "x", **{"Set-Cookie": "id=1; Path=/"})
    other.html("/b", "x")
    with make_interpreter(settings={"allow_private": ["127.0.0.1"]}) as interp:
        assert interp.run(f"http.get('{site.url}/a').headers['set-cookie']").value == "id=1; Path=/"
        interp.run(f"http.get('{site.url}/a'); http.get('{other.url}/b')")
    assert all("cookie" not in headers for made in (site, other) for _, _, headers, _ in made.requests)


def test_a_query_is_bounded_with_its_parameters(site, refused, value):
    """And added to what the URL holds already."""
    site.html("/a", "x")
    assert value(f"http.get('{site.url}/a?x=1&y=2#z', params={{'y': 'a b&c'}}).url") == f"{site.url}/a?x=1&y=a+b%26c"
    assert value(f"http.get('{site.url}/a', params={{'page': 2}}).url") == f"{site.url}/a?page=2"
    for size in (8_000, 100_000):
        assert "characters: at most 8,000 are sent" in refused(
            f"http.get('{site.url}/a', params={{'q': 'x' * {size}}})"
        )
