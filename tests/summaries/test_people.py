"""The page of a person, tab by tab, for others and for the own eyes; the list of people."""

import pytest

from accounts.models import User
from summaries.actions.comment import ask, comment
from summaries.actions.delete import delete_summary
from summaries.actions.vote import cast_vote
from summaries.editor.drafts import autosave
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara(db):
    return make_user("mara", name="Mara Lindqvist", about="Reads.", orcid="0000-0002-1825-0097")


def show(client, tab: str = "", name: str = "mara") -> str:
    return client.get(f"/user/{name}?show={tab}").content.decode()


def titled(title: str, **how):
    return make_summary(paper=make_paper(title=title), **how)


def test_comments_and_questions_that_were_signed(client, mara, bob):
    comment(summary_id=titled("Alpha", author=bob).pk, author=mara, text="A comment.")
    ask(paper_id=make_paper(title="Beta").pk, author=mara, text="A question.")
    unnamed = titled("Gamma", author=mara, is_anonymous=True)
    comment(summary_id=unnamed.pk, author=mara, text="An unnamed answer.")
    html = show(client, "comments")
    assert "A comment." in html and "Alpha" in html and "A question." in html and "Beta" in html
    for reader in (None, mara):
        if reader:
            client.force_login(reader)
        assert "unnamed answer" not in show(client, "comments")
        assert "<b>2</b> comments" in show(client)


def test_what_was_liked_is_for_the_own_eyes(client, mara, bob):
    liked, other = titled("Alpha", author=bob), titled("Beta", author=bob, is_anonymous=True)
    disliked = titled("Gamma")
    for summary, value in ((liked, 1), (other, 1), (disliked, -1)):
        cast_vote(summary_id=summary.pk, voter=mara, value=value)
    client.force_login(bob)
    assert "Liked" not in show(client, "liked") and "Alpha" not in show(client, "liked")
    client.force_login(mara)
    html = show(client, "liked")
    assert "Alpha" in html and "Beta" in html and "Gamma" not in html
    delete_summary(summary_id=liked.pk, editor=bob)
    assert "Alpha" not in show(client, "liked")


@pytest.mark.parametrize("old", ["drafts", "mine"])
def test_drafts_hold_all_that_is_not_public_and_signed(client, mara, bob, old):
    for state in ("draft", "private", "unlisted"):
        titled(f"A {state} one", author=mara, state=state)
    titled("Plain", author=mara)
    titled("Unnamed", author=mara, is_anonymous=True)
    changed = titled("Changed", author=mara)
    autosave(paper=changed.paper, author=mara, text="New.", based_on=changed.save_count)
    gone = titled("Gone", author=mara)
    delete_summary(summary_id=gone.pk, editor=mara)
    for reader in (None, bob, make_user(is_staff=True, is_superuser=True)):
        client.logout()
        if reader:
            client.force_login(reader)
        html = show(client, old)
        assert "Plain" in html and "Changed" in html
        for title in ("A draft one", "A private one", "A unlisted one", "Unnamed", "Gone"):
            assert title not in html
    client.force_login(mara)
    html = show(client, old)
    main, _, rest = html.partition("Published anonymously")
    for title in ("A draft one", "A private one", "A unlisted one", "Changed"):
        assert title in main
    assert "Plain" not in html and "Unnamed" not in main and "Unnamed" in rest
    assert f"/summary/{gone.pk}/restore" in rest
    assert "Unnamed" not in show(client) and "Unnamed" not in show(client, "comments")


def test_the_head_tells_who_it_is(client, mara):
    for title in ("Alpha", "Beta"):
        titled(title, author=mara)
    User.objects.filter(pk=mara.pk).update(reputation=4.25)
    html = show(client)
    assert "orcid.org/0000-0002-1825-0097" in html and "Reads." in html
    assert "<b>2</b> summaries" in html and "<b>4.3</b> per summary" in html.replace("4.2<", "4.3<")
    assert "ML</span>" in html and 'class="face face-' in html
    assert "/user/mara/feed.atom" in html


def test_a_closed_account_has_no_page(client, mara):
    User.objects.filter(pk=mara.pk).update(is_active=False)
    assert client.get("/user/mara").status_code == 404


@pytest.mark.parametrize("tab", ["summaries", "comments", "liked", "drafts"])
def test_every_tab_costs_the_same_for_many(client, mara, bob, tab, django_assert_max_num_queries):
    for number in range(6):
        summary = titled(f"Paper {number}", author=bob)
        cast_vote(summary_id=summary.pk, voter=mara, value=1)
        comment(summary_id=summary.pk, author=mara, text="Why?")
        titled(f"Own {number}", author=mara)
        titled(f"Draft {number}", author=mara, state="draft")
        titled(f"Unnamed {number}", author=mara, is_anonymous=True)
    client.force_login(mara)
    with django_assert_max_num_queries(19):
        client.get(f"/user/mara?show={tab}")


def test_the_list_of_people_tells_their_numbers(client, mara, django_assert_max_num_queries):
    titled("Alpha", author=mara)
    titled("Beta", author=mara, is_anonymous=True)
    User.objects.filter(pk=mara.pk).update(reputation=2.0)
    make_user("silent")
    with django_assert_max_num_queries(6):
        html = client.get("/users").content.decode()
    told = ("1 summary", "0 votes received", "2.0 per summary")
    # Each in a box of its own, so that a narrow line breaks between them.
    assert "".join(f"<span>{part}</span>" for part in told) in html and "silent" not in html
