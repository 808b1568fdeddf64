"""The vote form: alone, as a fragment, as JSON; for all who may not vote, the reason."""

import pytest

from summaries.models import Summary
from summaries.views import vote
from tests.support.factories import make_summary

pytestmark = pytest.mark.django_db

FRAGMENT = {"HTTP_HX_REQUEST": "true"}
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def summary(db):
    return make_summary()


def test_without_script_a_vote_leads_back_to_the_summary(client, alice, summary):
    client.force_login(alice)
    answer = client.post(f"/summary/{summary.pk}/vote", {"value": 1})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{summary.paper.get_absolute_url()}#s-{summary.pk}"
    assert Summary.objects.get().score == 1


def test_the_fragment_offers_to_take_the_vote_back(client, alice, summary):
    client.force_login(alice)
    form = client.post(f"/summary/{summary.pk}/vote", {"value": 1}, **FRAGMENT).content.decode()
    assert f'id="up-{summary.pk}" name="value" value="0" aria-pressed="true"' in form
    assert f'id="down-{summary.pk}" name="value" value="-1" aria-pressed="false"' in form
    assert "csrfmiddlewaretoken" in form and "<html" not in form


@pytest.mark.parametrize(("value", "score"), [(1, 1), (0, 0), (-1, -1)])
def test_programs_get_json(client, alice, summary, value, score):
    client.force_login(alice)
    answer = client.post(f"/summary/{summary.pk}/vote", {"value": value}, **JSON)
    assert answer.json() == {"score": score, "value": value, "error": ""}


@pytest.mark.parametrize("value", ["2", "-2", "", "x", "1.0", "²", "9" * 5000])
def test_another_value_is_refused(client, alice, summary, value):
    client.force_login(alice)
    assert client.post(f"/summary/{summary.pk}/vote", {"value": value}).status_code == 400
    assert Summary.objects.get().score == 0


@pytest.mark.parametrize("how", [{}, FRAGMENT, JSON])
def test_the_own_summary_is_refused_in_words(client, summary, how):
    client.force_login(summary.author)
    answer = client.post(f"/summary/{summary.pk}/vote", {"value": 1}, **how)
    assert answer.status_code == 403 and b"t vote on your own summary." in answer.content
    assert Summary.objects.get().score == 0


@pytest.mark.parametrize("how", [{}, FRAGMENT, JSON])
@pytest.mark.parametrize(
    "limit", ["VOTES_PER_MINUTE", "VOTES_PER_DAY", "VOTES_PER_HOUR_AND_ADDRESS"]
)
def test_too_many_votes_are_refused_in_words(client, alice, summary, how, limit, monkeypatch):
    monkeypatch.setattr(vote, limit, 0)
    client.force_login(alice)
    answer = client.post(f"/summary/{summary.pk}/vote", {"value": 1}, **how)
    assert answer.status_code == 429 and b"Too many requests. Try again in" in answer.content
    assert Summary.objects.get().score == 0


def test_many_accounts_behind_one_address_are_slowed_down(client, alice, bob, summary, monkeypatch):
    monkeypatch.setattr(vote, "VOTES_PER_HOUR_AND_ADDRESS", 1)
    statuses = []
    for voter in (alice, bob):
        client.force_login(voter)
        statuses.append(client.post(f"/summary/{summary.pk}/vote", {"value": 1}).status_code)
    assert statuses == [303, 429] and Summary.objects.get().score == 1


def test_signed_out_voters_sign_in_and_return_to_the_summary(client, summary):
    answer = client.post(f"/summary/{summary.pk}/vote", {"value": 1})
    assert answer.headers["Location"] == f"/account/login/?next=/summary/{summary.pk}"
    assert client.get(f"/summary/{summary.pk}/vote").status_code == 405


@pytest.mark.parametrize("state", ["draft", "private", "hidden"])
def test_unknown_and_forbidden_look_the_same(client, alice, summary, state):
    Summary.objects.update(state=state)
    client.force_login(alice)
    for number in (summary.pk, summary.pk + 1, 10**30):
        assert client.post(f"/summary/{number}/vote", {"value": 1}).status_code == 404


def test_a_vote_for_an_anonymous_summary_names_nobody(client, alice):
    summary = make_summary(is_anonymous=True)
    client.force_login(alice)
    for how in (FRAGMENT, JSON):
        answer = client.post(f"/summary/{summary.pk}/vote", {"value": 1}, **how)
        assert summary.author.username not in answer.content.decode()
