"""Four people at once on a web process with eight threads: each is answered with their own words."""

from collections import Counter

import pytest
from django.db import connection

from accounts.models import User
from common.fulltext import words
from search.index import index_summaries
from summaries.editor.preview import preview_of
from summaries.models import Comment, Summary
from tests.support.factories import make_paper, make_summary, make_user
from tests.support.threads import PEOPLE, others_than, text_of
from tests.support.web import Browser, at_once, web_process

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

PREVIEWS, SAVES, COMMENTS, SEARCHES = 30, 10, 6, 40
# Words of the kind that the stemmer works on longest.
ENDS = ("izations", "encies", "fulness", "iveness", "ements", "ingly")


@pytest.fixture
def people(transactional_db) -> list[User]:
    return [make_user(who, is_trusted=True) for who in PEOPLE[:4]]


@pytest.fixture
def web(people, redis_url):
    with web_process(redis_url) as base:
        yield base


def _fault(status: int, html: str, who: str) -> str:
    """What is wrong with an answer that is to speak of this person alone, or ""."""
    if status >= 400:
        return f"status {status}"
    if who not in html:
        return "without the own words"
    if any(other in html for other in others_than(who)):
        return "another person's words"
    return ""


def _count(faults: Counter[str]) -> dict[str, int]:
    return {what: number for what, number in faults.items() if what}


def test_everybody_sees_the_preview_of_their_own_text(web, people):
    faults: Counter[str] = Counter()
    shown: dict[tuple[str, int], set[str]] = {}

    def look(browser: Browser, person: User) -> None:
        for number in range(PREVIEWS):
            answer = browser.post("/editor/preview", text=text_of(person.username, number) * 3)
            faults[_fault(answer.status_code, answer.text, person.username)] += 1
            shown.setdefault((person.username, number % 7), set()).add(answer.text)

    at_once(web, people, look)
    assert _count(faults) == {}
    # The same text looks the same every time.
    assert {len(pages) for pages in shown.values()} == {1}


@pytest.mark.parametrize("action", ["publish", "draft"])
def test_what_is_stored_is_the_writers_own_text(web, people, action):
    papers = {person: [make_paper().pk for _ in range(SAVES)] for person in people}
    faults: Counter[str] = Counter()

    def save(browser: Browser, person: User) -> None:
        for number, paper in enumerate(papers[person]):
            answer = browser.post(
                f"/paper/{paper}/write",
                text=text_of(person.username, number) * 3,
                note="",
                visibility="public" if action == "publish" else "private",
                signed="name",
                action=action,
            )
            faults["" if answer.status_code == 302 else f"status {answer.status_code}"] += 1

    at_once(web, people, save)
    for summary in Summary.objects.select_related("author"):
        right = preview_of(summary.pk, summary.text)
        for stored, wanted in (
            (summary.html, right.html),
            (summary.excerpt_html, right.excerpt_html),
            (summary.plain_text, right.plain_text),
        ):
            faults[_fault(200, summary.html, summary.author.username)] += 1
            faults["" if stored == wanted else "stored otherwise"] += 1
    assert _count(faults) == {}
    assert Summary.objects.count() == len(people) * SAVES
    before = _search_rows()
    assert len(before) == (len(people) * SAVES if action == "publish" else 0)
    words.stem.cache_clear()
    index_summaries(Summary.objects.all())
    assert _search_rows() == before


def test_comments_are_their_writers_own(web, people):
    summary = make_summary()
    faults: Counter[str] = Counter()

    def say(browser: Browser, person: User) -> None:
        for number in range(COMMENTS):
            text = f"{person.username} says **{person.username}** and `{number}`. " * 40
            answer = browser.post(f"/summary/{summary.pk}/comment", text=text)
            faults["" if answer.status_code == 302 else f"status {answer.status_code}"] += 1

    at_once(web, people, say)
    for comment in Comment.objects.select_related("author"):
        faults[_fault(200, comment.html, comment.author.username)] += 1
    assert _count(faults) == {}
    assert Comment.objects.count() == len(people) * COMMENTS


def test_everybody_finds_what_they_look_for(web, people):
    for person in people:
        for end in ENDS:
            make_paper(title=f"The {person.username}{end} of things")
    faults: Counter[str] = Counter()

    def look(browser: Browser, person: User) -> None:
        who = person.username
        for number in range(SEARCHES):
            # Most words are new to the process, so that no cache answers.
            end = ENDS[number % len(ENDS)]
            letters = "".join(chr(97 + int(digit)) for digit in str(number))
            new = " ".join(f"-{start}{letters}{who}{end}" for start in ("q", "pre", "sub", "trans"))
            answer = browser.get("/search", q=f"{who}{end} {new}")
            fault = _fault(answer.status_code, answer.text, who)
            if not fault and f"{who}{end} of things" not in _plain(answer.text):
                fault = "not found"
            faults[fault] += 1

    at_once(web, people, look)
    assert _count(faults) == {}


def _plain(html: str) -> str:
    return html.replace("<mark>", "").replace("</mark>", "")


def _search_rows() -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid, summaries_search::text FROM summaries_search ORDER BY rowid")
        return cursor.fetchall()
