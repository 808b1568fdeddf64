"""Write a list of entries as Atom (RFC 4287), JSON Feed 1.1 (jsonfeed.org) and RSS 2.0; pure.

The same entries always give the same bytes, so that an ETag changes only with the content.

Not `django.utils.feedgenerator`: it dates an empty feed with the time of the request, refuses a
text with a control character where we leave the character out, and writes neither `content`, a
hub nor our fields of RSS; overriding all that would be no shorter than this.
"""

import datetime
import json
import re
from dataclasses import dataclass
from email.utils import format_datetime

from lxml import etree

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
# The original site's extra fields, by which tools find the paper of an item.
EXTRAS = "urn:shortscience:feed"
# XML 1.0, section 2.2: characters that no document may contain, escaped or not.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOCAL = re.compile(r'(\s(?:href|src)=")(?=[/#])')
# The date of a feed without entries.
NEVER = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One item of a feed.

    Its `id` never changes: it is the `address`, which is absolute, or `first_address`, the one that
    the page had when it was first in a feed.
    """

    address: str
    first_address: str = ""
    title: str
    html: str  # all addresses absolute, see `absolute`
    excerpt: str  # plain text
    author: str  # the byline
    author_address: str = ""
    published_at: datetime.datetime
    updated_at: datetime.datetime
    tags: tuple[str, ...] = ()
    paper_address: str = ""
    arxiv_id: str = ""
    citation_key: str = ""
    score: int | None = None
    licence: str = ""  # an SPDX identifier: "CC-BY-4.0"
    licence_address: str = ""
    paper_version: int | None = None  # the arXiv version that a summary was written on

    @property
    def id(self) -> str:
        return self.first_address or self.address


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed; `page` is the URL of the list for people, `address` that of the feed."""

    title: str
    page: str
    address: str
    entries: tuple[Entry, ...]
    icon: str = ""
    hub: str = ""  # a WebSub hub, https://www.w3.org/TR/websub/
    language: str = ""  # of the site's texts: "en"

    @property
    def updated_at(self) -> datetime.datetime:
        return max((entry.updated_at for entry in self.entries), default=NEVER)


def absolute(html: str, *, site: str, page: str) -> str:
    """Make the links of sanitised HTML absolute.

    "/x" becomes a URL of the site, "#x" one of the page that contains the HTML.
    """
    return _LOCAL.sub(lambda match: match[1] + (site if html[match.end()] == "/" else page), html)


def atom(feed: Feed) -> bytes:
    """Write Atom, RFC 4287, with the licence of an entry as in RFC 4946."""
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    if feed.language:
        root.set("{http://www.w3.org/XML/1998/namespace}lang", feed.language)
    _add(root, "id", feed.address)
    _add(root, "title", feed.title)
    _add(root, "updated", _rfc3339(feed.updated_at))
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    _add(root, "link", rel="alternate", type="text/html", href=feed.page)
    if feed.hub:
        _add(root, "link", rel="hub", href=feed.hub)
    if feed.icon:
        _add(root, "icon", feed.icon)
    for entry in feed.entries:
        _add_atom_entry(root, entry)
    return _document(root)


def _add_atom_entry(root, entry: Entry) -> None:
    item = _add(root, "entry")
    _add(item, "id", entry.id)
    _add(item, "title", entry.title)
    _add(item, "link", rel="alternate", type="text/html", href=entry.address)
    if entry.paper_address:
        _add(item, "link", rel="related", type="text/html", href=entry.paper_address)
    _add(item, "published", _rfc3339(entry.published_at))
    _add(item, "updated", _rfc3339(entry.updated_at))
    author = _add(item, "author")
    _add(author, "name", entry.author)
    if entry.author_address:
        _add(author, "uri", entry.author_address)
    for tag in entry.tags:
        _add(item, "category", term=tag)
    _add(item, "summary", entry.excerpt)
    _add(item, "content", entry.html, type="html")
    if entry.licence:
        # For people, and for programs: https://www.rfc-editor.org/rfc/rfc4946
        _add(item, "rights", f"{entry.licence}, {entry.licence_address}")
        _add(item, "link", rel="license", type="text/html", href=entry.licence_address)


def json_feed(feed: Feed) -> bytes:
    """Write JSON Feed 1.1, https://jsonfeed.org/version/1.1, with `_paper` extensions."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "items": [_json_item(entry) for entry in feed.entries],
    }
    if feed.language:
        document["language"] = feed.language
    if feed.icon:
        document["favicon"] = feed.icon
    if feed.hub:
        document["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _json_item(entry: Entry) -> dict[str, object]:
    author = {"name": entry.author}
    if entry.author_address:
        author["url"] = entry.author_address
    item: dict[str, object] = {
        "id": entry.id,
        "url": entry.address,
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.excerpt,
        "date_published": _rfc3339(entry.published_at),
        "date_modified": _rfc3339(entry.updated_at),
        "authors": [author],
    }
    if entry.tags:
        item["tags"] = list(entry.tags)
    if entry.paper_address:
        # An extension as jsonfeed.org defines it: its name begins with an underscore.
        item["_paper"] = {
            "url": entry.paper_address,
            "arxiv_id": entry.arxiv_id,
            "citation_key": entry.citation_key,
            "votes": entry.score,
        }
    if entry.licence:
        item["_shortscience"] = {
            "licence": entry.licence,
            "licence_url": entry.licence_address,
            "paper_version": entry.paper_version,
        }
    return item


def rss(feed: Feed, *, is_full: bool) -> bytes:
    """Write RSS 2.0 as the original site did.

    Each item has its arXiv identifier, citation key and votes; `is_full` adds the HTML.
    """
    names = {"atom": _ATOM, "content": _CONTENT, "dc": _DC, "ss": EXTRAS}
    root = etree.Element("rss", nsmap=names, version="2.0")
    channel = etree.SubElement(root, "channel")
    _add(channel, "title", feed.title, namespace="")
    _add(channel, "link", feed.page, namespace="")
    _add(channel, "description", feed.title, namespace="")
    if feed.language:
        _add(channel, "language", feed.language, namespace="")
    _add(channel, "lastBuildDate", format_datetime(feed.updated_at), namespace="")
    _add(channel, "link", rel="self", type="application/rss+xml", href=feed.address)
    if feed.hub:
        _add(channel, "link", rel="hub", href=feed.hub)
    for entry in feed.entries:
        item = etree.SubElement(channel, "item")
        _add(item, "title", entry.title, namespace="")
        _add(item, "link", entry.address, namespace="")
        _add(item, "guid", entry.address, namespace="", isPermaLink="true")
        _add(item, "pubDate", format_datetime(entry.published_at), namespace="")
        _add(item, "description", entry.excerpt, namespace="")
        _add(item, "creator", entry.author, namespace=_DC)
        if is_full:
            _add(item, "encoded", entry.html, namespace=_CONTENT)
        if entry.arxiv_id:
            _add(item, "arxivid", entry.arxiv_id, namespace=EXTRAS)
        if entry.citation_key:
            _add(item, "bibtexKey", entry.citation_key, namespace=EXTRAS)
        if entry.score is not None:
            _add(item, "votes", str(entry.score), namespace=EXTRAS)
        if entry.licence:
            _add(item, "rights", f"{entry.licence}, {entry.licence_address}", namespace=_DC)
    return _document(root)


def _add(parent, name: str, text: str = "", *, namespace: str = _ATOM, **attributes: str):
    element = etree.SubElement(parent, f"{{{namespace}}}{name}" if namespace else name)
    for key, value in attributes.items():
        element.set(key, _FORBIDDEN.sub("", value))
    if text:
        element.text = _FORBIDDEN.sub("", text)
    return element


def _document(root) -> bytes:
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _rfc3339(at: datetime.datetime) -> str:
    return at.astimezone(datetime.UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
