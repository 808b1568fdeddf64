"""Wanted: asking for a summary, and the list of what is asked for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from papers.models import Field, Paper
from summaries.actions.request_summary import (
    RequestNotAllowedError,
    recount_requests_of,
    request_summary,
    requests_of,
    withdraw_request,
)
from summaries.models import SummaryRequest
from tests.support.factories import make_paper, make_summary

pytestmark = pytest.mark.django_db


def wish_count(paper) -> int:
    return Paper.objects.get(pk=paper.pk).wish_count


def titles(answer) -> list[str]:
    return [item["paper"].title for item in answer.context["items"]]


def test_asking_twice_counts_once_and_can_be_taken_back(alice, bob):
    paper = make_paper()
    assert request_summary(paper_id=paper.pk, user=alice) == 1
    assert request_summary(paper_id=paper.pk, user=alice) == 1
    assert request_summary(paper_id=paper.pk, user=bob) == 2 == wish_count(paper)
    assert withdraw_request(paper_id=paper.pk, user=alice) == 1
    assert withdraw_request(paper_id=paper.pk, user=alice) == 1 == wish_count(paper)
    assert requests_of(bob, [paper]) == {paper.pk} and requests_of(alice, [paper]) == set()


def test_a_paper_with_a_summary_needs_no_wish(alice):
    paper = make_summary().paper
    with pytest.raises(RequestNotAllowedError):
        request_summary(paper_id=paper.pk, user=alice)
    assert wish_count(paper) == 0


def test_a_wrong_count_is_put_right(alice):
    paper = make_paper()
    request_summary(paper_id=paper.pk, user=alice)
    Paper.objects.filter(pk=paper.pk).update(wish_count=9)
    assert recount_requests_of([paper.pk]) == 1
    assert wish_count(paper) == 1


def test_deleting_an_account_takes_its_wishes_along(alice, bob):
    paper = make_paper()
    request_summary(paper_id=paper.pk, user=alice)
    request_summary(paper_id=paper.pk, user=bob)
    alice.delete()
    assert wish_count(paper) == 1


def test_the_first_summary_takes_a_paper_off_the_list_and_the_wishes_stay(client, alice):
    paper = make_paper(title="Longed for")
    request_summary(paper_id=paper.pk, user=alice)
    assert titles(client.get("/wanted")) == ["Longed for"]
    make_summary(paper=paper)
    assert titles(client.get("/wanted")) == []
    assert SummaryRequest.objects.filter(paper=paper).count() == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Twice", "Once"]),
        ("?sort=newest", ["Once", "Twice"]),
        ("?sort=nonsense&field=nonsense&cursor=mangled", ["Twice", "Once"]),
        ("?field=vision", ["Once"]),
        ("?field=computer-science", ["Once"]),
        ("?field=biology", []),
    ],
)
def test_the_orders_of_the_list(client, alice, bob, query, expected):
    twice, once = make_paper(title="Twice"), make_paper(title="Once")
    make_paper(title="Never")
    Paper.objects.filter(pk=once.pk).update(field=Field.objects.get(slug="vision"))
    for user in (alice, bob):
        request_summary(paper_id=twice.pk, user=user)
    request_summary(paper_id=once.pk, user=bob)
    assert titles(client.get(f"/wanted{query}")) == expected


def test_fields_tell_how_much_is_wanted_in_them(client, alice):
    paper = make_paper(title="Once")
    Paper.objects.filter(pk=paper.pk).update(field=Field.objects.get(slug="vision"))
    request_summary(paper_id=paper.pk, user=alice)
    page = client.get("/wanted?field=vision").content.decode()
    assert "Vision (1)</option>" in page and "Computer science (1)</option>" in page
    assert "Biology (" not in page
    assert '<a class="chip" href="/wanted?sort=asked">Vision' in page


def test_an_empty_field_leads_to_the_nearest_that_is_not(client, alice):
    paper = make_paper(title="Once")
    Paper.objects.filter(pk=paper.pk).update(field=Field.objects.get(slug="vision"))
    request_summary(paper_id=paper.pk, user=alice)
    page = client.get("/wanted?field=language").content.decode()
    assert "No requests in Language" in page
    assert 'href="/wanted?field=computer-science">Computer science</a>' in page


def test_the_button_works_without_script_and_leads_back(client, alice):
    paper = make_paper()
    client.force_login(alice)
    asked = {"value": "1", "next": "/wanted?sort=newest"}
    answer = client.post(f"/paper/{paper.pk}/request-summary", asked)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/wanted?sort=newest")
    assert wish_count(paper) == 1
    assert "Cancel request" in client.get("/wanted").content.decode()
    client.post(f"/paper/{paper.pk}/request-summary", {"value": "0"})
    assert wish_count(paper) == 0


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "", "javascript:1"])
def test_nobody_is_led_away(client, alice, place):
    paper = make_paper()
    client.force_login(alice)
    answer = client.post(f"/paper/{paper.pk}/request-summary", {"value": "1", "next": place})
    assert answer.headers["Location"] == paper.get_absolute_url()


@pytest.mark.parametrize("value", ["", "2", "-1", "one"])
def test_other_values_are_refused(client, alice, value):
    paper = make_paper()
    client.force_login(alice)
    assert client.post(f"/paper/{paper.pk}/request-summary", {"value": value}).status_code == 400
    assert wish_count(paper) == 0


def test_asking_needs_an_account_and_a_post(client, alice):
    paper = make_paper()
    answer = client.post(f"/paper/{paper.pk}/request-summary", {"value": "1"})
    assert answer.headers["Location"].startswith("/account/login/?next=/paper/")
    client.force_login(alice)
    assert client.get(f"/paper/{paper.pk}/request-summary").status_code == 405
    assert client.post("/paper/999999/request-summary", {"value": "1"}).status_code == 404
    assert wish_count(paper) == 0


def test_asking_is_limited(client, alice):
    client.force_login(alice)
    papers = [make_paper() for _ in range(31)]
    for paper in papers:
        client.post(f"/paper/{paper.pk}/request-summary", {"value": "1"})
    assert [wish_count(paper) for paper in papers] == [1] * 30 + [0]


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_the_number_of_queries_does_not_grow(client, alice, bob, is_signed_in):
    if is_signed_in:
        client.force_login(alice)
    counts = []
    for added in (1, 12):
        for _ in range(added):
            request_summary(paper_id=make_paper(venue="NIPS").pk, user=bob)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/wanted").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 8


def test_home_tells_what_is_wanted(client, alice):
    request_summary(paper_id=make_paper(title="Longed for").pk, user=alice)
    html = client.get("/").content.decode()
    assert "Longed for" in html and "requested by 1 reader" in html
