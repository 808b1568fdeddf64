"""The history of a summary: what changed, for everyone who may read it."""

import pytest

from summaries.actions.delete import delete_summary
from summaries.actions.publish import revise
from summaries.models import Summary
from summaries.views.paper import REVISIONS_SHOWN
from tests.support.factories import make_summary, make_user

pytestmark = pytest.mark.django_db


def edited(summary: Summary, *texts: str, **how: object) -> Summary:
    for text in texts:
        summary = revise(
            summary_id=summary.pk,
            editor=summary.author,
            text=text,
            based_on=summary.save_count,
            **how,
        )
    return summary


def address(summary: Summary) -> str:
    return f"/summary/{summary.pk}/history"


def test_changed_words_are_marked_and_the_note_is_shown(client):
    summary = edited(make_summary(text="It works well."), "It works <b>.", note="Less sure")
    page = client.get(address(summary)).content.decode()
    assert "<del>well</del>" in page and "<ins>&lt;b&gt;</ins>" in page
    assert "Less sure" in page and "First published version." in page


def test_an_anonymous_author_is_nowhere_in_the_history(client):
    author = make_user("mara", name="Mara Lindqvist")
    summary = edited(make_summary(author=author, is_anonymous=True), "Two.")
    page = client.get(address(summary)).content.decode()
    assert "Mara" not in page and "mara" not in page and "Summary by Anonymous" in page


@pytest.mark.parametrize("state", ["draft", "private", "hidden"])
def test_what_nobody_may_read_has_no_history(client, state):
    summary = make_summary()
    Summary.objects.update(state=state)
    assert client.get(address(summary)).status_code == 404


def test_a_withdrawn_summary_has_no_history(client):
    summary = make_summary()
    delete_summary(summary_id=summary.pk, editor=summary.author)
    assert client.get(address(summary)).status_code == 404


def test_only_the_author_may_restore_an_older_revision(client):
    summary = edited(make_summary(text="One."), "Two.")
    assert b"Restore" not in client.get(address(summary)).content
    client.force_login(summary.author)
    assert f"/summary/{summary.pk}/edit?revision=1" in client.get(address(summary)).content.decode()
    page = client.get(f"/summary/{summary.pk}/edit?revision=1").content.decode()
    assert ">One.</textarea>" in page and "Restored revision 1" in page


@pytest.mark.parametrize("number", ["", "0", "99", "²", "-1", "x", "9" * 5000])
def test_another_revision_number_opens_the_text_as_it_is(client, number):
    summary = edited(make_summary(text="One."), "Two.")
    client.force_login(summary.author)
    answer = client.get(f"/summary/{summary.pk}/edit", {"revision": number})
    assert answer.status_code == 200 and ">Two.</textarea>" in answer.content.decode()


def test_a_long_history_comes_in_pages_that_join(client):
    summary = make_summary(text="Text 1")
    summary = edited(summary, *(f"Text {n}" for n in range(2, REVISIONS_SHOWN + 4)))
    first = client.get(address(summary)).content.decode()
    oldest_shown = summary.revision_number - REVISIONS_SHOWN + 1
    assert first.count('<section class="revision"') == REVISIONS_SHOWN
    assert f"<del>{oldest_shown - 1}</del><ins>{oldest_shown}</ins>" in first
    assert "First published version." not in first and f"?before={oldest_shown}" in first
    rest = client.get(address(summary), {"before": oldest_shown}).content.decode()
    assert rest.count('<section class="revision"') == 3
    assert "First published version." in rest and "Older revisions" not in rest


@pytest.mark.parametrize("before", ["²", "9" * 5000, "-3", "x"])
def test_a_wrong_page_of_the_history_is_the_first(client, before):
    summary = make_summary()
    assert b"Revision 1" in client.get(address(summary), {"before": before}).content


def test_the_history_takes_a_fixed_number_of_queries(client, django_assert_num_queries):
    summary = make_summary(text="One.")
    for texts in ([], ["Two.", "Three.", "Four."]):
        summary = edited(summary, *texts)
        with django_assert_num_queries(2):
            client.get(address(summary))
