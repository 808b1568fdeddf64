"""Who may see what is decided by the querysets alone."""

import pytest
from django.contrib.auth.models import AnonymousUser

from summaries.models import Summary
from tests.support.factories import make_summary, make_user

pytestmark = pytest.mark.django_db

STATES = Summary.State.values


@pytest.mark.parametrize("state", STATES)
def test_readers_see_published_summaries_alone(state):
    summary = make_summary(state=state)
    for reader in (AnonymousUser(), make_user(), make_user(is_staff=True)):
        assert Summary.objects.visible_to(reader).contains(summary) == (state == "published")


@pytest.mark.parametrize("state", STATES)
def test_authors_see_all_of_their_own(state):
    summary = make_summary(state=state)
    assert Summary.objects.visible_to(summary.author).contains(summary)


def test_authors_edit_their_own_unless_hidden():
    summary = make_summary()
    assert Summary.objects.editable_by(summary.author).contains(summary)
    assert not Summary.objects.editable_by(make_user()).exists()
    assert not Summary.objects.editable_by(AnonymousUser()).exists()
    Summary.objects.update(state="hidden")
    assert not Summary.objects.editable_by(summary.author).exists()


def test_a_persons_page_never_shows_what_was_not_signed():
    author = make_user()
    signed = make_summary(author=author)
    make_summary(author=author, is_anonymous=True)
    make_summary(author=author, state="private")
    assert list(Summary.objects.signed_by(author)) == [signed]


def test_the_byline_of_an_anonymous_summary_names_nobody():
    summary = make_summary(is_anonymous=True)
    assert summary.byline is None and summary.byline_name == "Anonymous"
