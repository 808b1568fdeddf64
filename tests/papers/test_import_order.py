"""Thirty works told by four catalogues: whatever comes first, the same thirty rows come out."""

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papers.identifiers import PaperId
from papers.importing.matching import MATCHING_SCHEMES
from papers.importing.paper_bundle import COMPOSED_FIELDS
from papers.importing.pipeline import import_records
from papers.models import Paper
from papers.sources import Record, Version

AUTHORS = ("Ada Lovelace", "Alan Turing", "Grace Hopper", "Emmy Noether", "Kurt Gödel")
VENUES = (
    ("ICLR", "conf/iclr", "conference"),
    ("Nature", "journals/nature", "journal"),
    ("Workshop on Reading", "conf/wor", "conference"),
)


def told_of(number: int) -> list[Record]:
    """What up to four catalogues say of work `number`; which ones, and how they agree, varies."""
    title = f"On the {number}th way of counting papers"
    authors = tuple(AUTHORS[(number + step) % 5] for step in range(1 + number % 3))
    venue, prefix, kind = VENUES[number % 3]
    year = 2000 + number % 20
    arxiv = PaperId("arxiv", f"1203.{number + 1000:04d}")
    doi = PaperId("doi", f"10.1234/count.{number}")
    dblp = PaperId("dblp", f"{prefix}/Count{number}")
    # Every fourth preprint is a year older; every fifth catalogue spells the title anew, so that
    # only identifiers tell.
    preprint = Record(
        source="arxiv",
        title=title,
        authors=authors,
        abstract=f"We count to {number}.",
        year=year - (number % 4 == 0),
        published_on=datetime.date(year - (number % 4 == 0), 5, 6),
        venue="arXiv",
        venue_kind="preprint",
        kind="misc",
        identifiers=(arxiv, doi) if number % 5 == 0 else (arxiv,),
        categories=("cs.LG",),
        arxiv_version=2,
        versions=(Version(number=1), Version(number=2)),
    )
    publisher = Record(
        source="crossref",
        title=f"{title}: a longer title in print" if number % 5 == 0 else title,
        authors=authors,
        year=year,
        venue=venue,
        venue_kind=kind,
        kind="inproceedings",
        pages=f"{number}-{number + 9}",
        identifiers=(doi,),
    )
    index = Record(
        source="dblp",
        title=f"{title}.",
        authors=authors,
        year=year,
        venue=venue,
        venue_kind=kind,
        kind="inproceedings",
        identifiers=(dblp, doi) if number % 2 or number % 5 == 0 else (dblp,),
    )
    readers = Record(
        source="bibsonomy",
        title=title.upper(),
        authors=authors,
        year=year,
        venue=venue,
        venue_kind=kind,
        identifiers=(dblp, PaperId("key", f"count{number}")),
    )
    every = [preprint, publisher, index, readers]
    return [record for place, record in enumerate(every) if (number + place) % 6]


WORLD = [record for number in range(30) for record in told_of(number)]


def rows() -> list[dict[str, object]]:
    """All that a paper shows, without numbers of rows, times and keys that it had on the way."""
    papers = Paper.objects.prefetch_related("identifiers", "authorships", "versions")
    found = []
    for paper in papers.select_related("venue", "field"):
        row = {field: str(getattr(paper, field)) for field in COMPOSED_FIELDS}
        row["byline"] = [authorship.name for authorship in paper.authorships.all()]
        row["versions"] = [version.number for version in paper.versions.all()]
        names = [identifier.as_paper_id() for identifier in paper.identifiers.all()]
        row["names"] = sorted(str(name) for name in names if name.scheme in MATCHING_SCHEMES)
        row["records"] = sorted(paper.source_records.values_list("source", "name"))
        found.append(row)
    return sorted(found, key=lambda row: (row["title"].lower(), row["citation_key"]))


def imported(records: list[Record], size: int) -> list[dict[str, object]]:
    """The rows after an import in batches of `size`; nothing is left of it."""
    with transaction.atomic():
        for start in range(0, len(records), size):
            import_records(records[start : start + size])
        found = rows()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(order=st.permutations(range(len(WORLD))), size=st.sampled_from([1, 7, 200]))
def test_any_order_of_four_sources_gives_the_same_thirty_papers(order, size):
    found = imported([WORLD[place] for place in order], size)
    assert len(found) == 30
    assert found == imported(WORLD, 200)


@pytest.mark.django_db
def test_a_second_import_changes_nothing():
    for record in WORLD:
        import_records([record])
    before = rows(), list(Paper.objects.values_list("pk", "updated_at"))
    assert {imported.outcome for imported in import_records(WORLD)} == {"known"}
    assert (rows(), list(Paper.objects.values_list("pk", "updated_at"))) == before
