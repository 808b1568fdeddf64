"""What ./scripts/run does before it serves."""

import os

import pytest
from django.core.management import call_command
from django.utils.safestring import mark_safe

from papers import upkeep
from papers.curation.merge import merge
from papers.curation.unmerge import undo
from papers.models import Paper, Upkeep
from papers.search import PaperDocument, search_papers
from search.index import parse, search_summaries
from search.models import SummaryDocument
from summaries.actions import comment as commenting
from summaries.models import Comment, Summary
from tests.support.factories import make_paper, make_summary


@pytest.fixture
def site(settings, tmp_path, db):
    """A site with something in it, and one style sheet: (source, collected)."""
    make_summary()
    source = tmp_path / "static"
    source.mkdir()
    (source / "look.css").write_text("body { color: black }")
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = tmp_path / "collected"
    call_command("prepare")
    return source, settings.STATIC_ROOT


def test_a_style_from_an_archive_of_long_ago_is_taken_up(site):
    source, collected = site
    assert "black" in (collected / "look.css").read_text()
    for number, name in enumerate(["look.css", "more.css"]):
        (source / name).write_text(f"body {{ order: {number} }}")
        os.utime(source / name, (0, 0))
    call_command("prepare")
    assert "order: 0" in (collected / "look.css").read_text()
    assert (collected / "more.css").exists()


def test_nothing_is_collected_or_seeded_twice(site):
    _, collected = site
    (collected / "look.css").write_text("as it was")
    call_command("prepare")
    assert (collected / "look.css").read_text() == "as it was"
    assert Summary.objects.count() == 1


WRONG = mark_safe("<p>Words of somebody else.</p>")


@pytest.fixture
def mixed_up(site, alice):
    """What an older version stored: other people's words, in the pages and in the search."""
    paper = make_paper(title="Relational $x^2$ networks", abstract="On relations.")
    summary = make_summary(paper=paper, author=alice, text="It *normalizes* relations.")
    private = make_summary(author=alice, text="For **me** alone.", state=Summary.State.PRIVATE)
    comment = commenting.comment(summary_id=summary.pk, author=alice, text="I `agree`.")
    Paper.objects.filter(pk=paper.pk).update(title_html=WRONG, abstract_html=WRONG)
    Summary.objects.update(
        html=WRONG, excerpt_html=WRONG, plain_text="Words of somebody else.", renderer_version=4
    )
    Comment.objects.update(html=WRONG, renderer_version=4)
    other = {"title": "somebody", "text": "somebody", "paper": "somebody"}
    PaperDocument.index.put([(pk, other) for pk in Paper.objects.values_list("pk", flat=True)])
    SummaryDocument.index.put([(summary.pk, other)])
    Upkeep.objects.update(version=1)
    return paper, summary, private, comment


def _is_right(paper, summary, private, comment) -> bool:
    for row in (paper, summary, private, comment):
        row.refresh_from_db()
    return (
        "<math" in paper.title_html
        and paper.abstract_html == "<p>On relations.</p>"
        and summary.html == "<p>It <em>normalizes</em> relations.</p>"
        and summary.plain_text == "It normalizes relations."
        and private.html == "<p>For <strong>me</strong> alone.</p>"
        and comment.html == "<p>I <code>agree</code>.</p>"
        and list(search_papers("relation network")) == [paper]
        and list(search_summaries(parse("normalizing"), user=summary.author)) == [summary]
        and not search_papers("somebody").exists()
        and not search_summaries(parse("somebody"), user=summary.author).exists()
    )


def test_what_an_older_version_mixed_up_is_put_right(mixed_up, capsys):
    assert not _is_right(*mixed_up)
    call_command("prepare")
    assert _is_right(*mixed_up)
    assert "papers indexed" in capsys.readouterr().out


def test_what_is_up_to_date_is_left_alone(mixed_up, capsys):
    call_command("prepare")
    capsys.readouterr()
    Paper.objects.update(title_html=WRONG)
    call_command("prepare")
    assert Paper.objects.filter(title_html=WRONG).exists()
    assert "indexed" not in capsys.readouterr().out


def test_a_run_that_was_stopped_goes_on_where_it_was(site, monkeypatch):
    monkeypatch.setattr(upkeep, "BATCH_SIZE", 2)
    papers = sorted(make_paper().pk for _ in range(7))
    Upkeep.objects.all().delete()
    seen: list[int] = []

    def note(batch) -> None:
        seen.extend(paper.pk for paper in batch)

    rows = Paper.objects.filter(pk__in=papers)
    run = upkeep.bring_up("a test", 3, rows, note)
    assert [next(run), next(run)] == [2, 4]
    run.close()
    assert list(upkeep.bring_up("a test", 3, rows, note)) == [2, 3]
    assert seen == papers
    assert list(upkeep.bring_up("a test", 3, rows, note)) == []
    assert list(upkeep.bring_up("a test", 4, rows, note)) == [2, 4, 6, 7]
    assert seen == papers * 2


def test_a_batch_that_fails_is_done_again(site):
    paper = make_paper()
    rows = Paper.objects.filter(pk=paper.pk)
    with pytest.raises(ZeroDivisionError):
        list(upkeep.bring_up("a test", 1, rows, lambda batch: 1 / 0))
    done = []
    assert list(upkeep.bring_up("a test", 1, rows, done.extend)) == [1]
    assert done == [paper]


def test_a_merge_of_long_ago_brings_no_old_html_back(site):
    kept, merged = make_paper(title="Kept"), make_paper(title="Merged $x^2$")
    done = merge(kept=kept, merged=merged, merged_by=None)
    done.snapshot["merged"]["title_html"] = str(WRONG)
    del done.snapshot["typesetting"]
    done.save()
    undo(done, undone_by=None)
    assert "<math" in Paper.objects.get(title="Merged $x^2$").title_html
