"""Two papers become one page, and two again: nothing is lost on either way."""

import datetime
import threading

import pytest
from django.db import connection, transaction
from django.db.models import ForeignKey
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from following.models import Follow
from library.models import SavedPaper
from notifications.models import Notification
from papers.curation.merge import MergeError, consequences, merge, merged_into, pointers
from papers.curation.unmerge import UnmergeError, undo
from papers.identifiers import PaperId
from papers.importing.paper_bundle import typeset
from papers.importing.pipeline import find_paper, import_record
from papers.models import (
    ArxivVersion,
    Correction,
    Identifier,
    Merge,
    MergeProposal,
    Paper,
    SourceRecord,
)
from papers.search import PaperDocument, index_papers, search_papers
from papers.sources import Version
from search.index import parse, search_summaries
from summaries.models import AuthorClaim, Citation, Comment, PaperRanking, Summary, SummaryRequest
from summaries.ranking.counters import recount_paper
from summaries.rendering import RENDERER_VERSION
from summaries.rerender import rerender_old
from tests.support.factories import make_paper, make_record, make_summary, make_user

pytestmark = pytest.mark.django_db


def rows_of_everything() -> dict[str, dict]:
    """{model: {number: columns}} of all rows that papers are made of or that point at one."""
    models = {Paper, MergeProposal, PaperDocument, *(pointer.model for pointer in pointers())}
    models.add(PaperRanking)
    return {
        model._meta.label: {
            values["pk"]: values
            for values in model._base_manager.values("pk", *(f.attname for f in columns(model)))
        }
        for model in models - {Merge}
    }


def columns(model):
    return [f for f in model._meta.concrete_fields if f.name != "words"]


def make_wish(paper: Paper, user: User) -> SummaryRequest:
    wish = SummaryRequest.objects.create(paper=paper, user=user)
    Paper.objects.filter(pk=paper.pk).update(wish_count=paper.summary_requests.count())
    return wish


# -- what moves -------------------------------------------------------------------------------


# A row of each model that points at a paper. A new model needs a line here: look whether its rows
# move as they should, and whether two of them can be in each other's way.
MAKE = {
    "papers.Identifier.paper": lambda paper, user: Identifier.objects.create(
        paper=paper, scheme="pmid", value="1234"
    ),
    "papers.SourceRecord.paper": lambda paper, user: paper.source_records.get(),
    "papers.ArxivVersion.paper": lambda paper, user: ArxivVersion.objects.create(
        paper=paper, number=7
    ),
    "papers.Correction.paper": lambda paper, user: Correction.objects.create(
        paper=paper, proposed_by=user, changes={"year": [2016, 2017]}
    ),
    "papers.Merge.kept": lambda paper, user: merge(kept=paper, merged=make_paper(), merged_by=user),
    "summaries.Summary.paper": lambda paper, user: make_summary(paper=paper, author=user),
    "summaries.Citation.paper": lambda paper, user: Citation.objects.create(
        summary=make_summary(), key="k", paper=paper
    ),
    "summaries.SummaryRequest.paper": lambda paper, user: make_wish(paper, user),
    "summaries.Comment.paper": lambda paper, user: Comment.objects.create(
        paper=paper, author=user, text="Does it scale?"
    ),
    "summaries.AuthorClaim.paper": lambda paper, user: AuthorClaim.objects.create(
        paper=paper, user=user
    ),
    "library.SavedPaper.paper": lambda paper, user: SavedPaper.objects.create(
        paper=paper, user=user
    ),
    "following.Follow.paper": lambda paper, user: Follow.objects.create(
        paper=paper, user=user, kind=Follow.Kind.PAPER
    ),
    "notifications.Notification.paper": lambda paper, user: Notification.objects.create(
        paper=paper, user=user, kind=Notification.Kind.WISH, event=f"wish:{paper.pk}"
    ),
}
# Written anew from the records of both: the rows of the one that goes do not move.
COMPOSED = {"papers.Authorship.paper"}
# They have the paper's number for their own, and their owner writes them anew.
RESULTS = {"papers.PaperDocument", "summaries.SimilarPapers", "summaries.PaperRanking"}


def label(pointer: ForeignKey) -> str:
    return f"{pointer.model._meta.label}.{pointer.name}"


def test_every_model_that_points_at_a_paper_is_tried():
    assert {label(pointer) for pointer in pointers()} == MAKE.keys() | COMPOSED
    results = {
        relation.related_model._meta.label
        for relation in Paper._meta.related_objects
        if relation.field.primary_key
    }
    assert results == RESULTS


@pytest.mark.parametrize("kind", sorted(MAKE))
def test_a_merge_moves_it_and_undoing_brings_it_back(kind, alice, bob):
    kept, merged = make_paper(title="On merging"), make_paper(title="On merging, again")
    row = MAKE[kind](merged, alice)
    before = rows_of_everything()
    done = merge(kept=kept, merged=merged, merged_by=bob)
    row.refresh_from_db()
    assert getattr(row, kind.rpartition(".")[2]) == kept
    undo(done, undone_by=bob)
    assert rows_of_everything() == before


def test_the_merged_number_is_no_paper_any_more():
    kept, merged = make_paper(), make_paper()
    number = merged.pk
    merge(kept=kept, merged=merged, merged_by=None)
    assert not Paper.objects.filter(pk=number).exists()
    assert merged_into(number) == kept
    assert merged_into(kept.pk) is None


def test_a_chain_of_merges_ends_at_the_last():
    first, second, third = make_paper(), make_paper(), make_paper()
    numbers = [first.pk, second.pk]
    merge(kept=second, merged=first, merged_by=None)
    merge(kept=third, merged=second, merged_by=None)
    assert [merged_into(number) for number in numbers] == [third, third]


def test_both_summaries_of_one_person_stay(alice):
    kept, merged = make_paper(), make_paper()
    mine, other = make_summary(paper=kept, author=alice), make_summary(paper=merged, author=alice)
    done = merge(kept=kept, merged=merged, merged_by=None)
    kept.refresh_from_db()
    assert set(kept.summaries.all()) == {mine, other} and kept.summary_count == 2
    undo(done, undone_by=None)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.paper_id, mine.came_by_merge) == (kept.pk, False)
    assert (other.paper_id, other.came_by_merge) == (done.merged_number, False)


def test_one_wish_of_one_person_is_one_wish(alice, bob):
    kept, merged = make_paper(), make_paper()
    for paper, person in ((kept, alice), (merged, alice), (merged, bob)):
        SummaryRequest.objects.create(paper=paper, user=person)
    done = merge(kept=kept, merged=merged, merged_by=None)
    assert kept.wish_count == 2
    assert set(kept.summary_requests.values_list("user", flat=True)) == {alice.pk, bob.pk}
    undo(done, undone_by=None)
    assert SummaryRequest.objects.filter(paper=done.merged_number).count() == 2


def test_a_wish_taken_back_since_does_not_return(alice):
    kept, merged = make_paper(), make_paper()
    for paper in (kept, merged):
        SummaryRequest.objects.create(paper=paper, user=alice)
    done = merge(kept=kept, merged=merged, merged_by=None)
    SummaryRequest.objects.all().delete()
    undo(done, undone_by=None)
    assert not SummaryRequest.objects.exists()


def test_search_lists_and_counts_follow():
    kept, merged = make_paper(title="Mergeable things"), make_paper(title="Doubled things")
    summary = make_summary(paper=merged, text="About zebras.")
    number = merged.pk
    done = merge(kept=kept, merged=merged, merged_by=None)
    assert list(search_papers("things")) == [kept]
    assert search_summaries(parse("zebras"), user=summary.author).get().paper == kept
    assert PaperRanking.objects.get().paper == kept
    undo(done, undone_by=None)
    assert {paper.pk for paper in search_papers("things")} == {kept.pk, number}
    assert PaperRanking.objects.get().paper_id == number
    kept.refresh_from_db()
    assert kept.summary_count == 0


def test_any_name_of_either_finds_the_kept_paper():
    kept = make_paper(title="A thing", arxiv="1601.00001", authors=("Ada Lovelace",))
    merged = make_paper(title="The thing", doi="10.1/thing", authors=("Ada Lovelace",))
    key, number = merged.citation_key, merged.pk
    merge(kept=kept, merged=merged, merged_by=None)
    for name in (PaperId("arxiv", "1601.00001"), PaperId("doi", "10.1/thing"), PaperId("key", key)):
        assert find_paper(name) == kept
    told = make_record(title="The thing, revised", doi="10.1/thing", authors=("Ada Lovelace",))
    assert import_record(told).paper == kept
    assert not Paper.objects.filter(pk=number).exists()


def test_the_kept_paper_is_composed_from_the_records_of_both():
    kept = make_paper(
        source="arxiv",
        title="A thing",
        arxiv="1601.00001",
        venue="arXiv",
        venue_kind="preprint",
        abstract="Of things.",
        year=2016,
        versions=(Version(number=1), Version(number=2)),
        arxiv_version=2,
    )
    merged = make_paper(
        source="crossref", title="A thing", doi="10.1/t", venue="Nature", year=2018, pages="1-9"
    )
    before = rows_of_everything()
    done = merge(kept=kept, merged=merged, merged_by=None)
    assert (kept.venue.name, kept.year, kept.pages) == ("Nature", 2018, "1-9")
    assert (kept.abstract, kept.arxiv_version, kept.is_preprint) == ("Of things.", 2, False)
    assert kept.versions.count() == 2
    undo(done, undone_by=None)
    assert rows_of_everything() == before


def test_corrections_of_both_stay_and_those_of_the_kept_paper_win():
    kept = make_paper(title="Wrong titel", year=2016, pages="1-2")
    merged = make_paper(title="Wrong titel", year=2019, authors=("A. Lovelace",))
    Paper.objects.filter(pk=kept.pk).update(title="Right title", corrected_fields=["title"])
    Paper.objects.filter(pk=merged.pk).update(
        title="Another title", pages="3-4", corrected_fields=["authors", "pages", "title"]
    )
    before = rows_of_everything()
    done = merge(kept=kept, merged=merged, merged_by=None)
    assert (kept.title, kept.pages) == ("Right title", "3-4")
    assert kept.corrected_fields == ["authors", "pages", "title"]
    assert [author.name for author in kept.authorships.all()] == ["A. Lovelace"]
    assert kept.authors_text == "A. Lovelace"
    undo(done, undone_by=None)
    assert rows_of_everything() == before


def test_a_paper_typed_in_by_a_person_keeps_what_it_says():
    kept = Paper(title="Typed $x < y$ & in", year=1999, citation_key="typed1999")
    typeset(kept)
    kept.save()
    index_papers([kept])
    merged = make_paper(title="Typed in", year=2001, pages="1-9")
    before = rows_of_everything()
    done = merge(kept=kept, merged=merged, merged_by=None)
    assert (kept.title, kept.year, kept.pages) == ("Typed $x < y$ & in", 1999, "1-9")
    assert kept.authors_text == "Ada Lovelace; Alan Turing"
    undo(done, undone_by=None)
    assert rows_of_everything() == before


def test_a_row_that_moves_and_is_composed_anew_comes_back_as_it_was():
    told = {"versions": (Version(number=1, submitted_on=datetime.date(2016, 1, 1)),)}
    kept = make_paper(title="One", arxiv="1601.00001", source="crossref")
    merged = make_paper(title="Two", arxiv="1601.00002", source="arxiv", arxiv_version=1, **told)
    ArxivVersion.objects.update(submitted_on=datetime.date(2015, 5, 5))
    before = rows_of_everything()
    done = merge(kept=kept, merged=merged, merged_by=None)
    assert kept.versions.get().submitted_on == datetime.date(2016, 1, 1)
    undo(done, undone_by=None)
    assert rows_of_everything() == before


def test_texts_that_cite_the_merged_paper_are_rendered_again():
    kept, merged = make_paper(arxiv="1601.00001"), make_paper(arxiv="1601.00002")
    citing = make_summary(text=r"As in \cite{1601.00002}.")
    number = merged.pk
    done = merge(kept=kept, merged=merged, merged_by=None)
    assert rerender_old() == 1
    citing.refresh_from_db()
    assert f"/paper/{kept.pk}/" in citing.html and f"/paper/{number}/" not in citing.html
    undo(done, undone_by=None)
    assert rerender_old() == 1
    citing.refresh_from_db()
    assert f"/paper/{number}/" in citing.html


def test_proposals_with_third_papers_move(alice):
    kept, merged, third, fourth = (make_paper() for _ in range(4))
    asked = MergeProposal.objects.create(first=kept, second=merged, proposed_by=alice)
    moves = MergeProposal.objects.create(first=merged, second=third, state="declined")
    taken = MergeProposal.objects.create(first=kept, second=fourth)
    gives_way = MergeProposal.objects.create(first=merged, second=fourth, note="So it seems.")
    before = rows_of_everything()
    done = merge(kept=kept, merged=merged, merged_by=None)
    assert set(MergeProposal.objects.all()) == {moves, taken}
    moves.refresh_from_db()
    assert (moves.first, moves.second, moves.state) == (kept, third, "declined")
    undo(done, undone_by=None)
    assert set(MergeProposal.objects.all()) == {asked, moves, taken, gives_way}
    assert rows_of_everything() == before


def test_history_tells_of_merge_and_undoing(alice):
    kept, merged = make_paper(), make_paper()
    number = merged.pk
    done = merge(kept=kept, merged=merged, merged_by=alice)
    undo(done, undone_by=alice)
    lines = {
        pk: list(
            Paper.history.filter(id=pk)
            .order_by("history_id")
            .values_list("history_type", "history_change_reason")
        )
        for pk in (kept.pk, number)
    }
    assert lines[kept.pk][-2:] == [
        ("~", f"Paper {number} was merged into this paper"),
        ("~", f"The merge of paper {number} was undone"),
    ]
    assert lines[number][-2:] == [
        ("-", f"Merged into paper {kept.pk}"),
        ("+", f"The merge into paper {kept.pk} was undone"),
    ]


# -- what cannot be done ----------------------------------------------------------------------


def test_a_paper_is_not_merged_with_itself_or_with_one_that_is_gone():
    kept, merged = make_paper(), make_paper()
    with pytest.raises(MergeError, match="itself"):
        merge(kept=kept, merged=Paper.objects.get(pk=kept.pk), merged_by=None)
    again = Paper.objects.get(pk=merged.pk)
    merge(kept=kept, merged=merged, merged_by=None)
    with pytest.raises(MergeError, match="no longer exists"):
        merge(kept=kept, merged=again, merged_by=None)


def test_the_last_merge_is_undone_first():
    first, second, third = make_paper(), make_paper(), make_paper(title="The third")
    before = rows_of_everything()
    one = merge(kept=second, merged=first, merged_by=None)
    other = merge(kept=third, merged=second, merged_by=None)
    one.refresh_from_db()
    with pytest.raises(
        UnmergeError, match=f"Paper {other.merged_number}, .* Undo that merge first"
    ):
        undo(one, undone_by=None)
    undo(other, undone_by=None)
    one.refresh_from_db()
    undo(one, undone_by=None)
    assert rows_of_everything() == before
    with pytest.raises(UnmergeError, match="already"):
        undo(one, undone_by=None)


def test_what_is_undone_can_be_merged_again():
    kept, merged = make_paper(), make_paper()
    number = merged.pk
    undo(merge(kept=kept, merged=merged, merged_by=None), undone_by=None)
    assert merged_into(number) is None
    merge(kept=Paper.objects.get(pk=number), merged=Paper.objects.get(pk=kept.pk), merged_by=None)
    assert merged_into(kept.pk).pk == number


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_merges_at_once_one_takes_place():
    papers = [make_paper(), make_paper()]
    numbers = [paper.pk for paper in papers]
    together = threading.Barrier(2)
    came_of_it = []

    def merge_them(kept: int, merged: int) -> None:
        pair = [Paper.objects.get(pk=number) for number in (kept, merged)]
        together.wait(timeout=20)
        try:
            came_of_it.append(merge(kept=pair[0], merged=pair[1], merged_by=None).kept_id)
        except MergeError:
            came_of_it.append(None)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=merge_them, args=order) for order in (numbers, numbers[::-1])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(came_of_it, key=bool) == [None, Paper.objects.get().pk]


# -- what came since --------------------------------------------------------------------------


def test_what_came_since_stays_with_the_kept_paper(alice):
    kept = make_paper(title="A thing", arxiv="1601.00001", authors=("Ada Lovelace",), year=2016)
    merged = make_paper(title="A thing, too", doi="10.1/t", authors=("Ada Lovelace",), year=2017)
    number = merged.pk
    done = merge(kept=kept, merged=merged, merged_by=None)
    summary = make_summary(paper=kept, author=alice)
    told = make_record(
        source="crossref", arxiv="1601.00001", title="A thing", venue="Nature", year=2018
    )
    import_record(told)
    undo(done, undone_by=None)
    kept.refresh_from_db()
    restored = Paper.objects.get(pk=number)
    assert summary in kept.summaries.all() and kept.summary_count == 1
    assert (kept.venue.name, kept.year) == ("Nature", 2018)
    assert (restored.venue, restored.year, restored.title) == (None, 2017, "A thing, too")
    assert restored.doi == "10.1/t" and kept.doi == ""


def test_news_of_a_record_that_goes_back_go_with_it():
    kept = make_paper(title="A thing", arxiv="1601.00001", year=2016)
    told = {"source": "crossref", "title": "A thing, too", "doi": "10.1/t", "year": 2017}
    merged = make_paper(**told)
    number = merged.pk
    done = merge(kept=kept, merged=merged, merged_by=None)
    import_record(make_record(**told, pages="5-6"))
    undo(done, undone_by=None)
    kept.refresh_from_db()
    assert Paper.objects.get(pk=number).pages == "5-6" and kept.pages == ""


def test_a_correction_since_stays_and_one_taken_over_goes_back():
    kept, merged = make_paper(title="One", year=2016), make_paper(title="Two", year=2016)
    Paper.objects.filter(pk=merged.pk).update(pages="3-4", corrected_fields=["pages"])
    done = merge(kept=kept, merged=merged, merged_by=None)
    Paper.objects.filter(pk=kept.pk).update(year=2020, corrected_fields=["pages", "year"])
    undo(done, undone_by=None)
    kept.refresh_from_db()
    assert (kept.year, kept.pages, kept.corrected_fields) == (2020, "", ["year"])


# -- what moderators are told -----------------------------------------------------------------


def test_a_moderator_is_told_what_will_happen(alice, bob):
    kept, merged = make_paper(), make_paper(doi="10.1/t")
    for paper in (kept, merged):
        make_summary(paper=paper, author=alice)
    make_summary(paper=merged, author=bob)
    SummaryRequest.objects.create(paper=merged, user=bob)
    said = consequences(kept=kept, merged=merged)
    assert {"1 record", "2 summaries", "1 wish"} <= set(said.moves)
    assert said.sentences == ["Alice Munro has a summary of both: both are kept."]


@pytest.mark.parametrize("how", [{"is_anonymous": True}, {"state": "draft"}, {"state": "private"}])
def test_nobody_is_named_who_did_not_sign(how, alice, bob):
    told = []
    for author in (alice, bob):
        kept, merged = make_paper(), make_paper()
        make_summary(paper=kept, author=alice)
        make_summary(paper=merged, author=author, **how)
        told.append(consequences(kept=kept, merged=merged))
    assert told[0] == told[1]
    assert told[0].sentences == []


# -- any papers, any rows ---------------------------------------------------------------------

people = st.lists(st.integers(0, 2), unique=True, max_size=3)
papers = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["A thing", "A thing: $x<y$ & more", "Other things"]),
        "authors": st.sampled_from([("Ada Lovelace",), ("A. Lovelace", "Alan Turing"), ()]),
        "source": st.sampled_from(["arxiv", "crossref", "dblp", "by-hand"]),
        "venue": st.sampled_from(["", "arXiv", "Nature"]),
        "year": st.sampled_from([None, 2016, 2017]),
        "versions": st.integers(0, 3),
        "corrected": st.lists(st.sampled_from(["authors", "title", "venue", "year"]), unique=True),
        "has_records": st.booleans(),
        "summaries": st.lists(
            st.tuples(
                st.integers(0, 2),
                st.sampled_from(["published", "draft", "hidden"]),
                st.booleans(),
                st.booleans(),
            ),
            unique_by=lambda item: item[0],
            max_size=3,
        ),
        "wishes": people,
        "corrections": st.integers(0, 2),
        "cites": st.lists(st.integers(0, 3), unique=True, max_size=2),
        "proposes": st.lists(
            st.tuples(st.integers(0, 3), st.sampled_from(["waiting", "declined"])),
            unique_by=lambda item: item[0],
            max_size=3,
        ),
    }
)
steps = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=4)


def build(number: int, told: dict) -> Paper:
    paper = make_paper(
        title=f"{told['title']}, part {number}",
        **{name: told[name] for name in ("authors", "source", "venue")},
        year=told["year"],
        doi=f"10.1/{number}",
        versions=tuple(
            Version(number=n, submitted_on=datetime.date(2016, 1, number + n))
            for n in range(1, told["versions"] + 1)
        ),
        arxiv_version=told["versions"] or None,
    )
    Identifier.objects.create(paper=paper, scheme="arxiv", value=f"1601.0000{number}")
    if not told["has_records"]:
        paper.source_records.all().delete()
    Paper.objects.filter(pk=paper.pk).update(corrected_fields=sorted(told["corrected"]))
    for _ in range(told["corrections"]):
        Correction.objects.create(paper=paper, changes={"title": [paper.title, "Another"]})
    return paper


def relate(paper: Paper, told: dict, everyone: list[User], all_papers: list[Paper]) -> None:
    for person, state, is_anonymous, is_deleted in told["summaries"]:
        summary = Summary.objects.create(
            paper=paper,
            author=everyone[person],
            state=state,
            is_anonymous=is_anonymous,
            text="Cites.",
            renderer_version=RENDERER_VERSION,
            published_at=timezone.now(),
            deleted_at=timezone.now() if is_deleted else None,
        )
        for cited in told["cites"]:
            Citation.objects.create(summary=summary, key=f"k{cited}", paper=all_papers[cited])
    for person in told["wishes"]:
        SummaryRequest.objects.create(paper=paper, user=everyone[person])
    for other, state in told["proposes"]:
        pair = sorted([paper.pk, all_papers[other].pk])
        if pair[0] < pair[1]:
            MergeProposal.objects.get_or_create(
                first_id=pair[0], second_id=pair[1], defaults={"state": state}
            )


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=st.lists(papers, min_size=4, max_size=4), steps=steps)
def test_any_merges_undone_in_reverse_leave_every_row_as_it_was(told, steps):
    with transaction.atomic():
        everyone = [make_user() for _ in range(3)]
        built = [build(number, one) for number, one in enumerate(told)]
        for paper, one in zip(built, told, strict=True):
            relate(paper, one, everyone, built)
        for paper in built:
            recount_paper(paper.pk)
            Paper.objects.filter(pk=paper.pk).update(wish_count=paper.summary_requests.count())
        numbers = [paper.pk for paper in built]
        before, merges = [], []
        for kept, merged in steps:
            pair = {paper.pk: paper for paper in Paper.objects.filter(pk__in=numbers)}
            kept, merged = pair.get(numbers[kept]), pair.get(numbers[merged])
            if kept and merged and kept != merged:
                before.append(rows_of_everything())
                merges.append(merge(kept=kept, merged=merged, merged_by=None))
                connection.check_constraints()
                for model in (Identifier, SourceRecord, Summary, Correction):
                    assert set(before[-1][model._meta.label]) <= set(
                        model.objects.values_list("pk", flat=True)
                    )
        for done in reversed(merges):
            done.refresh_from_db()
            undo(done, undone_by=None)
            connection.check_constraints()
            assert rows_of_everything() == before.pop()
        transaction.set_rollback(True)


def test_the_dump_sees_what_there_is():
    """The comparison above compares something."""
    make_summary()
    rows = rows_of_everything()
    assert all(
        rows[name] for name in ("papers.Paper", "papers.Authorship", "summaries.PaperRanking")
    )
    assert rows["papers.PaperDocument"].keys() == rows["papers.Paper"].keys()
