"""The file with all of arXiv's metadata that arXiv publishes on Kaggle, a JSON object a line.

https://www.kaggle.com/datasets/Cornell-University/arxiv. It tells what OAI-PMH tells, without the
size of the versions.
"""

import re
from typing import Any

from papers.citations.latex_to_unicode import clean_title
from papers.identifiers import PaperId, parse_arxiv_id
from papers.sources import json_values
from papers.sources.arxiv_fields import (
    first_day,
    in_order,
    known_categories,
    paragraphs,
    parse_dois,
    parse_version,
    says_withdrawn,
    split_authors,
)
from papers.sources.json_values import as_address, as_list, as_text, objects
from papers.sources.records import Record, SourceParseError


class SnapshotLineError(SourceParseError, ValueError):
    """The line tells no paper; the message says why."""


def record_from_line(line: bytes) -> Record:
    """Raises SnapshotLineError, which is a SourceParseError and a ValueError."""
    try:
        told = json_values.parse_json(line)
    except ValueError as error:
        raise SnapshotLineError("It is no JSON.") from error
    if not isinstance(told, dict):
        raise SnapshotLineError("It is no JSON object.")
    try:
        arxiv_id, _ = parse_arxiv_id(as_text(told.get("id")))
    except ValueError as error:
        raise SnapshotLineError(
            f"{as_text(told.get('id'))[:50]!r} is no arXiv identifier."
        ) from error
    title = clean_title(as_text(told.get("title")))
    if not title:
        raise SnapshotLineError(f"{arxiv_id} has no title.")
    return _record(told, arxiv_id, title)


def _record(told: dict[str, Any], arxiv_id: str, title: str) -> Record:
    versions = in_order(
        parse_version(as_text(version.get("version")), as_text(version.get("created")))
        for version in objects(told.get("versions"))
    )
    abstract = told.get("abstract")
    abstract = paragraphs(abstract) if isinstance(abstract, str) else ""
    year, published_on = first_day(arxiv_id, versions)
    licence = as_address(told.get("license"))
    return Record(
        source="arxiv-oai",
        title=title,
        authors=_authors(told),
        abstract=abstract,
        year=year,
        published_on=published_on,
        venue="arXiv",
        venue_kind="preprint",
        kind="misc",
        identifiers=(PaperId("arxiv", arxiv_id), *parse_dois(as_text(told.get("doi")))),
        categories=known_categories(as_text(told.get("categories")).split()),
        arxiv_version=versions[-1].number if versions else None,
        versions=versions,
        licence=licence if len(licence) <= 200 else "",
        url=f"https://arxiv.org/abs/{arxiv_id}",
        is_withdrawn=says_withdrawn(as_text(told.get("comments")), abstract),
    )


def _authors(told: dict[str, Any]) -> tuple[str, ...]:
    """From [[family, given, suffix, affiliation, …], …], or from the line that authors typed."""
    names = []
    for person in as_list(told.get("authors_parsed")):
        parts = [as_text(part) for part in person[:3]] if isinstance(person, list) else []
        family, given, suffix = [*parts, "", "", ""][:3]
        name = " ".join(filter(None, (given, family, suffix)))
        if re.search(r"[^\W\d_]", name):  # ":" stands between a collaboration and its people.
            names.append(name)
    return tuple(names) or split_authors(as_text(told.get("authors")))
