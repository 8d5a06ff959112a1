"""What the tools give."""

import asyncio
import json

import pytest

from codeact_http import pack
from codeact_sdk.testing import assert_tool_docs

PAGE = """<html><head><title>Prices</title><style>p {}</style></head><body><script>x()</script>
<h2>Coffee</h2><p>From <a href="/farm">one farm</a>, <b>fresh</b>.</p><ul><li>dark</li><li>light</li></ul>
<table><tr><th>kg</th><th>EUR</th></tr><tr><td>1</td><td>20</td></tr></table></body></html>"""


def test_docs_are_complete():
    """Docs are complete."""
    assert_tool_docs(pack)


def test_what_a_model_reads(prompt_snapshot):
    """What a model reads."""
    prompt_snapshot()


def test_get_gives_a_page_whatever_the_status(site, value):
    """Get gives a page whatever the status."""
    site.html("/a", "<p>ä</p>", **{"X-Note": "1"})
    found = value(
        f"r = http.get('{site.url}/a', params={{'q': 'x y'}}, headers={{'X-Mine': 'yes'}})\n(r.status, r.text, r.content_type, r.headers['x-note'], r.url)"
    )
    assert found == (200, "<p>ä</p>", "text/html", "1", f"{site.url}/a?q=x+y")
    method, path, headers, _ = site.requests[-1]
    assert (method, path, headers["x-mine"], headers["user-agent"]) == ("GET", "/a?q=x+y", "yes", "codeact-http/0.1")
    assert headers["host"] == f"127.0.0.1:{site.port}"
    assert value(f"http.get('{site.url}/none').status") == 404


def test_json_gives_data(site, value, refused):
    """Json gives data."""
    site.pages["/a"] = (200, {"Content-Type": "application/json"}, json.dumps({"a": [1, None, "ü"]}).encode())
    assert value(f"http.json('{site.url}/a')['a']") == [1, None, "ü"]
    site.html("/b", "<p>not json</p>")
    assert "is no JSON" in refused(f"http.json('{site.url}/b')")
    assert "begins with '<p>not json</p>'" in refused(f"http.json('{site.url}/b')")
    site.pages["/c"] = (503, {}, b"later")
    assert refused(f"http.json('{site.url}/c')") == f"{site.url}/c answered 503 Service Unavailable, and said 'later'"


def test_text_is_what_a_person_reads(site, value):
    """Text is what a person reads."""
    site.html("/a", PAGE)
    text = value(f"http.text('{site.url}/a')")
    assert text.startswith("# Prices\n\n## Coffee\n\nFrom [one farm](/farm), **fresh**.")
    assert "- dark\n- light" in text
    assert "| 1 | 20 |" in text
    assert "x()" not in text
    site.pages["/plain"] = (200, {"Content-Type": "text/plain; charset=latin-1"}, "größe <b>".encode("latin-1"))
    assert value(f"http.text('{site.url}/plain')") == "größe <b>"
    site.pages["/odd"] = (200, {"Content-Type": "text/plain; charset=martian"}, b"x")
    assert value(f"http.text('{site.url}/odd')") == "x"


def test_links_are_absolute_and_each_once(site, value):
    """Links are absolute and each once."""
    site.html(
        "/dir/a",
        '<a href="b">B <i>it</i></a><a href="/c">C</a><a href="b">again</a><a href="mailto:x@y">m</a><a href="javascript:x">j</a><a href="http://[bad">x</a>',
    )
    assert value(f"[(l.url, l.text) for l in http.links('{site.url}/dir/a')]") == [
        (f"{site.url}/dir/b", "B it"), (f"{site.url}/c", "C"),
    ]  # fmt: skip


def test_binary_answers_point_to_download(site, refused):
    """Binary answers point to download."""
    site.pages["/p"] = (200, {"Content-Type": "image/png"}, b"\x89PNG")
    assert "is image/png of 4 bytes and no text: use http.download(url, path)" in refused(f"http.text('{site.url}/p')")
    site.pages["/q"] = (200, {}, b"a\0b")
    assert "is binary of 3 bytes" in refused(f"http.get('{site.url}/q')")


def test_download_writes_inside_the_root(site, value, tmp_path):
    """Download writes inside the root."""
    site.pages["/p"] = (200, {"Content-Type": "application/pdf"}, b"%PDF" * 1000)
    saved = value(f"s = http.download('{site.url}/p', 'a/b.pdf')\n(s.path, s.size_bytes, s.content_type)")
    assert saved == ("a/b.pdf", 4000, "application/pdf")
    folder = tmp_path / "downloads" / "a"
    assert [path.name for path in folder.iterdir()] == ["b.pdf"]
    assert (folder / "b.pdf").read_bytes() == b"%PDF" * 1000


def test_download_replaces_only_when_told(site, value, refused, tmp_path):
    """Download replaces only when told."""
    site.pages["/p"] = (200, {}, b"new")
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads" / "a").write_text("old")
    assert "a is there already" in refused(f"http.download('{site.url}/p', 'a')")
    value(f"http.download('{site.url}/p', 'a', replace=True)")
    assert (tmp_path / "downloads" / "a").read_text() == "new"


def test_request_uses_methods_that_are_named(site, value, refused):
    """Request uses methods that are named."""
    site.pages["/o"] = lambda handler, body: (201, {"Content-Type": "application/json"}, body)
    assert "allowed are GET, HEAD; whoever runs this can name more with the setting methods" in refused(
        f"http.request('POST', '{site.url}/o')"
    )
    told = value(
        f"r = http.request('post', '{site.url}/o', json={{'a': 1}}, headers={{'Authorization': 'x'}})\n(r.status, r.text)",
        methods=["post", "PUT"],
    )
    assert told == (201, '{"a":1}')
    assert site.requests[-1][2]["authorization"] == "x"
    assert "allowed are POST" in refused(f"http.request('DELETE', '{site.url}/o')", methods=["POST"])


def test_many_pages_at_once_share_a_session(site, make_interpreter):
    """Many pages at once share a session."""
    for n in range(20):
        site.html(f"/{n}", f"<p>{n}</p>")
    with make_interpreter(settings={"allow_private": ["127.0.0.1"]}) as interp:
        code = f"[r.strip() for r in parallel(lambda n: http.text(f'{site.url}/{{n}}'), range(20), limit=10)]"
        assert interp.run(code).value == [str(n) for n in range(20)]
        obs = asyncio.run(interp.arun(f"await parallel(http.get, ['{site.url}/1', '{site.url}/2'])"))
        assert [page["status"] for page in map(vars, obs.value)] == [200, 200]
    assert [path for _, path, _, _ in site.requests].count("/robots.txt") == 1 + 1


@pytest.mark.parametrize(
    "settings", [{"methods": ["PO ST"]}, {"user_agent": "a\nb"}, {"max_bytes": 0}, {"hosts": ["x"]}]
)
def test_wrong_settings_are_refused(make_interpreter, settings):
    """Wrong settings are refused."""
    from codeact_sdk import CodeActError

    with pytest.raises(CodeActError):
        make_interpreter(settings=settings)
