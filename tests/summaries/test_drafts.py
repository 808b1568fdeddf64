"""What is typed is kept on the server and changes nothing that readers see."""

import pytest

from summaries.actions.delete import delete_summary
from summaries.actions.publish import publish, revise
from summaries.editor.drafts import autosave, discard_draft
from summaries.editor.edit_conflicts import EditConflictError, SummaryExistsError
from summaries.events import summary_published
from summaries.models import Citation, Draft, PaperRanking, Summary
from summaries.rendering import TextRefusedError
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db

OWN_ROW = ["draft", "private"]
DRAFT_ROW = ["published", "unlisted", "waiting"]


def keep(summary: Summary, text: str, **how) -> Summary:
    how = {"based_on": summary.save_count, **how}
    return autosave(paper=summary.paper, author=summary.author, text=text, **how)


def test_a_first_text_is_kept_as_a_draft():
    paper, author = make_paper(arxiv="1412.6980"), make_user()
    summary = autosave(paper=paper, author=author, text="It be")
    assert (summary.state, summary.text, summary.save_count) == ("draft", "It be", 1)
    again = autosave(paper=paper, author=author, text="It begins.", based_on=1)
    assert again.pk == summary.pk and again.save_count == 2
    assert Summary.objects.get().text == "It begins." and not Draft.objects.exists()


def test_a_text_that_cannot_be_rendered_is_kept():
    summary = make_summary(state="draft")
    text = "[" * 90_000
    keep(summary, text)
    assert Summary.objects.get().text == text


@pytest.mark.parametrize("text", ["", " \n", "x" * 100_001])
def test_nothing_and_too_much_make_no_draft(text):
    with pytest.raises(TextRefusedError):
        autosave(paper=make_paper(), author=make_user(), text=text)
    assert not Summary.objects.exists()


@pytest.mark.parametrize("state", OWN_ROW)
def test_what_nobody_else_reads_is_kept_in_its_own_row(state):
    summary = make_summary(state=state, text="One.")
    keep(summary, "Two.")
    stored = Summary.objects.get()
    assert (stored.text, stored.state, stored.save_count) == ("Two.", state, 2)
    assert not Draft.objects.exists() and not stored.revisions.exists()


@pytest.mark.parametrize("state", DRAFT_ROW)
def test_what_others_may_read_stays_as_it_is(state):
    summary = make_summary(state=state, text="One, \\cite{a2020}.")
    before = Summary.objects.values().get()
    heard = []
    summary_published.connect(lambda **told: heard.append(told), weak=False, dispatch_uid="here")
    try:
        kept = keep(summary, "Two, \\cite{b2020}.", note="Better")
    finally:
        summary_published.disconnect(dispatch_uid="here")
    assert Summary.objects.values().get() == before and not heard
    assert (kept.draft.text, kept.draft.note, kept.draft.based_on) == (
        "Two, \\cite{b2020}.",
        "Better",
        summary.save_count,
    )
    assert [citation.key for citation in Citation.objects.all()] == ["a2020"]
    assert PaperRanking.objects.exists() == (state == "published")


def test_a_hidden_summary_takes_no_drafts():
    summary = make_summary()
    Summary.objects.update(state="hidden")
    with pytest.raises(SummaryExistsError):
        keep(summary, "Two.")
    with pytest.raises(Summary.DoesNotExist):
        keep(summary, "Two.", summary_id=summary.pk)


def test_nobody_keeps_drafts_in_anothers_summary():
    summary = make_summary()
    with pytest.raises(Summary.DoesNotExist):
        autosave(
            paper=summary.paper, author=make_user(), text="Mine", based_on=1, summary_id=summary.pk
        )


@pytest.mark.parametrize("state", OWN_ROW + DRAFT_ROW)
@pytest.mark.parametrize("based_on", [None, 0, 1])
def test_a_stale_form_is_told_and_keeps_what_is_there(state, based_on):
    summary = make_summary(state=state, text="One.")
    revise(summary_id=summary.pk, editor=summary.author, text="Two.", based_on=1)
    with pytest.raises(EditConflictError) as conflict:
        keep(summary, "Mine.", based_on=based_on)
    assert conflict.value.current.text == "Two." == Summary.objects.get().text
    assert not Draft.objects.exists()


@pytest.mark.parametrize("state", ["draft", "published"])
def test_the_same_text_again_is_no_conflict(state):
    summary = make_summary(state=state, text="One.")
    first = keep(summary, "Two.")
    assert keep(summary, "Two.").save_count == first.save_count


def test_two_tabs_do_not_write_over_each_others_draft():
    summary = make_summary(text="One.")
    assert keep(summary, "From one tab.", draft_count=0).draft.save_count == 1
    with pytest.raises(EditConflictError) as conflict:
        keep(summary, "From another.", draft_count=0)
    assert conflict.value.current.draft.text == "From one tab."
    assert keep(summary, "From one tab, more.", draft_count=1).draft.save_count == 2


def test_publishing_ends_the_draft():
    summary = make_summary(text="One.")
    keep(summary, "Two.")
    revise(summary_id=summary.pk, editor=summary.author, text="Two.", based_on=1)
    assert not Draft.objects.exists()
    assert [revision.text for revision in summary.revisions.all()] == ["Two.", "One."]


def test_a_draft_is_discarded_by_its_author_alone():
    summary = make_summary(text="One.")
    keep(summary, "Two.")
    discard_draft(summary_id=summary.pk, author=make_user())
    assert Draft.objects.exists()
    discard_draft(summary_id=summary.pk, author=summary.author)
    assert not Draft.objects.exists() and Summary.objects.get().text == "One."


def test_a_draft_never_renders_and_publishing_does():
    paper, author = make_paper(), make_user()
    draft = autosave(paper=paper, author=author, text="It *works*.")
    assert draft.html == "" and draft.renderer_version == 0
    shown = revise(
        summary_id=draft.pk, editor=author, text=draft.text, based_on=1, state="published"
    )
    assert "<em>works</em>" in shown.html and shown.revision_number == 1


def test_after_a_deletion_a_new_draft_begins():
    summary = make_summary()
    delete_summary(summary_id=summary.pk, editor=summary.author)
    fresh = autosave(paper=summary.paper, author=summary.author, text="Anew.")
    assert fresh.pk != summary.pk and fresh.state == "draft"


def test_the_licence_is_chosen_and_changed():
    paper, author = make_paper(), make_user()
    summary = publish(paper=paper, author=author, text="One.", licence="CC0-1.0")
    assert summary.licence == "CC0-1.0"
    kept = revise(summary_id=summary.pk, editor=author, text="One.", based_on=1)
    assert kept.licence == "CC0-1.0" and kept.edited_at is None
    changed = revise(
        summary_id=summary.pk, editor=author, text="One.", based_on=2, licence="CC-BY-SA-4.0"
    )
    assert changed.licence == "CC-BY-SA-4.0" and changed.revision_number == 1
    assert changed.edited_at, "feeds are read again"


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b"[" * 100_000, None),
        (b'{"text": 1e999, "summary": 99999999999999999999}', None),
        (
            b'{"signed": "anonymous", "licence": "CC-BY-4.0", "text": "\\ud800 half\\u0000 a letter"}',
            " half a letter",
        ),
    ],
)
def test_what_no_text_can_hold_breaks_no_saving(client, body, kept):
    client.force_login(make_user())
    address = f"/paper/{make_paper().pk}/draft"
    answer = client.post(address, body, content_type="application/json")
    assert answer.status_code == (200 if kept else 422)
    assert [summary.text for summary in Summary.objects.all()] == ([kept] if kept else [])
