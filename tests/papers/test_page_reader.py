"""Pages whose `citation_*` tags are read, from servers on this machine, and what they do wrong."""

import contextlib
import gzip
import re
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from common.http import robots
from papers import addresses
from papers.addresses import PAGE, Site
from papers.identifiers import PaperId
from papers.importing import page_reader
from papers.importing.page_reader import PageError, fetch_page, read_page, reading_of
from papers.models import Paper
from papers.sources import SourceUnavailableError
from papers.sources.citation_tags import decode, parse_page, read_tags
from papers.tasks import read_page as task
from papers.views import pasted
from tests.support.factories import make_paper, make_user
from tests.support.local_servers import LocalServer
from tests.support.slow_hosts import HEAD, answering, letters, slow_host

TAGS = """<!doctype html><html><head><title>PMLR</title>
<meta name="citation_title" content="Learning Räume from Übersicht">
<meta name="citation_author" content="Lovelace, Ada"><meta name="citation_author" content="Alan Turing">
<meta name="citation_publication_date" content="2021/07/01">
<meta name="citation_conference_title" content="International Conference on Machine Learning">
<meta name="citation_firstpage" content="8748"><meta name="citation_lastpage" content="8763">
<meta name="citation_publisher" content="PMLR"></head><body><p>Text</body></html>"""


DOI_TAG = '<meta name="citation_doi" content="10.1109/CVPR.2016.90"></head>'


class PageServer:
    """Answers each path with (status, headers, body); `asked` holds the paths, in order."""

    def __init__(self) -> None:
        pages = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                pages.asked.append(self.path)
                pages.agents.append(self.headers.get("User-Agent", ""))
                status, headers, body = pages.answers.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    self.wfile.write(body)  # The client may have had enough.

            def log_message(self, *args: object) -> None:
                pass

        self.asked: list[str] = []
        self.agents: list[str] = []
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self._server = LocalServer(Handler).start()
        self.port = self._server.url.rpartition(":")[2]
        self.url = f"http://pages.localhost:{self.port}"
        self.stop = self._server.stop

    def put(self, path: str, body: str | bytes = TAGS, status: int = 200, **headers: str) -> str:
        told = {"Content-Type": "text/html; charset=utf-8"}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, told, body.encode() if isinstance(body, str) else body)
        return self.url + path


@pytest.fixture
def pages(settings, monkeypatch) -> Iterator[PageServer]:
    """A server whose hosts are in the table; they are on this machine, which is allowed here."""
    settings.ALLOW_PRIVATE_CHANNELS = True
    settings.SOURCE_SPACING_SECONDS = {**settings.SOURCE_SPACING_SECONDS, "page": 0.0}
    for host in ("pages.localhost", "other.localhost"):
        site = Site(host, (host,), r"/p/[\w.-]+", PAGE, "", "", "")
        monkeypatch.setitem(addresses._BY_HOST, host, [(site, re.compile(site.pattern))])
    server = PageServer()
    yield server
    server.stop()


# -- what a page tells --------------------------------------------------------------------------


def test_the_tags_of_a_page_become_a_record():
    record = parse_page(TAGS.encode(), content_type="text/html", url="https://x.org/p")
    assert record.source == "page" and record.title == "Learning Räume from Übersicht"
    assert record.authors == ("Ada Lovelace", "Alan Turing") and record.year == 2021
    assert record.venue == "International Conference on Machine Learning"
    assert (record.venue_kind, record.kind) == ("conference", "inproceedings")
    assert (record.pages, record.publisher) == ("8748--8763", "PMLR")
    assert record.url == "https://x.org/p" and record.identifiers == ()


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ('<meta name="citation_doi" content="10.1000/X">', ("doi", "10.1000/x")),
        ('<meta name="citation_doi" content="doi:10.1000/X">', ("doi", "10.1000/x")),
        ('<META NAME="Citation_DOI" CONTENT="https://doi.org/10.1000/X">', ("doi", "10.1000/x")),
        ('<meta name="citation_arxiv_id" content="1706.03762">', ("arxiv", "1706.03762")),
        ('<meta name="citation_pmid" content="31452104">', ("pmid", "31452104")),
        ('<meta name="DC.identifier" content="10.1000/x">', ("doi", "10.1000/x")),
    ],
)
def test_identifiers_of_a_page(tags, told):
    record = parse_page(tags.encode(), content_type="", url="")
    assert record.identifiers == (PaperId(*told),)


def test_other_words_for_the_same():
    page = (
        '<meta name="citation_title" content="On &lt;i&gt;x&lt;/i&gt;">'
        '<meta name="citation_authors" content="Lovelace, Ada; Turing, Alan">'
        '<meta name="citation_year" content="1843"><meta name="dc.identifier" content="p7">'
        '<meta name="citation_journal_title" content="Mills"><meta name="citation_volume" content="3">'
        '<meta name="citation_issn" content="1234-567X"><meta name="citation_issn" content="x">'
    )
    record = parse_page(page.encode(), content_type="", url="")
    assert record.title == "On x" and record.authors == ("Ada Lovelace", "Alan Turing")
    assert (record.year, record.venue, record.volume, record.issn) == (
        1843,
        "Mills",
        "3",
        ("1234-567X",),
    )
    assert record.identifiers == ()


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("utf-8", "text/html; charset=iso-8859-1", ""),
        ("utf-8", "text/html; charset=nonsense", ""),
        ("utf-8-sig", "", ""),
        ("utf-16", "text/html", ""),
        ("iso-8859-1", "text/html; charset=utf-8", ""),
        ("windows-1252", "text/html", ""),
        ("euc-jp", "text/html; charset=EUC-JP", ""),
        ("shift_jis", "text/html; charset=utf-8", '<meta charset="shift_jis">'),
    ],
)
def test_a_wrong_charset_does_not_spoil_the_title(encoding, content_type, meta):
    title = "学習の理論" if encoding in {"euc-jp", "shift_jis"} else "Räume"
    page = f'{meta}<meta name="citation_title" content="{title}">'.encode(encoding)
    assert parse_page(page, content_type=content_type, url="").title == title
    assert title in decode(page, content_type)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"\x00" * 1000, b"%PDF-1.5", b"<meta", b'<meta name="citation_title">'),
        *(b"<div>" * 200_000, b"<!--" * 200_000, b"<meta name=a content=" * 50_000),
        *(b"<a b='" * 200_000, b"&" * 400_000, b"\xff\xfe" + b"<" * 400_000),
        b'<meta name="citation_author" content="A B">' * 50_000,
        b'<meta name="citation_title" content="' + b"<i>" * 200_000 + b'">',
    ],
    ids=lambda body: repr(body[:12]),
)
def test_garbage_is_read_in_bounded_time_and_size(body):
    began = time.process_time()
    record = parse_page(body, content_type="text/html", url="")
    assert time.process_time() - began < 3
    assert len(record.title) <= 1000 and len(record.authors) <= 5000
    assert len(read_tags(decode(body, ""))) < 1000


# -- robots.txt -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path", "is_allowed"),
    [
        ("", "/p/1", True),
        ("User-agent: *\nDisallow: /", "/p/1", False),
        ("User-agent: *\nDisallow:", "/p/1", True),
        ("User-agent: *\nDisallow: /p/", "/p/1", False),
        ("User-agent: *\nDisallow: /p/\nAllow: /p/1", "/p/1", True),
        ("User-agent: *\nDisallow: /p\nAllow: /p", "/p/1", True),
        ("User-agent: shortscience\nAllow: /\n\nUser-agent: *\nDisallow: /", "/p/1", True),
        ("User-agent: ShortScience/1.0\nDisallow: /\nUser-agent: *\nAllow: /", "/p/1", False),
        ("User-agent: a\nUser-agent: *\nDisallow: /p", "/p/1", False),
        ("User-agent: other\nDisallow: /", "/p/1", True),
        ("User-agent: *\nDisallow: /*?", "/p/1?x=1", False),
        ("User-agent: *\nDisallow: /*?", "/p/1", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/p/1.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/p/1.pdf?x", True),
        ("User-agent: *\nDisallow: /%70/", "/p/1", False),
        ("\ufeffUSER-AGENT : *\r\nDISALLOW : /p # all", "/p/1", False),
        ("<html>Not found</html>", "/p/1", True),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
    ],
)
def test_rules_of_robots(text, path, is_allowed):
    assert robots.allows(text.encode(), agent="ShortScience", path=path) is is_allowed


def test_hostile_rules_cost_little():
    rules = b"User-agent: *\n" + b"Disallow: /" + b"*a" * 900 + b"$\n"
    began = time.process_time()
    robots.allows(rules * 250, agent="ShortScience", path="/" + "a" * 2000)
    robots.allows(b"User-agent:" * 500_000, agent="ShortScience", path="/")
    assert time.process_time() - began < 3


# -- reading over HTTP ------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def test_a_page_is_read_after_its_robots_and_becomes_a_paper(pages):
    address = pages.put("/p/radford21a.html")
    paper = read_page(address)
    assert pages.asked == ["/robots.txt", "/p/radford21a.html"]
    assert all(agent.startswith("ShortScience/") for agent in pages.agents)
    assert paper.title == "Learning Räume from Übersicht" and paper.url == address
    assert paper.authors_text == "Ada Lovelace; Alan Turing" and paper.year == 2021
    assert reading_of(address).paper_id == paper.pk
    assert read_page(address) == paper and Paper.objects.count() == 1
    assert pages.asked.count("/robots.txt") == 1, "kept for a day"


def test_an_identifier_of_the_page_leads_to_the_catalogue(pages, replay):
    page = TAGS.replace(
        "Learning Räume from Übersicht", "Deep Residual Learning for Image Recognition"
    )
    page = page.replace("Alan Turing", "Kaiming He")
    address = pages.put("/p/a", page.replace("</head>", DOI_TAG))
    paper = read_page(address)
    assert paper.doi == "10.1109/cvpr.2016.90"
    assert {row.source for row in paper.source_records.all()} == {"crossref"}


def test_a_wrong_identifier_of_a_page_joins_no_other_work(pages, replay):
    known = make_paper(title="Deep Residual Learning", doi="10.1109/cvpr.2016.90")
    address = pages.put("/p/a", TAGS.replace("</head>", DOI_TAG))
    paper = read_page(address)
    assert paper != known and paper.doi == ""
    known.refresh_from_db()
    assert known.title == "Deep Residual Learning"


def test_a_page_never_changes_what_is_known(pages):
    address = pages.put("/p/a")
    paper = read_page(address)
    Paper.objects.filter(pk=paper.pk).update(venue=None)
    pages.put("/p/a", TAGS.replace("8748", "1").replace("PMLR", "Somebody"))
    assert read_page(address) == paper
    paper.refresh_from_db()
    assert paper.pages == "8748--8763" and paper.publisher == "PMLR"


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda pages: pages.put("/robots.txt", "User-agent: *\nDisallow: /p"), "forbidden"),
        (lambda pages: pages.put("/p/a", b"x" * (5 * 1024 * 1024)), "refused"),
        (
            lambda pages: pages.put(
                "/p/a", gzip.compress(b" " * 64 * 1024 * 1024), Content_Encoding="gzip"
            ),
            "refused",
        ),
        (lambda pages: pages.put("/p/a", "No", 403), "refused"),
        (lambda pages: pages.put("/p/a", "No", 404), "missing"),
        (lambda pages: pages.put("/p/a", "<title>Sign in</title>"), "incomplete"),
        (lambda pages: pages.put("/p/a", '<meta name="citation_title" content="T">'), "incomplete"),
        (lambda pages: pages.put("/p/a", "", 302, Location="https://example.org/"), "refused"),
        (lambda pages: pages.put("/p/a", "", 302, Location="file:///etc/passwd"), "refused"),
        (lambda pages: pages.put("/p/a", "", 302, Location="/p/a"), "refused"),
        (lambda pages: pages.put("/p/a", "", 302, Location="http://[x"), "refused"),
    ],
    ids=[
        *("robots", "huge", "bomb", "403", "404", "no-tags", "only-title", "elsewhere", "file"),
        *("circle", "broken"),
    ],
)
def test_what_gives_no_paper_is_stored_with_the_reason(pages, make, problem):
    address = pages.put("/p/a")
    make(pages)
    with pytest.raises(PageError, match=problem):
        read_page(address)
    assert reading_of(address).problem == problem and not Paper.objects.exists()
    if problem == "forbidden":
        assert pages.asked == ["/robots.txt"]


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("path", ["/p/a", "/robots.txt"])
def test_a_host_with_a_fault_is_tried_later(pages, status, path):
    address = pages.put("/p/a")
    pages.put(path, "", status)
    with pytest.raises(SourceUnavailableError):
        read_page(address)
    task.apply([address])
    assert reading_of(address).problem == "unavailable"


def test_a_redirect_to_a_private_address_is_not_followed(pages):
    inner = PageServer()
    inner.put("/p/a")
    address = pages.put("/p/a", "", 302, Location=f"http://127.0.0.1:{inner.port}/p/a")
    with pytest.raises(PageError, match="refused"):
        read_page(address)
    inner.stop()
    assert inner.asked == []


def test_a_host_of_the_table_with_a_private_address_is_not_read(pages, settings):
    settings.ALLOW_PRIVATE_CHANNELS = False
    address = pages.put("/p/a")
    with pytest.raises(PageError, match="refused"):
        read_page(address)
    assert pages.asked == []


def test_a_redirect_within_the_table_is_followed_and_its_robots_are_asked(pages):
    other = f"http://other.localhost:{pages.port}/p/b"
    address = pages.put("/p/a", "", 301, Location=other)
    pages.put("/p/b")
    assert read_page(address).url == other
    assert pages.asked == ["/robots.txt", "/p/a", "/robots.txt", "/p/b"]


def test_a_redirect_to_an_identifier_needs_no_page(pages, replay):
    address = pages.put("/p/a", "", 302, Location="https://doi.org/10.1109/CVPR.2016.90")
    assert read_page(address).doi == "10.1109/cvpr.2016.90"
    assert pages.asked == ["/robots.txt", "/p/a"]


def _dripping(part: str) -> Callable[[bytes], Iterator[bytes]]:
    def parts(request: bytes) -> Iterator[bytes]:
        if b"/robots.txt" in request and part != "robots":
            return iter([HEAD + b"Content-Length: 0\r\n\r\n"])
        return letters(HEAD + b"Content-Length: 100000\r\n\r\n" + b"a" * 10_000)

    return parts


@pytest.mark.parametrize("part", ["robots", "page"])
def test_a_host_that_drips_is_left_at_the_deadline(pages, monkeypatch, part):
    monkeypatch.setattr(page_reader, "TOTAL_SECONDS", 1.0)
    with slow_host(answering(_dripping(part))) as host:
        with pytest.raises(SourceUnavailableError):
            fetch_page(f"http://pages.localhost:{host.port}/p/a")
        assert host.hung_up.wait(10)
        assert host.sent < 500


# -- the box -----------------------------------------------------------------------------------


@pytest.fixture
def member(client):
    client.force_login(make_user())
    return client


def add(member, text: str, **more: str):
    return member.post("/add", {"method": "identifier", "identifier": text, **more})


def shown(member, address: str) -> str:
    return " ".join(member.get(address).content.decode().split())


def test_the_page_is_read_by_the_task_and_the_address_then_leads_to_the_paper(
    pages, member, monkeypatch, django_capture_on_commit_callbacks
):
    sent: list[str] = []
    monkeypatch.setattr("papers.views.add.read_page.delay_on_commit", sent.append)
    address = pages.put("/p/a")
    answer = add(member, address, then="write")
    assert answer.status_code == 303 and sent == [address]
    assert pages.asked == [], "not in the request"
    html = shown(member, answer.headers["Location"])
    assert "pages.localhost is being read." in html and "Check again" in html
    assert "Enter manually" in html, "how to go on"
    add(member, address)
    assert sent == [address], "once"
    task.apply([address])
    paper = Paper.objects.get()
    assert member.get(answer.headers["Location"]).headers["Location"] == paper.get_absolute_url()
    assert member.get("/search", {"q": address}).headers["Location"] == paper.get_absolute_url()


def test_what_was_understood_fills_the_form_and_what_was_not_is_said(pages, member):
    page = (
        '<meta name="citation_title" content="On mills"><meta name="citation_year" content="1843">'
    )
    address = pages.put("/p/a", page)
    add(member, address)
    task.apply([address])
    html = shown(member, f"/add?q={address}")
    assert "Not found: authors, venue and abstract." in html
    assert 'value="On mills"' in html and 'value="1843"' in html and f'value="{address}"' in html
    assert re.search(r'<details class="way" open>\s*<summary>Enter manually', html)
    assert "Read it again" in html


@pytest.mark.parametrize(
    ("text", "words", "filled"),
    [
        ("https://example.org/some/paper.pdf", "address of example.org", "paper.pdf"),
        ("https://scholar.google.com/scholar?cluster=2960712678", "scholar.google.com", "cluster="),
        ("ISBN 978-0-262-03561-3", "9780262035613 is an ISBN.", 'value="book" selected'),
    ],
)
def test_an_address_without_identifier_opens_the_form_and_says_why(member, text, words, filled):
    for html in (add(member, text).content.decode(), shown(member, f"/add?q={text}")):
        assert words in html and filled in html
        assert re.search(r'<details class="way" open>\s*<summary>Enter manually', html)


def test_the_box_takes_a_title_and_a_bibtex_entry(member):
    answer = add(member, "Attention is all you need")
    assert answer.headers["Location"] == "/add?q=Attention+is+all+you+need"
    entry = "@article{a1, title = {A good one}, author = {Ada Lovelace}, year = 1843}"
    answer = add(member, entry)
    paper = Paper.objects.get()
    assert answer.headers["Location"] == paper.get_absolute_url()
    html = shown(member, f"/add?q={entry}")
    assert "This is a BibTeX entry." in html and "A good one" in html


def test_an_identifier_without_catalogue_here_has_its_page_read(
    pages, member, settings, monkeypatch
):
    """Of the ACL Anthology or, without an account, OpenReview."""
    settings.OPENREVIEW_USER = ""
    sent: list[str] = []
    monkeypatch.setattr("papers.views.add.read_page.delay_on_commit", sent.append)
    assert add(member, "openreview.net/pdf?id=rJ4km2R5t7").status_code == 303
    assert sent == ["https://openreview.net/forum?id=rJ4km2R5t7"]
    site = Site("x", ("pages.localhost",), r"/p/(rJ[\w-]+)", "openreview", "{0}", "", "")
    monkeypatch.setitem(addresses._BY_HOST, "pages.localhost", [(site, re.compile(site.pattern))])
    paper = read_page(pages.put("/p/rJ4km2R5t7"))
    assert paper.identifier("openreview") == "rJ4km2R5t7" and paper.year == 2021
    answer = add(member, "https://openreview.net/forum?id=rJ4km2R5t7")
    assert answer.headers["Location"] == paper.get_absolute_url()
    settings.OPENREVIEW_USER, settings.OPENREVIEW_PASSWORD = "reader", "secret"
    assert pasted.page_of("https://openreview.net/forum?id=rJ4km2R5t8") is None


def test_a_bibtex_entry_in_the_search_box_leads_to_its_paper_or_its_title(client):
    paper = make_paper(title="Known", doi="10.1000/x")
    entry = "@article{k, title = {Known}, doi = {10.1000/X}}"
    assert client.get("/search", {"q": entry}).headers["Location"] == paper.get_absolute_url()
    entry = "@article{k, title = {Unknown {T}hings}, author = {A B}}"
    assert client.get("/search", {"q": entry}).headers["Location"] == "/search?q=Unknown+Things"


def test_the_search_box_offers_to_add_a_page(pages, client):
    html = shown(client, f"/search?q={pages.put('/p/a')}")
    assert "Not added yet:" in html and f"q=http%3A%2F%2Fpages.localhost%3A{pages.port}" in html
