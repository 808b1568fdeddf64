"""Read the file with all of arXiv's metadata that arXiv publishes on Kaggle, an object per line.

https://www.kaggle.com/datasets/Cornell-University/arxiv. It has the data of OAI-PMH, except the
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
    """The line does not describe a paper; the message says why."""


def record_from_line(line: bytes) -> Record:
    """Return the record of a line of the file.

    Raises SnapshotLineError, which is a SourceParseError and a ValueError.
    """
    try:
        entry = json_values.parse_json(line)
    except ValueError as error:
        raise SnapshotLineError("It is not JSON.") from error
    if not isinstance(entry, dict):
        raise SnapshotLineError("It is not a JSON object.")
    try:
        arxiv_id, _ = parse_arxiv_id(as_text(entry.get("id")))
    except ValueError as error:
        raise SnapshotLineError(
            f"{as_text(entry.get('id'))[:50]!r} is not an arXiv identifier."
        ) from error
    title = clean_title(as_text(entry.get("title")))
    if not title:
        raise SnapshotLineError(f"{arxiv_id} has no title.")
    return _record(entry, arxiv_id, title)


def _record(entry: dict[str, Any], arxiv_id: str, title: str) -> Record:
    versions = in_order(
        parse_version(as_text(version.get("version")), as_text(version.get("created")))
        for version in objects(entry.get("versions"))
    )
    abstract = entry.get("abstract")
    abstract = paragraphs(abstract) if isinstance(abstract, str) else ""
    year, published_on = first_day(arxiv_id, versions)
    licence = as_address(entry.get("license"))
    return Record(
        source="arxiv-oai",
        title=title,
        authors=_authors(entry),
        abstract=abstract,
        year=year,
        published_on=published_on,
        venue="arXiv",
        venue_kind="preprint",
        kind="misc",
        identifiers=(PaperId("arxiv", arxiv_id), *parse_dois(as_text(entry.get("doi")))),
        categories=known_categories(as_text(entry.get("categories")).split()),
        arxiv_version=versions[-1].number if versions else None,
        versions=versions,
        licence=licence if len(licence) <= 200 else "",
        url=f"https://arxiv.org/abs/{arxiv_id}",
        is_withdrawn=says_withdrawn(as_text(entry.get("comments")), abstract),
    )


def _authors(entry: dict[str, Any]) -> tuple[str, ...]:
    """Return the authors of "authors_parsed", or else of the byline as they typed it.

    "authors_parsed" is [[family, given, suffix, affiliation, …], …].
    """
    names = []
    for person in as_list(entry.get("authors_parsed")):
        parts = [as_text(part) for part in person[:3]] if isinstance(person, list) else []
        family_name, given_name, suffix = [*parts, "", "", ""][:3]
        name = " ".join(filter(None, (given_name, family_name, suffix)))
        if re.search(r"[^\W\d_]", name):  # ":" separates a collaboration from its members.
            names.append(name)
    return tuple(names) or split_authors(as_text(entry.get("authors")))
