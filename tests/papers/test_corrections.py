"""What members propose and moderators accept stays in the record, whatever is imported later."""

import pytest

from papers.curation import corrections
from papers.curation.corrections import (
    AlreadyDecidedError,
    IdentifierTakenError,
    NothingChangedError,
    accept,
    correct,
    decline,
    propose,
    values_of,
)
from papers.curation.history import changes_of
from papers.identifiers import PaperId
from papers.importing.pipeline import find_paper, import_record
from papers.models import Correction, Paper, Venue
from papers.search import search_papers
from search.index import parse, search_summaries
from tests.support.factories import make_paper, make_record, make_summary, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(db):
    return make_user("moderator", is_staff=True, is_superuser=True)


def accepted(paper: Paper, moderator, **proposed) -> Paper:
    correct(paper=paper, proposed=proposed, moderator=moderator)
    return Paper.objects.get(pk=paper.pk)


NEW_VALUES = {
    "title": "Learning to $x_i$ test",
    "authors": ["Grace Hopper", "Łukasz Kaiser"],
    "abstract": "One sentence with $n^2$.\n\nAnother.",
    "year": 1999,
    "venue": "Journal of Tests",
    "volume": "12",
    "number": "3",
    "pages": "1–9",
    "publisher": "A Press",
    "kind": "book",
    "url": "https://example.org/paper",
    "code_url": "https://github.com/example/code",
    "data_url": "https://zenodo.org/records/1",
    "is_withdrawn": True,
    "is_retracted": True,
}


@pytest.mark.parametrize("field", NEW_VALUES)
def test_every_field_can_be_corrected_and_no_import_takes_it_back(field, alice, moderator):
    record = make_record(arxiv="1412.6980", abstract="Old.", venue="ICLR", year=2015)
    paper = import_record(record).paper
    correction = propose(paper=paper, proposed={field: NEW_VALUES[field]}, member=alice)
    assert values_of(Paper.objects.get(pk=paper.pk)) == values_of(paper), "nothing written yet"

    accept(correction_id=correction.pk, moderator=moderator, fields=[field])
    import_record(make_record(arxiv="1412.6980", source="crossref", doi="10.1/x", venue="ICML"))

    paper = Paper.objects.get()
    assert values_of(paper)[field] == NEW_VALUES[field]
    assert field in paper.corrected_fields


def test_title_abstract_byline_and_venue_are_written_as_an_import_writes_them(moderator):
    paper = accepted(make_paper(), moderator, **NEW_VALUES)
    assert "<math" in paper.title_html and paper.abstract_html.count("<p>") == 2
    assert [a.name_slug for a in paper.authorships.all()] == ["grace-hopper", "lukasz-kaiser"]
    assert paper.authors_text == "Grace Hopper; Łukasz Kaiser"
    assert paper.venue.is_provisional and not paper.is_preprint
    assert paper.venue.kind == "journal", "by its name: a book tells nothing of the kind of venue"
    assert (paper.abstract_source, paper.publisher) == ("by-hand", "A Press")


def test_a_known_venue_is_found_by_any_of_its_names(moderator):
    neurips = Venue.objects.get(name="NeurIPS")
    paper = accepted(make_paper(venue="arXiv"), moderator, venue="NIPS")
    assert paper.venue == neurips and not paper.is_preprint


def test_a_venue_can_be_taken_away(moderator):
    paper = accepted(make_paper(venue="ICML"), moderator, venue="")
    assert paper.venue is None and paper.is_preprint


def test_only_the_chosen_fields_are_written(alice, moderator):
    paper = make_paper(year=2016, volume="1")
    correction = propose(paper=paper, proposed={"year": 2017, "volume": "2"}, member=alice)
    done = accept(
        correction_id=correction.pk, moderator=moderator, fields=["year"], answer="Volume 1 it is."
    )
    paper = Paper.objects.get()
    assert (paper.year, paper.volume, paper.corrected_fields) == (2017, "1", ["year"])
    assert (done.state, done.accepted_fields, done.answer) == (
        "accepted",
        ["year"],
        "Volume 1 it is.",
    )
    assert done.decided_by == moderator and done.decided_at


def test_counts_that_others_keep_are_not_written_back(alice, moderator):
    paper = make_paper()
    correction = propose(paper=paper, proposed={"year": 2017}, member=alice)
    Paper.objects.filter(pk=paper.pk).update(wish_count=7)
    accept(correction_id=correction.pk, moderator=moderator, fields=["year"])
    assert Paper.objects.get().wish_count == 7


def test_declining_writes_nothing(alice, moderator):
    paper = make_paper(year=2016)
    correction = propose(paper=paper, proposed={"year": 2017}, member=alice)
    done = decline(correction_id=correction.pk, moderator=moderator, answer="It says 2016.")
    assert Paper.objects.get().year == 2016 and Paper.objects.get().corrected_fields == []
    assert (done.state, done.answer) == ("declined", "It says 2016.")


def test_a_correction_is_decided_once(alice, moderator):
    correction = propose(paper=make_paper(), proposed={"year": 1999}, member=alice)
    decline(correction_id=correction.pk, moderator=moderator)
    with pytest.raises(AlreadyDecidedError, match="already declined"):
        accept(correction_id=correction.pk, moderator=moderator, fields=["year"])
    assert Paper.objects.get().year != 1999


@pytest.mark.parametrize("fields", [[], ["volume"], ["nonsense"]])
def test_accepting_nothing_is_refused(alice, moderator, fields):
    correction = propose(paper=make_paper(), proposed={"year": 1999}, member=alice)
    with pytest.raises(NothingChangedError):
        accept(correction_id=correction.pk, moderator=moderator, fields=fields)
    assert Correction.objects.get().state == "waiting"


def test_proposing_what_is_there_is_refused(alice):
    paper = make_paper(year=2016, arxiv="1412.6980")
    with pytest.raises(NothingChangedError):
        propose(
            paper=paper, proposed={"year": 2016, "identifiers": ["arXiv:1412.6980"]}, member=alice
        )


def test_the_same_proposal_twice_waits_once(alice):
    paper = make_paper()
    for _ in range(2):
        propose(paper=paper, proposed={"year": 1999}, member=alice)
    assert Correction.objects.count() == 1


def test_names_are_added_in_any_form(moderator):
    paper = make_paper(arxiv="1412.6980")
    accepted(
        paper, moderator, identifiers=["https://doi.org/10.1000/ABC", "pmid:31452104", "1412.6980"]
    )
    for name in (PaperId("doi", "10.1000/abc"), PaperId("pmid", "31452104")):
        assert find_paper(name) == paper


def test_a_name_of_another_paper_is_refused_with_that_paper(alice, moderator):
    paper, other = make_paper(), make_paper(title="The other one", doi="10.1000/x")
    with pytest.raises(IdentifierTakenError, match="The other one") as refused:
        propose(paper=paper, proposed={"identifiers": ["10.1000/x"]}, member=alice)
    assert refused.value.owner == other

    correction = propose(
        paper=paper, proposed={"year": 1999, "identifiers": ["10.1000/y"]}, member=alice
    )
    import_record(make_record(source="crossref", title="The other one", doi="10.1000/y"))
    with pytest.raises(IdentifierTakenError):
        accept(correction_id=correction.pk, moderator=moderator, fields=["year", "identifiers"])
    assert Paper.objects.get(pk=paper.pk).year != 1999, "all or nothing"
    accept(correction_id=correction.pk, moderator=moderator, fields=["year"])
    assert Paper.objects.get(pk=paper.pk).year == 1999


def test_a_catalogue_finds_the_corrected_record_by_its_hash(moderator):
    paper = accepted(make_paper(title="Teh slip"), moderator, title="The slip", year=2001)
    told = import_record(make_record(title="The slip", year=2001, source="bibsonomy"))
    assert told.paper == paper


def test_papers_and_their_summaries_are_found_by_the_new_words_only(moderator):
    paper = make_paper(title="Zebras")
    summary = make_summary(paper=paper)
    accepted(paper, moderator, title="Quaggas", authors=["Grace Hopper"])
    for words, count in (("quaggas", 1), ("zebras", 0), ("hopper", 1), ("lovelace", 0)):
        assert search_papers(words).count() == count
        assert search_summaries(parse(words), user=summary.author).count() == count


def test_summaries_are_found_by_the_title_that_an_import_brings():
    summary = make_summary(paper=make_paper(title="Zebras", arxiv="1412.6980"))
    import_record(make_record(title="Quaggas", arxiv="1412.6980", source="arxiv"))
    for words, count in (("quaggas", 1), ("zebras", 0)):
        assert search_summaries(parse(words), user=summary.author).count() == count


def test_the_history_keeps_what_was_before_even_of_an_imported_paper(alice, moderator):
    paper = make_paper(title="Zebras", year=2016)
    assert not paper.history.exists()
    correction = propose(paper=paper, proposed={"title": "Quaggas"}, member=alice)
    accept(correction_id=correction.pk, moderator=moderator, fields=["title"])
    newer, older = paper.history.all()
    assert (older.title, newer.title) == ("Zebras", "Quaggas")
    assert older.history_user is None and newer.history_user == moderator
    assert newer.history_change_reason == f"Correction {correction.pk}: title"

    Paper.objects.filter(pk=paper.pk).update(volume="9")  # As imports do, without history.
    accepted(paper, moderator, year=2017)
    told = [
        (change.by, [(d.label, d.before, d.after) for d in change.differences])
        for change in changes_of(paper)
    ]
    assert told == [
        ("a moderator", [("Year", "2016", "2017")]),
        ("the catalogues", [("Volume", "", "9")]),
        ("a moderator", [("Title", "Zebras", "Quaggas")]),
    ]
    moderator.delete()
    assert [change.by for change in changes_of(paper)] == [by for by, _ in told]


def test_fields_that_changed_since_are_told(alice, moderator):
    paper = make_paper(year=2016, volume="1")
    correction = propose(paper=paper, proposed={"year": 2018, "volume": "2"}, member=alice)
    paper = accepted(paper, moderator, year=2017)
    lines = corrections.lines_of(correction, values_of(paper))
    assert [(line.label, line.before, line.now, line.proposed) for line in lines] == [
        ("Year", "2016", "2017", "2018"),
        ("Volume", "1", "1", "2"),
    ]
    assert [line.is_stale for line in lines] == [True, False]
