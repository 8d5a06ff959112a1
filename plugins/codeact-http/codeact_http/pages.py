"""HTML as text that a model can read, and the links in it: pure functions that no page can keep busy for long.

Pages are parsed by libxml2, which takes time in proportion to nearly any input, and gives up where elements are nested without end.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from lxml import etree
from lxml import html as lxml_html
from markdownify import MarkdownConverter

from codeact_http.results import Link
from codeact_sdk import ToolError

_UNREAD = ("script", "style", "noscript", "template", "svg", "iframe", "object", "head")
"""Elements whose content nobody reads."""

_INDENTED = ("blockquote", "ul", "ol", "dl", "table")
_MAX_INDENTS = 30
"""Markdown writes a prefix for each of these before each line, so deeper pages are given as plain lines."""

_LINK_CHARS = 300

_BLANKS = re.compile(r"[ \t]{100,}")
"""What the patterns of markdownify take the square of the time for."""


def readable(html: str) -> str:
    """Makes the text of a page, with headings, lists, links and tables as Markdown writes them.

    Args:
        html: The page, however broken.

    Raises:
        ToolError: Its elements are nested without end.
    """
    root = _parsed(html)
    if root is None:
        return ""
    is_deep = _indents(root) > _MAX_INDENTS
    soup = BeautifulSoup(_BLANKS.sub(" " * 99, lxml_html.tostring(root, encoding="unicode")), "lxml")
    title = " ".join(soup.title.get_text(" ").split()) if soup.title else ""
    for element in soup(_UNREAD):
        element.decompose()
    text = _lines(_plain(soup) if is_deep else _markdown(soup))
    return f"# {title}\n\n{text}".strip() if title and not text.startswith(f"# {title}") else text


def links_of(html: str, base: str) -> list[Link]:
    """Lists the links of a page, each once, in their order.

    Args:
        html: The page.
        base: Its URL, which relative links are read against unless the page names another.

    Raises:
        ToolError: Its elements are nested without end.
    """
    root = _parsed(html)
    if root is None:
        return []
    named = next((element.get("href") for element in root.iter("base") if element.get("href")), "")
    base = _joined(base, named) or base
    found: dict[str, Link] = {}
    for element in root.iter("a", "area"):
        href = element.get("href")
        url = None if href is None else _joined(base, href)
        if url is not None and url not in found:
            found[url] = Link(url=url, text=_link_text(element) or element.get("alt", ""))
    return list(found.values())


def _parsed(html: str) -> lxml_html.HtmlElement | None:
    parser = lxml_html.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(html.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # there is nothing in it
        return None
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
        # What follows has been cut off, and that must not happen in silence.
        raise ToolError("the page has thousands of elements inside one another: take it as it is, with http.get")
    return root


def _indents(root: lxml_html.HtmlElement) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end"), tag=_INDENTED):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _markdown(soup: BeautifulSoup) -> str:
    try:
        return str(MarkdownConverter(heading_style="ATX", bullets="-", strip_pre=None).convert_soup(soup))
    except RecursionError:  # hundreds of elements inside one another
        return _plain(soup)


def _plain(soup: BeautifulSoup) -> str:
    return soup.get_text("\n", strip=True)


def _lines(text: str) -> str:
    # By lines: a pattern for blanks at the end of lines takes the square of the time on a page of blanks.
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _joined(base: str, href: str) -> str | None:
    try:
        url = urljoin(base, href.strip())
        return url if urlsplit(url).scheme in ("http", "https") else None
    except ValueError:  # such as a bracket that is no address
        return None


def _link_text(element: lxml_html.HtmlElement) -> str:
    # No more than is kept: links inside one another would each take the whole.
    pieces, size = [], 0
    for piece in element.itertext():
        pieces.append(piece)
        size += len(piece)
        if size > _LINK_CHARS:
            break
    text = " ".join("".join(pieces).split())
    return text if len(text) <= _LINK_CHARS else text[:_LINK_CHARS] + "…"
