"""HTML as text that a model can read, and the links in it: pure functions."""

from __future__ import annotations

import re
import warnings
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from markdownify import MarkdownConverter

from codeact_http.results import Link

_UNREAD = ("script", "style", "noscript", "template", "svg", "iframe", "object", "head")
"""Elements whose content nobody reads."""


def readable(html: str) -> str:
    """Makes the text of a page, with headings, lists, links and tables as Markdown writes them.

    Args:
        html: The page, however broken.
    """
    soup = _parsed(html)
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    for element in soup(_UNREAD):
        element.decompose()
    try:
        text = MarkdownConverter(heading_style="ATX", bullets="-").convert_soup(soup)
    except RecursionError:  # thousands of elements inside one another
        text = soup.get_text("\n", strip=True)
    text = re.sub(r"[ \t]+\n", "\n", text)
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return f"# {title}\n\n{text}".strip() if title and not text.startswith(f"# {title}") else text


def links_of(html: str, base: str) -> list[Link]:
    """Lists the links of a page, each once, in their order.

    Args:
        html: The page.
        base: Its URL, which relative links are read against.
    """
    found: dict[str, Link] = {}
    for element in _parsed(html)("a", href=True):
        try:
            url = urljoin(base, str(element["href"]).strip())
            scheme = urlsplit(url).scheme
        except ValueError:  # such as a bracket that is no address
            continue
        if scheme in ("http", "https") and url not in found:
            found[url] = Link(url=url, text=element.get_text(" ", strip=True))
    return list(found.values())


def _parsed(html: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(html, "html.parser")
