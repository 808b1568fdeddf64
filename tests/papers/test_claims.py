"""What members add never rewrites a paper that is here; what differs waits for the moderators."""

import functools
import io
import json
import re

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papers.curation import corrections
from papers.curation.merge import merge
from papers.curation.unmerge import undo
from papers.identifiers import PaperId
from papers.importing.contributions import contribute
from papers.importing.paper_bundle import COMPOSED_FIELDS, rebuild_from_records
from papers.importing.pipeline import find_paper, import_record, import_records
from papers.models import Correction, Decision, Merge, MergeProposal, Paper, SourceRecord, Venue
from papers.sources import Record, record_to_json
from summaries.actions.comment import comment
from tests.papers.test_import_order import WORLD
from tests.support.factories import make_paper, make_record, make_summary, make_user

pytestmark = pytest.mark.django_db

TITLE = "Counting sheep with gradients"
AUTHORS = ("Dolly Müller", "Grace B. Hopper", "Alan Turing")
DOI = "10.5555/sheep_1"
RIGHT = {
    "title": TITLE,
    "authors": AUTHORS,
    "abstract": "We count sheep by descending into the valley, which is slow but sound.",
    "year": 2015,
    "venue": "NeurIPS",
    "venue_kind": "conference",
    "kind": "inproceedings",
    "volume": "28",
    "pages": "11-19",
    "publisher": "Meadow Press",
    "url": "https://meadow.example.org/sheep",
    "identifiers": (PaperId("doi", DOI), PaperId("key", "mueller2015counting")),
}
PREPRINT = {"venue": "arXiv", "venue_kind": "preprint", "kind": "misc", "volume": "", "pages": ""}


def by_crossref() -> Paper:
    return import_record(Record(**{"source": "crossref", **RIGHT})).paper


def by_arxiv() -> Paper:
    names = (PaperId("arxiv", "1503.00001"), PaperId("doi", DOI))
    return import_record(
        Record(**{"source": "arxiv", **RIGHT, **PREPRINT, "identifiers": names})
    ).paper


def by_member() -> Paper:
    return contribute(Record(**{"source": "bibtex", **RIGHT}), member=make_user()).paper


def by_moderator() -> Paper:
    """Set field by field, so that no record stands behind it."""
    paper = by_crossref()
    SourceRecord.objects.filter(paper=paper).delete()
    return paper


MAKERS = {
    "catalogue": by_crossref,
    "preprint": by_arxiv,
    "member": by_member,
    "moderator": by_moderator,
}


def entry(key="mine", **changed: str) -> str:
    """The paper as a member's file tells it, but for what is changed."""
    fields = {
        "title": TITLE,
        "author": 'M{\\"u}ller, D. and Hopper, Grace and Turing, Alan',
        "year": "2015",
        "booktitle": "NeurIPS",
        "doi": "10.5555/sheep{\\_}1",
        **changed,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@inproceedings{{{key},\n{lines}\n}}\n"


# {what: (change to the entry, the field that differs, the member's value)}
HOSTILE = {
    "title": ({"title": "Counting wolves"}, "title", "Counting wolves"),
    "authors": ({"author": "Wolf, Evil"}, "authors", ["Evil Wolf"]),
    "an author more": (
        {"author": 'M{\\"u}ller, D. and Hopper, G. and Turing, A. and Wolf, Evil'},
        "authors",
        ["D. Müller", "G. Hopper", "A. Turing", "Evil Wolf"],
    ),
    "order of authors": (
        {"author": 'Turing, Alan and Hopper, Grace and M{\\"u}ller, Dolly'},
        "authors",
        ["Alan Turing", "Grace Hopper", "Dolly Müller"],
    ),
    "year": ({"year": "2031"}, "year", 2031),
    "venue": ({"booktitle": "Quack Weekly"}, "venue", "Quack Weekly"),
    "url": ({"url": "https://wolf.example.com/cure"}, "url", "https://wolf.example.com/cure"),
    "volume": ({"volume": "666"}, "volume", "666"),
    "pages": ({"pages": "1--2"}, "pages", "1-2"),
    "publisher": ({"publisher": "Wolf Press"}, "publisher", "Wolf Press"),
    "abstract": (
        {"abstract": "Buy my miracle cure for wolves today"},
        "abstract",
        "Buy my miracle cure for wolves today",
    ),
    "names": ({"biburl": "https://dblp.org/rec/conf/wolf/Evil15"}, "identifiers", None),
}


def moderator():
    person = make_user(is_staff=True)
    wanted = ["change_paper", "view_paper", "change_correction", "view_correction"]
    person.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    return person


def signed_in(person=None) -> Client:
    client = Client()
    client.force_login(person or make_user())
    return client


def paste(client: Client, text: str):
    return client.post("/add", {"method": "bibtex", "text": text}, follow=True)


def upload(client: Client, text: str):
    """A file with one more entry, which has nothing to do with it."""
    file = io.BytesIO(f"{text}\n@misc{{other{make_user().pk}, title = {{Other}}}}".encode())
    file.name = "mine.bib"
    return client.post("/add", {"method": "bibtex", "file": file}, follow=True)


def shown(paper: Paper) -> dict[str, bytes]:
    """Everything that readers and programs get of a paper."""
    cache.clear()
    paper = Paper.objects.select_related("venue").get(pk=paper.pk)
    author = paper.authorships.first()
    addresses = [
        paper.get_absolute_url(),
        *(f"/paper/{paper.pk}/{form}" for form in ("bibtex", "ris", "csl.json", "record")),
        *(f"/paper/{paper.pk}/feed.{form}" for form in ("atom", "json")),
        *("/feed.atom", "/feed.json", "/rss.xml", "/?sort=recent", "/venue", "/users"),
        *(paper.venue.get_absolute_url(), author.get_absolute_url()),
        f"/venue/{paper.venue.slug}/{paper.year}",
        f"/paper?bibtexKey={paper.citation_key}",
        *("/search?q=counting+sheep", "/search?q=author:hopper", "/internalsearch?q=counting"),
        *("/search?q=wolf", "/search?q=venue:quack", "/author/evil-wolf", "/venue/quack-weekly"),
        *(f"/api/v1/papers/{paper.pk}", f"/api/v1/papers/{paper.pk}/summaries"),
        "/sitemap.xml",
    ]
    reader = Client()
    pages = {address: reader.get(address, follow=True).content for address in addresses}
    # How long ago something was is told in words that change by themselves.
    pages = {a: re.sub(rb"(<time[^>]*>)[^<]*", rb"\1", page) for a, page in pages.items()}
    asked = json.dumps({"identifiers": [DOI, paper.citation_key, "mine"]})
    pages["lookup"] = reader.post("/api/v1/lookup", asked, content_type="application/json").content
    return pages | {"rows": repr(rows(paper)).encode()}


def rows(paper: Paper) -> list:
    return [
        Paper.objects.filter(pk=paper.pk).values().get(),
        sorted(paper.identifiers.values_list("scheme", "value")),
        list(paper.authorships.values_list("position", "name")),
        sorted(paper.source_records.values_list("source", "name")),
        sorted(Venue.objects.values_list("slug", "name")),
        paper.history.count(),
    ]


def discussed(paper: Paper) -> Paper:
    summary = make_summary(paper=paper, text="It counts **sheep**.")
    comment(summary_id=summary.pk, author=make_user(), text="How many?")
    return Paper.objects.get(pk=paper.pk)


# -- taking a paper over -----------------------------------------------------------------------


@pytest.mark.parametrize("made_by", MAKERS)
@pytest.mark.parametrize("send", [paste, upload])
def test_an_entry_that_agrees_changes_nothing_and_proposes_nothing(made_by, send):
    paper = discussed(MAKERS[made_by]())
    text = entry(booktitle="" if made_by == "preprint" else "Proc. of NeurIPS 2015")
    before = shown(paper)
    answer = send(signed_in(), text)
    assert answer.status_code == 200 and not Correction.objects.exists()
    assert shown(paper) == before


# A preprint has neither: there they fill a gap.
GAPS_OF_A_PREPRINT = {"volume", "pages"}


@pytest.mark.parametrize(
    ("made_by", "what"),
    [
        (made_by, what)
        for made_by in MAKERS
        for what in HOSTILE
        if made_by != "preprint" or what not in GAPS_OF_A_PREPRINT
    ],
)
def test_no_pasted_entry_changes_what_is_shown(made_by, what):
    changed, field, value = HOSTILE[what]
    paper = discussed(MAKERS[made_by]())
    if made_by == "preprint":
        changed = {"booktitle": "", **changed}
    before = shown(paper)
    html = paste(signed_in(), entry(**changed)).content.decode()
    assert shown(paper) == before
    correction = Correction.objects.get(paper=paper)
    now = corrections.values_of(Paper.objects.get(pk=paper.pk))[field]
    assert correction.changes[field] == [now, ["conf/wolf/Evil15"] if value is None else value]
    assert correction.entry == "BibTeX mine" or what == "names"
    assert "Moderators will review the differences." in html
    assert str(corrections.LABELS[field]) in html


@pytest.mark.parametrize("what", ["title", "authors", "venue", "year", "url"])
def test_no_uploaded_file_changes_what_is_shown(what):
    changed, field, value = HOSTILE[what]
    paper = discussed(by_crossref())
    before = shown(paper)
    html = upload(signed_in(), entry(**changed)).content.decode()
    # The other entry of the file is a paper of its own, which lists show; this one's pages do not.
    after = shown(paper)
    own = [address for address in before if f"/{paper.pk}" in address or "author" in address]
    assert {a: after[a] for a in own} == {a: before[a] for a in own} and own
    assert Correction.objects.get(paper=paper).changes[field][1] == value
    assert "Already added" in html and "Moderators will review the differences." in html


@pytest.mark.parametrize("made_by", MAKERS)
@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({"title": "Counting wolves"}, "title", "Counting wolves"),
        ({"authors": "Evil Wolf"}, "authors", ["Evil Wolf"]),
        ({"year": "2031"}, "year", 2031),
        ({"venue": "Quack Weekly"}, "venue", "Quack Weekly"),
        ({"abstract": "Buy my cure today"}, "abstract", "Buy my cure today"),
        ({"kind": "book"}, "kind", "book"),
    ],
)
def test_no_form_changes_what_is_shown(made_by, changed, field, value):
    paper = discussed(MAKERS[made_by]())
    before = shown(paper)
    form = {
        **{"method": "manual", "title": TITLE, "authors": "\n".join(AUTHORS), "year": "2015"},
        **{"venue": "" if made_by == "preprint" else "NeurIPS"},
        **{"url": f"https://doi.org/{DOI}", **changed},
    }
    html = signed_in().post("/add", form, follow=True).content.decode()
    assert shown(paper) == before
    assert Correction.objects.get(paper=paper).changes[field][1] == value
    assert "Moderators will review the differences." in html


@pytest.mark.parametrize(
    ("text", "shown_as"),
    [
        ('M{\\"u}ller, Dolly and others', "others"),
        ('M{\\"u}ller, Dolly and et al.', "et al"),
        ('M{\\"u}ller, Dolly and ...', "..."),
        ("Wolf, Evil and others", "others"),
        ("others", "others"),
    ],
)
def test_a_byline_that_leaves_out_authors_replaces_none(text, shown_as):
    paper = by_member()
    before = rows(paper)
    paste(signed_in(), entry(author=text))
    assert rows(paper) == before and not Correction.objects.exists()
    made = contribute(
        Record(source="bibtex", title="Alone", authors=("Ada Byron", shown_as)), member=None
    )
    assert made.paper.authors_text == "Ada Byron"


def test_a_fuller_byline_of_a_catalogue_wins_over_a_truncated_one():
    cut = {"authors": ("Ashish V", "others"), "title": "Attention", "arxiv": "1706.03762"}
    import_record(make_record(source="arxiv", **cut))
    full = cut | {"authors": ("Ashish V", "Noam S")}
    assert (
        import_record(make_record(source="dblp", **full)).paper.authors_text == "Ashish V; Noam S"
    )


# -- gaps ---------------------------------------------------------------------------------------


def bare(source="crossref") -> Paper:
    told = {"title": TITLE, "authors": AUTHORS, "year": None, "identifiers": (PaperId("doi", DOI),)}
    return import_record(Record(source=source, **told)).paper


@pytest.mark.parametrize("source", ["crossref", "bibtex"])
def test_an_entry_fills_gaps_and_the_first_one_stays(source):
    paper = bare(source)
    key = paper.citation_key
    first = paste(signed_in(), entry(pages="1--9", url="https://one.example.org/"))
    paste(signed_in(), entry(year="2031", booktitle="Quack", pages="5", url="https://two.example"))
    paper.refresh_from_db()
    assert (paper.year, paper.venue.name, paper.pages) == (2015, "NeurIPS", "1-9")
    assert paper.url == "https://one.example.org/" and not paper.is_preprint
    assert paper.citation_key == key
    assert "Added from your entry: Year, Venue, Pages and Link to the paper." in (
        first.content.decode()
    )
    proposed = Correction.objects.get().changes
    assert set(proposed) == {"year", "venue", "pages", "url"}
    before = rows(paper)
    rebuild_from_records([paper.pk])
    after = rows(Paper.objects.get(pk=paper.pk))
    for row in (before, after):
        row[0].pop("updated_at")
    assert after == before, "composing finds the same again"


def test_a_catalogue_that_comes_later_wins_over_what_filled_a_gap():
    paper = bare()
    paste(signed_in(), entry(year="2031", booktitle="Quack", volume="666"))
    import_record(Record(**{"source": "dblp", **RIGHT}))
    paper.refresh_from_db()
    assert (paper.year, paper.venue.name, paper.volume) == (2015, "NeurIPS", "28")


def test_pages_of_another_venue_fill_no_gap():
    paper = by_arxiv()
    paste(signed_in(), entry(booktitle="Quack", pages="1--9", volume="3"))
    paper.refresh_from_db()
    assert (paper.pages, paper.volume, paper.venue.name) == ("", "", "arXiv")
    assert Correction.objects.get().changes["pages"] == ["", "1-9"]


def test_what_a_moderator_emptied_stays_empty():
    paper = bare()
    chief = moderator()
    corrections.correct(paper=paper, proposed={"pages": "7"}, moderator=chief)
    corrections.correct(
        paper=Paper.objects.get(pk=paper.pk), proposed={"pages": ""}, moderator=chief
    )
    paste(signed_in(), entry(pages="1--9"))
    paper.refresh_from_db()
    assert paper.pages == "" and Correction.objects.filter(state="waiting").get().changes["pages"]


def test_an_entry_does_not_bring_back_what_was_withdrawn():
    paper = by_arxiv()
    Paper.objects.filter(pk=paper.pk).update(is_withdrawn=True)
    paste(signed_in(), entry(booktitle="", url="https://doi.example.org/x", publisher="Meadow"))
    assert Paper.objects.get(pk=paper.pk).is_withdrawn


def test_a_paper_without_records_keeps_what_it_says_through_a_merge():
    paper = by_moderator()
    Paper.objects.filter(pk=paper.pk).update(pages="")
    paste(signed_in(), entry(pages="1--9"))
    rebuild_from_records([paper.pk])
    other = make_paper(title="Counting lambs")
    merge(kept=Paper.objects.get(pk=paper.pk), merged=other, merged_by=None)
    paper.refresh_from_db()
    assert (paper.title, paper.pages) == (TITLE, "1-9")


# -- names ---------------------------------------------------------------------------------------


def test_the_entry_of_one_member_does_not_replace_that_of_another():
    paper = by_member()
    stored = list(paper.source_records.values("source", "name", "record"))
    contribute(
        Record(**{"source": "bibtex", **RIGHT, "title": "Wolves", "year": 1999}), member=None
    )
    assert list(paper.source_records.values("source", "name", "record")) == stored


def test_a_second_doi_draws_no_other_work_to_the_paper():
    paper = by_arxiv()
    paste(signed_in(), entry(booktitle="", doi="10.5555/lambs", eprint="1503.00001"))
    assert find_paper(PaperId("doi", "10.5555/lambs")) is None
    assert Correction.objects.get().changes["identifiers"] == [[], ["10.5555/lambs"]]
    lambs = make_record(
        source="crossref", title="Counting lambs", authors=AUTHORS, doi="10.5555/lambs"
    )
    assert import_record(lambs).paper != paper


def test_the_names_of_a_members_paper_draw_only_one_work():
    """The first catalogue makes it that work; what else the member claimed goes to its own."""
    claim = make_record(title=TITLE, authors=AUTHORS, arxiv="1503.00001", doi="10.5555/lambs")
    paper = contribute(claim, member=make_user()).paper
    sheep = make_record(source="arxiv", title=TITLE, authors=AUTHORS, arxiv="1503.00001")
    lambs = make_record(
        source="crossref", title="Counting lambs", authors=AUTHORS, doi="10.5555/lambs"
    )
    assert import_record(sheep).paper == paper
    other = import_record(lambs).paper
    assert other != paper and find_paper(PaperId("doi", "10.5555/lambs")) == other
    paper.refresh_from_db()
    assert paper.title == TITLE and other.citation_key == "10.5555/lambs"


def test_a_file_does_not_merge_two_papers_but_proposes_it():
    one = import_record(
        make_record(source="arxiv", title=TITLE, authors=AUTHORS, arxiv="1503.00001", year=2012)
    ).paper
    other = by_crossref()
    paste(signed_in(), entry(eprint="1503.00001"))
    assert set(Paper.objects.all()) == {one, other}
    assert not Merge.objects.exists() and MergeProposal.objects.count() == 1


def test_a_citation_key_that_was_claimed_goes_to_the_work_of_its_catalogue():
    spam = contribute(
        make_record(title="Buy a cure", authors=("Evil Wolf",), dblp="conf/nips/Mueller15"),
        member=None,
    ).paper
    assert spam.citation_key == "conf/nips/Mueller15"
    told = make_record(source="dblp", title=TITLE, authors=AUTHORS, dblp="conf/nips/Mueller15")
    paper = import_record(told).paper
    spam.refresh_from_db()
    assert paper.citation_key == "conf/nips/Mueller15" != spam.citation_key
    assert find_paper(PaperId("key", "conf/nips/Mueller15")) == paper


# -- another work with a wrong identifier -----------------------------------------------------------


@pytest.mark.parametrize("made_by", MAKERS)
def test_another_work_with_a_known_doi_is_refused_and_proposed(made_by):
    paper = discussed(MAKERS[made_by]())
    before = shown(paper)
    text = entry(title="Buy a cure", author="Wolf, Evil", booktitle="Quack", year="2026")
    answer = paste(signed_in(), text)
    html = answer.content.decode()
    assert answer.status_code == 422 and shown(paper) == before
    assert (
        ", which has a different title and different authors. Correct the identifier, or remove it to add another paper."
        in html
    )
    assert "Moderators will compare the two." in html and "Buy a cure" in html, "to be mended"
    assert Paper.objects.count() == 1
    changes = Correction.objects.get().changes
    assert changes["title"] == [TITLE, "Buy a cure"]
    assert changes["authors"] == [list(AUTHORS), ["Evil Wolf"]]


def test_another_work_with_a_known_arxiv_identifier_is_refused_in_the_form_too():
    paper = discussed(by_arxiv())
    before = shown(paper)
    form = {"method": "manual", "title": "Buy a cure", "authors": "Evil Wolf", "year": "2026"}
    answer = signed_in().post("/add", form | {"url": "https://arxiv.org/abs/1503.00001"})
    assert answer.status_code == 422 and "Buy a cure" in answer.content.decode()
    assert shown(paper) == before and Paper.objects.count() == 1


def test_a_work_with_an_arxiv_identifier_of_its_own_is_added_without_the_wrong_doi():
    paper = by_arxiv()
    text = entry(title=f"{TITLE}, part 2", eprint="1503.00002", booktitle="")
    paste(signed_in(), text)
    other = find_paper(PaperId("arxiv", "1503.00002"))
    assert other != paper and not other.doi
    assert find_paper(PaperId("doi", DOI)) == paper


def test_a_broken_entry_of_a_file_loses_only_itself():
    by_crossref()
    text = entry(title="Buy a cure", author="Wolf, Evil")
    html = upload(signed_in(), text).content.decode()
    assert "1 of 2 entries imported" in html and Paper.objects.filter(title="Other").exists()


# -- DOIs are read whole -------------------------------------------------------------------------------

CHAPTER = "10.1007/978-3-319-20794-0{}129-1"


@pytest.mark.parametrize(
    "sign",
    [
        "_",
        "{\\_}",
        "\\_",
        "{_}",
        "$_$",
        "{$\\_$}",
        "{\\textunderscore}",
        "\\textunderscore{}",
        "\\textunderscore ",
        "{\\textunderscore{}}",
        "%5F",
        "\\%5F",
        "\\string_",
        "{{\\_}}",
    ],
)
def test_a_second_chapter_of_a_book_is_a_paper_of_its_own(sign):
    first = import_record(
        make_record(source="crossref", title="First", doi="10.1007/978-3-319-20794-0")
    ).paper
    paste(signed_in(), f"@incollection{{b, title={{Second}}, doi={{{CHAPTER.format(sign)}}}}}")
    second = Paper.objects.exclude(pk=first.pk).get()
    assert second.doi == CHAPTER.format("_")
    first.refresh_from_db()
    assert first.title == "First"


@pytest.mark.parametrize(
    ("written", "doi"),
    [
        ("10.5555/a\\%b", "10.5555/a%b"),
        ("10.5555/a\\&b", "10.5555/a&b"),
        ("10.5555/a\\#b", "10.5555/a#b"),
        ("\\href{https://doi.org/10.5555/a\\_b}{10.5555/x}", "10.5555/a_b"),
        ("\\url{https://doi.org/10.5555/a{\\_}b}", "10.5555/a_b"),
        ("https\\://doi.org/10.5555/ab", "10.5555/ab"),
        ("10.5555%2Fab", "10.5555/ab"),
        (
            "10.5555/(SICI)1(1998)66:4{\\textless}261::AID{\\textgreater}3.0.CO;2-T",
            "10.5555/(sici)1(1998)66:4<261::aid>3.0.co;2-t",
        ),
        (
            "10.5555/(SICI)1(1998)66:4$<$261::AID$>$3.0.CO;2-T",
            "10.5555/(sici)1(1998)66:4<261::aid>3.0.co;2-t",
        ),
        ("{DOI: 10.5555/ab}", "10.5555/ab"),
        ("10.5555/ab.", "10.5555/ab"),
        # What cannot be read whole is no DOI.
        ("10.5555/ab{\\foo}c", ""),
        ("10.5555/ab\\cd", ""),
        ("10.5555/ab cd", ""),
        ("10.5555/ab|cd", ""),
        ("10.5555/ab, 10.5555/cd", ""),
        ("see 10.5555/ab", ""),
    ],
)
def test_a_doi_is_read_whole_or_not_at_all(written, doi):
    paste(signed_in(), f"@article{{b, title={{Second}}, doi={{{written}}}}}")
    assert Paper.objects.get().doi == doi


@pytest.mark.parametrize(
    ("field", "scheme", "value"),
    [
        ("note = {arXiv:1706.037621}", "arxiv", ""),
        ("note = {arXiv:1412.6980{\\_}1}", "arxiv", ""),
        ("note = {cite arxiv:1706.03762Comment: 15 pages}", "arxiv", "1706.03762"),
        ("eprint = {{1706.03762}}", "arxiv", "1706.03762"),
        ("eprint = {1706.03762{\\_}1}", "arxiv", ""),
        ("pmid = {0031452104}", "pmid", "31452104"),
        ("pmid = {31452104 and 7}", "pmid", ""),
        (f"url = {{https://www.bibsonomy.org/bibtex/2{'a' * 33}}}", "bibsonomy", None),
    ],
)
def test_other_names_are_read_whole_too(field, scheme, value):
    paste(signed_in(), f"@article{{b, title={{Second}}, {field}}}")
    if value is not None:
        assert Paper.objects.get().identifier(scheme) == value
    else:
        assert find_paper(PaperId("bibsonomy", f"2{'a' * 32}")) is None


# -- moderators -------------------------------------------------------------------------------------------


def test_accepting_writes_the_paper_with_its_history():
    paper = discussed(by_crossref())
    paste(signed_in(), entry(year="2031", booktitle="Quack Weekly"))
    correction = Correction.objects.get()
    client = signed_in(moderator())
    queue = client.get("/admin/papers/correction/").content.decode()
    assert "Counting sheep" in queue and "BibTeX mine" in queue
    page = client.get(f"/admin/papers/correction/{correction.pk}/change/").content.decode()
    assert re.search(r"2015.*2031", page, re.DOTALL) and "Quack Weekly" in page
    assert "NeurIPS" in page and "BibTeX mine" in page
    client.post(
        f"/admin/papers/correction/{correction.pk}/decide",
        {"accept": "1", "field": ["year", "venue"]},
    )
    paper.refresh_from_db()
    assert (paper.year, paper.venue.name) == (2031, "Quack Weekly")
    assert paper.corrected_fields == ["is_preprint", "venue", "year"]
    newer, older = paper.history.all()[:2]
    assert (older.year, newer.year) == (2015, 2031)
    assert b"2031" in Client().get(f"/paper/{paper.pk}/history").content


def test_refusing_leaves_the_paper_and_the_same_entry_does_not_come_back():
    paper = discussed(by_crossref())
    before = shown(paper)
    member = make_user()
    paste(signed_in(member), entry(year="2031"))
    correction = Correction.objects.get()
    signed_in(moderator()).post(
        f"/admin/papers/correction/{correction.pk}/decide", {"decline": "1"}
    )
    assert Correction.objects.get().state == Decision.DECLINED
    html = paste(signed_in(member), entry(year="2031")).content.decode()
    assert "Moderators have already reviewed these differences." in html
    assert Correction.objects.count() == 1 and shown(paper) == before


def test_what_may_be_another_work_is_not_ticked():
    by_crossref()
    paste(signed_in(), entry(title="Buy a cure", author="Wolf, Evil", year="2026"))
    correction = Correction.objects.get()
    address = f"/admin/papers/correction/{correction.pk}/change/"
    page = signed_in(moderator()).get(address).content.decode()
    assert 'id="take-title"' in page and " checked" not in page
    assert "may be another work with a wrong identifier" in page


def test_one_proposal_waits_for_a_paper_a_member_and_an_entry(monkeypatch):
    paper = by_crossref()
    client = signed_in(make_user())
    for year in ("2031", "2032", "2032"):
        paste(client, entry(year=year))
    assert Correction.objects.get().changes["year"] == [2015, 2032]
    member = Correction.objects.get().proposed_by
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.create(paper=paper, proposed_by=member, changes={}, entry="BibTeX mine")
    for number in range(5):
        html = paste(client, entry(key=f"key{number}", year=str(2040 + number))).content.decode()
    assert Correction.objects.count() == corrections.MOST_WAITING_OF_A_PAPER
    assert "Too many of your suggestions are waiting for review, so this one was not sent." in html
    monkeypatch.setattr(corrections, "MOST_WAITING_OF_A_MEMBER", 3)
    import_record(make_record(source="crossref", title="Lambs", doi="10.5555/lambs", year=2001))
    contribute(
        make_record(title="Lambs", doi="10.5555/lambs", year=2031, key="lambs"), member=member
    )
    assert Correction.objects.count() == corrections.MOST_WAITING_OF_A_PAPER


def test_proposals_survive_a_merge_and_its_undoing():
    paper, other = by_crossref(), make_paper(title="Counting lambs", doi="10.5555/lambs", year=2001)
    member = make_user()
    paste(signed_in(member), entry(year="2031"))
    contribute(
        make_record(title="Counting lambs", doi="10.5555/lambs", year=2031, key="mine"),
        member=member,
    )
    assert Correction.objects.count() == 2
    before = list(Correction.objects.order_by("pk").values())
    done = merge(kept=paper, merged=other, merged_by=None)
    undo(done, undone_by=None)
    assert list(Correction.objects.order_by("pk").values()) == before


# -- rows of before ------------------------------------------------------------------------------------


def test_a_paper_that_was_composed_by_the_former_rule_is_composed_as_it_was():
    """Its members' records are kept under a name alone; claims since then change nothing of it."""
    paper = by_arxiv()
    told = Record(**{"source": "bibtex", **RIGHT, "year": 2016})
    SourceRecord.objects.create(
        paper=paper, source="bibtex", name=f"doi:{DOI}", record=record_to_json(told)
    )
    rebuild_from_records([paper.pk])
    paper.refresh_from_db()
    assert (paper.venue.name, paper.year) == ("NeurIPS", 2016)
    before = rows(paper)
    paste(signed_in(), entry(year="2031", booktitle="Quack"))
    assert rows(Paper.objects.get(pk=paper.pk)) == before
    import_record(
        Record(
            **{"source": "arxiv", **RIGHT, **PREPRINT, "arxiv_version": 2}
            | {"identifiers": (PaperId("arxiv", "1503.00001"), PaperId("doi", DOI))}
        )
    )
    paper.refresh_from_db()
    assert (paper.venue.name, paper.year) == ("NeurIPS", 2016)


# -- any order -----------------------------------------------------------------------------------------


CLAIMS = [
    {},
    {"venue": "Quack", "venue_kind": "journal", "year": 1999},
    {"title": "Buy my cure", "authors": ("Evil Wolf",), "url": "https://wolf.example"},
    {"authors": ("Evil Wolf",), "year": 2099, "pages": "666"},
    {"title": "A longer title about wolves", "abstract": "Wolves.", "publisher": "Wolf Press"},
]


@st.composite
def claims(draw) -> Record:
    """What a member says, with the names of one or two works of the world."""
    told, other = draw(st.sampled_from(WORLD)), draw(st.sampled_from(WORLD))
    names = [*told.identifiers, *draw(st.sampled_from([(), other.identifiers]))]
    changed = draw(st.sampled_from(CLAIMS))
    base = {"title": told.title, "authors": told.authors, "year": told.year, "venue": told.venue}
    return Record(
        source=draw(st.sampled_from(["bibtex", "by-hand"])),
        identifiers=tuple(dict.fromkeys(name for name in names if name.scheme != "key")),
        **{"venue_kind": told.venue_kind, **base, **changed},
    )


def told_by_catalogues() -> list[dict[str, object]]:
    """Of papers that catalogues know, every value that one of them gives."""
    found = []
    papers = Paper.objects.prefetch_related("source_records", "authorships", "versions")
    for paper in papers.select_related("venue", "field").order_by("pk"):
        records = [r for r in paper.source_records.all() if r.source not in {"bibtex", "by-hand"}]
        if not records:
            continue
        row = {
            field: str(getattr(paper, field))
            for field in COMPOSED_FIELDS
            if field in ("venue", "citation_key", "authors_text", "title_html", "kind")
            or any(record.record.get(field) for record in records)
        }
        row["byline"] = [authorship.name for authorship in paper.authorships.all()]
        row["versions"] = [version.number for version in paper.versions.all()]
        row["records"] = sorted((record.source, record.name) for record in records)
        found.append(row)
    return sorted(found, key=lambda row: row["records"])


@functools.cache
def told_alone() -> list[dict[str, object]]:
    return imported(WORLD)


def imported(records: list[Record]) -> list[dict[str, object]]:
    with transaction.atomic():
        for record in records:
            try:
                import_records([record])
            except ValueError as error:
                assert record.source in {"bibtex", "by-hand"}, error
        found = told_by_catalogues()
        transaction.set_rollback(True)
    return found


@settings(
    max_examples=8,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    order=st.permutations(range(len(WORLD))),
    mixed_in=st.lists(st.tuples(st.integers(0, len(WORLD)), claims()), min_size=1, max_size=25),
)
def test_claims_mixed_in_anywhere_change_nothing_that_a_catalogue_tells(order, mixed_in):
    mixed: list[Record] = []
    for place, number in enumerate(order):
        mixed += [claim for at, claim in mixed_in if at == place]
        mixed.append(WORLD[number])
    mixed += [claim for at, claim in mixed_in if at == len(WORLD)]
    assert imported(mixed) == told_alone()
