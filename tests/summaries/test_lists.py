"""Home, venues, people: what they show, and in how many queries."""

import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from papers.models import Field, Paper
from summaries.actions.comment import comment
from summaries.actions.vote import cast_vote
from summaries.ranking.counters import recount_all
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db


def titles(answer) -> list[str]:
    return [item["paper"].title for item in answer.context["items"]]


@pytest.fixture
def three():
    """An old one with many votes, a discussed one, and a new one."""
    now = timezone.now()
    old = make_summary(
        paper=make_paper(title="Old and good"), published_at=now - datetime.timedelta(days=400)
    )
    talked = make_summary(
        paper=make_paper(title="Talked about"), published_at=now - datetime.timedelta(days=3)
    )
    new = make_summary(paper=make_paper(title="New"))
    for _ in range(5):
        cast_vote(summary_id=old.pk, voter=make_user(), value=1)
    cast_vote(summary_id=talked.pk, voter=make_user(), value=1)
    comment(summary_id=talked.pk, author=make_user(), text="Why?")
    recount_all()
    return old, talked, new


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["New", "Talked about", "Old and good"]),
        ("?sort=recent", ["New", "Talked about", "Old and good"]),
        ("?sort=best", ["Old and good", "Talked about", "New"]),
        ("?sort=discussed", ["Talked about"]),
        ("?sort=recent&time=week", ["New", "Talked about"]),
        (
            "?sort=nonsense&time=nonsense&show=nonsense&field=nonsense",
            ["New", "Talked about", "Old and good"],
        ),
        ("?cursor=mangled", ["New", "Talked about", "Old and good"]),
    ],
)
def test_the_orders_of_the_home_page(client, three, query, expected):
    answer = client.get(f"/{query}")
    assert answer.status_code == 200
    assert titles(answer) == expected


def test_a_field_holds_the_fields_below_it(client, three):
    Paper.objects.filter(title="New").update(field=Field.objects.get(slug="vision"))
    assert titles(client.get("/?field=vision")) == ["New"]
    assert titles(client.get("/?field=computer-science")) == ["New"]
    assert titles(client.get("/?field=biology")) == []


@pytest.mark.parametrize("sort", ["popular", "recent", "best"])
def test_pages_show_every_paper_once(client, sort):
    for number in range(28):
        make_summary(paper=make_paper(title=f"Paper {number}"))
    seen, address = [], f"/?sort={sort}"
    while address:
        answer = client.get(address)
        seen += titles(answer)
        address = answer.context["next_page"]
    assert len(seen) == 28 == len(set(seen))


@pytest.mark.parametrize("show", ["titles", "excerpts", "full"])
def test_what_an_item_shows(client, show):
    make_summary(
        paper=make_paper(title="On $\\beta$", abstract="The abstract."),
        text="Opening words.\n\n" + "More words. " * 80 + "\n\nThe last word.",
    )
    html = client.get(f"/?show={show}").content.decode()
    assert "<math" in html
    assert ("Opening words." in html) == (show != "titles")
    assert ("The last word." in html) == (show == "full")
    assert ("The abstract." in html) == (show != "titles")


def count_queries(client, address) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


ADDRESSES = [
    "/",
    "/?sort=recent&show=full",
    "/venue",
    "/venue/neurips",
    "/venue/neurips/2016",
    "/users",
    "/user/mara",
    "/author/ada-lovelace",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("is_signed_in", [False, True])
def test_the_number_of_queries_does_not_grow(client, address, is_signed_in):
    mara = make_user("mara")
    if is_signed_in:
        client.force_login(make_user())
    make_summary(paper=make_paper(venue="NIPS"), author=mara)
    few = count_queries(client, address)
    for _ in range(12):
        make_summary(paper=make_paper(venue="NIPS"), author=mara)
        make_summary(paper=make_paper(venue="ICML", year=2014))
    assert count_queries(client, address) == few <= 16


def test_a_venue_by_year(client):
    make_summary(paper=make_paper(title="Summarised", venue="NIPS", year=2016))
    make_paper(title="Waiting", venue="NeurIPS", year=2016)
    make_paper(title="Another year", venue="NeurIPS", year=2017)
    html = client.get("/venue/neurips/2016").content.decode()
    assert "1 of 2 papers have a summary" in html
    assert "Summarised" in html and "Waiting" not in html and "Another year" not in html
    assert "Waiting" in client.get("/venue/neurips/2016?show=all").content.decode()
    assert client.get("/venue/neurips/1999").status_code == 404
    assert client.get("/venue/nowhere").status_code == 404


def test_a_persons_page_shows_what_was_signed(client):
    mara = make_user("mara", name="Mara Lindqvist")
    make_summary(paper=make_paper(title="Signed"), author=mara)
    make_summary(paper=make_paper(title="Unsigned"), author=mara, is_anonymous=True)
    make_summary(paper=make_paper(title="Draft"), author=mara, state="draft")
    for reader in (None, make_user(), make_user(is_staff=True, is_superuser=True)):
        client.logout()
        if reader:
            client.force_login(reader)
        html = client.get("/user/mara?show=mine").content.decode()
        assert "Signed" in html and "Unsigned" not in html and "Draft" not in html
        assert "<b>1</b> summary" in html
    client.force_login(mara)
    html = client.get("/user/mara?show=mine").content.decode()
    assert "Unsigned" in html and "Draft" in html
    assert "Unsigned" not in client.get("/user/mara").content.decode()


def test_the_address_of_a_person_ignores_case(client):
    make_user("mara")
    assert client.get("/user/MARA").headers["Location"] == "/user/mara"
    assert client.get("/user/nobody").status_code == 404


def test_signed_out_readers_get_no_cookie_and_no_token(client):
    summary = make_summary()
    for address in [
        "/",
        summary.paper.get_absolute_url(),
        summary.get_absolute_url(),
        "/venue",
        "/users",
        "/search?q=test",
        "/about",
        "/add",
    ]:
        answer = client.get(address)
        assert answer.status_code == 200
        assert not answer.cookies
        assert "csrfmiddlewaretoken" not in answer.content.decode()


def test_the_policy_allows_nothing_inline(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy


def test_a_random_paper_has_summaries_and_keeps_to_its_field(client):
    assert client.get("/random").headers["Location"] == "/"
    vision = make_summary(paper=make_paper(categories=("cs.CV",), arxiv="1203.0001")).paper
    physics = make_summary(paper=make_paper(categories=("hep-th",), arxiv="1203.0002")).paper
    make_paper()
    seen = {client.get("/random").headers["Location"] for _ in range(40)}
    assert seen == {vision.get_absolute_url(), physics.get_absolute_url()}
    answer = client.get("/random?field=computer-science")
    assert answer.status_code == 302 and answer.headers["Location"] == vision.get_absolute_url()
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_page_says_its_place_in_the_list(client):
    for number in range(28):
        make_summary(paper=make_paper(title=f"Paper {number}"))
    first = client.get("/?sort=recent&show=titles")
    assert "1–25 of 28" in first.content.decode()
    second = client.get(first.context["next_page"])
    html = second.content.decode()
    assert "26–28 of 28" in html
    # What was chosen stays in the address of every page.
    assert 'href="/?sort=recent&amp;show=titles"' in html and second.context["shown"] == "titles"


def test_an_empty_list_tells_why_and_where_there_is_more(client, three):
    Paper.objects.filter(title="Old and good").update(field=Field.objects.get(slug="biology"))
    answer = client.get("/?field=biology&time=week&sort=recent")
    html = answer.content.decode()
    assert "No summaries in Biology from this week" in html
    assert [chip["url"] for chip in answer.context["chips"]] == [
        "/?time=week&sort=recent",
        "/?field=biology&sort=recent",
    ]
    assert [near["label"] for near in answer.context["elsewhere"]] == [
        "Biology: 1 paper",
        "This week: 2 papers",
    ]
    for link in (*answer.context["chips"], *answer.context["elsewhere"]):
        assert titles(client.get(link["url"])), link


def test_a_member_sees_lists_as_chosen_in_settings(client):
    make_summary(text="Opening words.")
    client.force_login(make_user(reading={"lists": "titles"}))
    assert client.get("/").context["shown"] == "titles"
    assert client.get("/?show=full").context["shown"] == "full"
