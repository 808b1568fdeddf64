"""No address breaks, whatever stands in its path, its question or its form; no form works without
its token; and looking at a page changes nothing.

Every route of the URL map is asked, so that a new one is held to it from its first day.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes, urlencode

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from common.db.keyset_pagination import Page, keyset_page
from summaries.models import PaperRanking, Summary
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db
# As they stand in addresses. Numbers: one more than 32 and 64 bits hold, more than Python reads.
NUMBERS = [str(2**31), str(2**63), "9" * 5000]
PARTS = ["%00", "%ff%fe", "a%2Fb", "%D9%A3", "_5F", "x" * 3000, "%0d%0aX-Bad:%201", *NUMBERS]
ASKED = re.compile(
    r'\b(?:GET|POST|data|sent)(?:\.get(?:list)?\(|\[)\s*"([^"]+)"|\b_?(?:chosen|choice)\(\w+, "(\w+)"'
    r'|_instead_of\([\w.]+, "(\w+)"|^    (\w+) = (?:forms\.)?\w+(?:Field|Choice\w*)\(',
    re.MULTILINE,
)
APPS = [
    "accounts",
    "papers",
    "summaries",
    "search",
    "syndication",
    "social",
    "notifications",
    "library",
    "following",
    "mailing",
    "moderation",
]
# Fields of the libraries, which no code of ours names.
OF_LIBRARIES = ["login", "password", "username", "key", "code", "next", "id", "uid", "credential"]
# Names of before, which pages that were open during an upgrade still send.
FORMER = ["how", "found", "place", "readers", "shows", "words"]
CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")
GROUP = re.compile(r"\(\?P<(\w+)>((?:[^()]|\([^()]*\))*)\)")
# Other sites ask it, and it changes nothing. Mail programs and mail services have secrets of their
# own in the address, and what signed-out readers choose needs no token.
NEED_NO_TOKEN = {"api/v1/lookup"}
# Digits that `int` refuses, that it reads, and that no database holds; what is no number, or too long.
VALUES = ["²", "٣", str(10**30), "-1", "NaN", "1e999", "a\x00b", "\ud800"]
MORE_VALUES = ["", "[]", "1:2", "2026-13-45T99:99", "../../etc", "x" * 300, "9" * 5000]
# What the first question of most forms is answered with, so that the others are looked at too.
FITTING = {
    **{"value": "1", "text": "It works.", "signed": "name", "visibility": "public"},
    **{"licence": "CC-BY-4.0", "action": "publish", "choice": "keep", "reason": "spam"},
    **{"seen": "0", "kind": "paper", "save": "1", "sure": "1", "username": "somebody"},
}
LONG = "x" * 200_000
TOKEN = "a" * 32
ODD_BODIES: list[tuple[str, bytes]] = [
    (
        "application/json",
        b'{"text": "\\ud800\\u0000", "based_on": 1e999, "identifiers": ["\\ud800"]}',
    ),
    ("application/json", b'{"text": ["a"], "based_on": {}, "draft_count": NaN, "summary": -1}'),
    ("application/json", b"[" * 100_000),
    ("application/json", b"\xff\xfe" + b'{"text"'),
    ("application/json", b""),
    ("multipart/form-data", b"x=1"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="text"\r\n'),
    ("multipart/form-data; boundary=\xff", b"--x--"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="image"; filename="../../a.png"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n",
    ),
    ("application/x-www-form-urlencoded; charset=klingon", b"text=%ff%fe&value=%ed%a0%80"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(2000))),
    ("text/xml", b"<!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;</x>"),
    ("\xff/\xfe; =", b"\xff\xfe\xfd"),
]
METHODS = ["put", "patch", "delete", "head", "options", "trace"]
# The session, and the library's row of an address that our own account has.
MAY_BE_WRITTEN = {"django_session", "usersessions_usersession", "account_emailaddress"}


def routes(patterns=None, prefix: str = "") -> Iterator[str]:
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        # Who signs out is asked nothing more.
        elif "logout" not in here:
            yield here


OF_ADMIN = [route for route in routes() if route.startswith("admin/")]
OF_SITE = list(dict.fromkeys(route for route in routes() if not route.startswith("admin/")))


def names_asked() -> list[str]:
    """Every name of a parameter or field that the code reads."""
    found = {*OF_LIBRARIES, *FORMER}
    for app in [*APPS, "shortscience"]:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            for names in ASKED.findall(path.read_text(encoding="utf-8")):
                found |= set(filter(None, names))
    return sorted(found)


def addresses(route: str, known: dict[str, str], parts: list[str]) -> list[str]:
    """The route with what there is in its places, then each place with each hostile value."""
    route = re.sub(r"\^|\$|\\Z", "", GROUP.sub(r"<\1>", route)).replace("\\.", ".")

    def filled(**values: str) -> str:
        return "/" + CONVERTER.sub(lambda m: values.get(m[2]) or known.get(m[2], "1"), route)

    return [
        filled(),
        *(
            filled(**{name: value})
            for kind, name in CONVERTER.findall(route)
            for value in (NUMBERS if kind == "int" else parts)
        ),
    ]


class Crawl:
    """Asks as one person, and keeps what broke."""

    def __init__(self, person=None, **how):
        self.client = Client(raise_request_exception=False, **how)
        self.person = person
        self.broken: list[str] = []
        self.count = 0
        if person:
            self.client.force_login(person)

    def get(self, address: str):
        path, _, question = address.partition("?")
        return self._ask(self.client.get, path, question)

    def post(self, path: str, form: object, **how):
        answer = self._ask(self.client.post, path, "", form, **how)
        if self.person and not self.client.cookies.get(settings.SESSION_COOKIE_NAME):
            self.client.force_login(self.person)
        return answer

    def _ask(self, deed: Callable, path: str, question: str, *form: object, **how):
        self.count += 1
        if self.count % 20 == 0:
            # No limit may stand before what breaks.
            cache.clear()
        told = f"{deed.__name__} {path[:60]} {question[:60]} {str(form)[:300]}"
        # As a WSGI server tells the path: bytes, read as Latin-1.
        seen = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": question}
        try:
            answer = deed("/", *form, **seen, **how)
        except Exception as error:  # What no handler of Django answers.
            self.broken.append(f"{told}: {error!r}")
            return None
        if answer.status_code >= 500:
            error = (getattr(answer, "exc_info", None) or ("", "500"))[1]
            self.broken.append(f"{told}: {error!r}")
        return answer


@pytest.fixture
def known(alice):
    paper = make_paper(title="On worlds", arxiv="1706.03762", venue="NeurIPS")
    summary = make_summary(paper=paper, author=alice)
    assert paper.pk and summary.pk
    return {
        "pk": str(paper.pk),
        "number": str(paper.pk),
        "slug": "neurips",
        "year": "2016",
        "username": "alice",
        "section": "papers",
        "name": "1706.03762",
        "page": "writing",
        "service": "postmark",
    }


@pytest.mark.crawl
def test_no_place_in_an_address_breaks_a_page(known, bob):
    crawl = Crawl(bob)
    for route in OF_SITE:
        for address in addresses(route, known, PARTS):
            crawl.get(address)
    assert not crawl.broken


@pytest.mark.crawl
def test_no_single_parameter_breaks_a_page(known):
    crawl = Crawl()
    for page in ("/", "/search", "/venue", "/users", "/paper", "/wanted"):
        for name in names_asked():
            for value in ("a%00b", "a/b", NUMBERS[1]):
                crawl.get(f"{page}?{name}={value}&q=worlds")
    assert not crawl.broken


def test_the_next_page_of_one_list_is_no_page_of_another():
    for _ in range(3):
        make_summary()
    orders = ["-popular", "-latest_at", "-best", "-discussed"]
    standings = PaperRanking.objects.all()

    def page(order: str, cursor: str = "") -> Page:
        return keyset_page(standings, order=order, tie="-paper_id", cursor=cursor, size=1)

    for order in orders:
        cursor = page(order).next_cursor
        assert page(order, cursor).items != page(order).items
        for other in {*orders} - {order}:
            assert page(other, cursor).items == page(other).items


def test_no_deed_works_without_its_token(known, alice):
    crawl = Crawl(alice, enforce_csrf_checks=True)
    taken = {
        route
        for route in [*OF_SITE, *OF_ADMIN]
        if (answer := crawl.post(addresses(route, known, [])[0], {"value": "1", "text": "x"}))
        and answer.status_code not in (403, 404, 405)
    }
    assert taken == NEED_NO_TOKEN


@pytest.mark.parametrize("who", ["reader", "member"])
def test_looking_changes_nothing(known, alice, who):
    crawl = Crawl(None if who == "reader" else alice)
    written: dict[str, set[str]] = {}

    def watch(execute, sql, params, many, context):
        found = re.match(r'(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) "(\w+)"', sql)
        if found and found[1] not in MAY_BE_WRITTEN:
            written.setdefault(route, set()).add(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        for route in [*OF_SITE, *OF_ADMIN]:
            crawl.get(addresses(route, known, [])[0])
    assert not written


def test_a_nul_in_a_pasted_text_is_left_out_and_the_rest_is_kept(client, alice):
    paper = make_paper()
    client.force_login(alice)
    form = {"text": "It\x00 works.", "signed": "name", "visibility": "public", "action": "publish"}
    client.post(f"/paper/{paper.pk}/write", form)
    assert Summary.objects.get(author=alice).text == "It works."


class Poster(Crawl):
    """Sends with the token that a page would have given; each deed is undone."""

    def __init__(self, person=None):
        super().__init__(person, enforce_csrf_checks=True, HTTP_X_CSRFTOKEN=TOKEN)
        session = self.client.cookies.get(settings.SESSION_COOKIE_NAME)
        self.session_key = session.value if session else ""

    def send(self, method: str, path: str, body: bytes = b"", content_type: str = "text/plain"):
        self.client.cookies.clear()
        self.client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
        if self.session_key:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.session_key

        def deed(path: str, data: bytes, **how):
            return self.client.generic(method.upper(), path, data, **how)

        deed.__name__ = method
        with transaction.atomic():
            answer = self._ask(deed, path, "", body, content_type=content_type)
            transaction.set_rollback(True)
        return answer

    def send_form(self, path: str, form: dict[str, str]):
        # Half of a pair of surrogates has no bytes of its own: sent as browsers never would.
        body = urlencode(form, errors="surrogatepass").encode()
        return self.send("post", path, body, "application/x-www-form-urlencoded")


def hostile_forms(names: list[str]) -> list[dict[str, str]]:
    """Forms in which each field has each value once beside what fits, then others in all fields."""

    def turned(values: list[str], turn: int) -> dict[str, str]:
        return {name: values[(at + turn) % len(values)] for at, name in enumerate(names)}

    return [
        *({**turned(VALUES, turn), **FITTING} for turn in range(len(VALUES))),
        turned(VALUES, 0),
        turned(MORE_VALUES, 0),
        {**FITTING, "text": LONG, "words": LONG, "q": LONG},
        {},
    ]


@pytest.fixture
def nothing_leaves(replay, settings, tmp_path):
    """Catalogues answer from this machine, pictures are written to a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return replay


@pytest.mark.crawl
@pytest.mark.parametrize("who", ["reader", "member", "superuser"])
def test_nothing_that_is_sent_breaks_an_address(known, alice, nothing_leaves, who):
    root = make_user("root", is_staff=True, is_superuser=True)
    poster = Poster({"reader": None, "member": alice, "superuser": root}[who])
    first, *others = hostile_forms(names_asked())
    turns = itertools.cycle(ODD_BODIES), itertools.cycle(METHODS)
    for route in OF_ADMIN if who == "superuser" else OF_SITE:
        address = addresses(route, known, [])[0]
        answer = poster.send_form(address, first)
        # What reads a body and a method is the same for all: each address has some of them.
        for method in itertools.islice(turns[1], 2):
            poster.send(method, address)
        if answer is None or answer.status_code == 405:
            # It is for looking: nothing that is sent is read.
            continue
        for content_type, body in itertools.islice(turns[0], 3):
            poster.send("post", address, body, content_type)
        if answer.status_code == 403 or "/login/" in answer.get("Location", ""):
            continue
        for form in others:
            poster.send_form(address, form)
    assert not poster.broken, "\n".join(poster.broken)


@pytest.mark.parametrize("page", ["/comment/1/delete", "/library/1", "/library/folders/1"])
def test_who_is_signed_out_is_led_to_sign_in_and_back_to_the_list_of_it(client, db, page):
    answer = client.post(page)
    assert answer.status_code == 302
    back = {"/comment/1/delete": "/"}.get(page, "/library")
    assert answer["Location"] == f"/account/login/?next={back}"


@pytest.mark.parametrize("value", VALUES)
def test_a_venue_that_is_no_number_is_no_venue(client, known, value):
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    sent = {"venue": value.encode(errors="replace"), "title": ""}
    assert client.post("/admin/papers/paper/add/", sent).status_code == 200
    chosen = {
        "action": "merge_into",
        "_selected_action": "1",
        "kept": value.encode(errors="replace"),
    }
    assert client.post("/admin/papers/venue/", chosen).status_code < 500


@pytest.mark.parametrize("kind", ["notifications", "following"])
def test_who_is_signed_out_gets_no_secret_feed(client, db, kind):
    answer = client.post(f"/{kind}/feed", {"value": "1"})
    assert answer.status_code == 302
    assert answer["Location"] == "/account/login/?next=/following"
