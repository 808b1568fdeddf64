import pytest

from papers.models import Paper
from summaries.actions.delete import delete_summary
from summaries.actions.publish import publish, revise
from summaries.editor.edit_conflicts import EditConflictError, SummaryExistsError
from summaries.editor.preview import preview
from summaries.models import PaperRanking, Summary
from summaries.rendering import TextRefusedError
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db


def test_a_published_summary_is_rendered_and_listed_at_once():
    paper = make_paper()
    summary = publish(paper=paper, author=make_user(), text="It *works* for $\\alpha/r$.")
    assert "<em>works</em>" in summary.html and "<math" in summary.html
    assert summary.has_math and summary.published_at and summary.revision_number == 1
    assert Paper.objects.get(pk=paper.pk).summary_count == 1
    assert PaperRanking.objects.get(paper=paper).latest_summary == summary


def test_preview_is_the_page():
    summary = make_summary(
        text="## One\n\nSee $x_1$ and \\cite{1412.6980}.\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    assert preview(summary.text, prefix=f"s{summary.pk}-").html == summary.html


@pytest.mark.parametrize("state", ["draft", "private"])
def test_what_is_not_published_is_in_no_list(state):
    summary = make_summary(state=state)
    assert summary.revision_number == 0 and not PaperRanking.objects.exists()
    assert Paper.objects.get(pk=summary.paper_id).summary_count == 0


def test_drafts_leave_no_revisions_behind():
    author = make_user()
    summary = make_summary(author=author, state="draft", text="A foolish first try.")
    revise(summary_id=summary.pk, editor=author, text="Better.", based_on=1, state="published")
    assert [r.text for r in summary.revisions.all()] == ["Better."]


def test_one_summary_per_person_and_paper():
    summary = make_summary()
    with pytest.raises(SummaryExistsError) as refused:
        publish(paper=summary.paper, author=summary.author, text="Again.")
    assert refused.value.summary == summary


def test_every_published_change_is_a_revision():
    summary = make_summary(text="One.")
    revised = revise(
        summary_id=summary.pk, editor=summary.author, text="Two.", based_on=1, note="Counting"
    )
    assert revised.revision_number == 2 and revised.edited_at and revised.edit_count == 1
    assert list(summary.revisions.values_list("number", "text", "note")) == [
        (2, "Two.", "Counting"),
        (1, "One.", ""),
    ]


def test_saving_the_same_text_makes_no_revision():
    summary = make_summary(text="One.")
    assert (
        revise(summary_id=summary.pk, editor=summary.author, text="One.", based_on=1)
    ).revision_number == 1


def test_a_stale_edit_is_told_and_changes_nothing():
    summary = make_summary(text="One.")
    revise(summary_id=summary.pk, editor=summary.author, text="Two.", based_on=1)
    with pytest.raises(EditConflictError) as conflict:
        revise(summary_id=summary.pk, editor=summary.author, text="Mine.", based_on=1)
    assert conflict.value.current.text == "Two."
    assert Summary.objects.get(pk=summary.pk).text == "Two."


def test_nobody_edits_anothers_summary():
    summary = make_summary()
    with pytest.raises(Summary.DoesNotExist):
        revise(summary_id=summary.pk, editor=make_user(), text="Mine now.", based_on=1)


def test_a_withdrawn_summary_is_gone_and_another_may_follow():
    summary = make_summary()
    delete_summary(summary_id=summary.pk, editor=summary.author)
    assert not Summary.objects.published().exists() and not PaperRanking.objects.exists()
    publish(paper=summary.paper, author=summary.author, text="Second thoughts.")


def test_a_text_that_cannot_be_rendered_leaves_no_row():
    with pytest.raises(TextRefusedError):
        publish(paper=make_paper(), author=make_user(), text="x" * 100_001)
    assert not Summary.objects.exists()


def test_citations_become_links_and_back_links():
    cited = make_paper(
        title="Adam", authors=("Diederik P. Kingma", "Jimmy Ba"), year=2015, arxiv="1412.6980"
    )
    summary = make_summary(text="As in \\cite{arXiv:1412.6980v2} and \\cite{nobody2031}.")
    assert cited.get_absolute_url() in summary.html and "Kingma and Ba, 2015" in summary.html
    assert dict(summary.citations.values_list("key", "paper_id")) == {
        "arXiv:1412.6980v2": cited.pk,
        "nobody2031": None,
    }


def test_a_citation_that_leaves_the_text_leaves_the_back_links():
    summary = make_summary(text="\\cite{a2020} \\cite{b2020}")
    revise(summary_id=summary.pk, editor=summary.author, text="\\cite{b2020}", based_on=1)
    assert list(summary.citations.values_list("key", flat=True)) == ["b2020"]
