"""Client for DataCite's DOIs, the ones that Crossref lacks: arXiv, Zenodo, figshare, theses.

https://support.datacite.org/reference/get_dois-id, https://schema.datacite.org.
"""

import datetime
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.conf import settings

from common.http.client import Answer, Service
from papers.citations.latex_to_unicode import clean_title
from papers.identifiers import PaperId, paper_id_url, parse_identifier
from papers.names import display_name
from papers.sources import messages
from papers.sources.arxiv_fields import first_day, in_order, paragraphs, says_withdrawn
from papers.sources.client import ask, check_status, read_json
from papers.sources.jats import plain_abstract, plain_markup, plain_title
from papers.sources.json_values import (
    as_address,
    as_date,
    as_number,
    as_object,
    as_text,
    as_year,
    objects,
)
from papers.sources.records import Record, SourceParseError, Version
from papers.sources.supplements import is_code, is_data

SCHEMES = ("doi",)
NAME = "DataCite"
ADDRESS = "DATACITE_API_URL"
_KINDS = {  # resourceTypeGeneral: (BibTeX entry type, kind of venue)
    "JournalArticle": ("article", "journal"),
    "DataPaper": ("article", "journal"),
    "ConferencePaper": ("inproceedings", "conference"),
    "Preprint": ("misc", "preprint"),
    "Book": ("book", "other"),
    "BookChapter": ("incollection", "other"),
    "Dissertation": ("phdthesis", "other"),
    "Report": ("techreport", "other"),
}
_SAME_WORK = {"IsVersionOf", "HasVersion", "IsNewVersionOf", "IsPreviousVersionOf"} | {
    *("IsIdenticalTo", "IsVariantFormOf", "IsOriginalFormOf"),
}
_MATERIAL = {"IsSupplementedBy", "IsDerivedFrom", "Requires"}


def fetch(name: PaperId) -> Record:
    """Return the record of a DOI; raises SourceError."""
    service = Service(
        name=NAME,
        base_url=settings.DATACITE_API_URL,
        spacing_seconds=settings.SOURCE_SPACING_SECONDS["datacite"],
    )
    url = f"{settings.DATACITE_API_URL}/dois/{quote(name.value, safe='')}"
    answer = ask(service, url, accept="application/vnd.api+json")
    check_status(service, answer, query=name.value)
    return parse_doi_record(service, answer)


def parse_doi_record(service: Service, answer: Answer) -> Record:
    """Return the record of {"data": {"attributes": {…}}}.

    Raises SourceParseError for an invalid answer and for a work without a title.
    """
    attributes = as_object(read_json(service, answer).get("data")).get("attributes")
    if not isinstance(attributes, dict):
        raise SourceParseError(messages.cannot_be_read("DataCite"))
    names = _names(attributes)
    title = next(
        filter(None, (as_text(item.get("title")) for item in objects(attributes.get("titles")))), ""
    )
    if not names or not title:
        raise SourceParseError(messages.has_no_title("DataCite"))
    return (
        _arxiv(attributes, names, title)
        if names[0].scheme == "arxiv"
        else _other(attributes, names, title)
    )


def _arxiv(attributes: dict[str, Any], names: tuple[PaperId, ...], title: str) -> Record:
    """Return the record of an arXiv DOI: the paper as arXiv has it, in plain text with TeX."""
    abstract = paragraphs(_described(attributes, "Abstract"))
    versions = _versions(attributes)
    newest = max(
        [version.number for version in versions] + [as_number(attributes.get("version")) or 0]
    )
    year, day = first_day(names[0].value, versions)
    return Record(
        title=clean_title(title),
        abstract=abstract,
        year=year,
        published_on=day,
        venue="arXiv",
        venue_kind="preprint",
        kind="misc",
        url=paper_id_url(names[0]) or "",
        arxiv_version=newest if 0 < newest < 10_000 else None,
        # Often only the first and the newest are listed; a list with gaps is left out.
        versions=versions if len(versions) == newest else (),
        is_withdrawn=says_withdrawn(_described(attributes, "Other"), abstract),
        **_common(attributes, names),
    )


def _other(attributes: dict[str, Any], names: tuple[PaperId, ...], title: str) -> Record:
    plain, is_marked = plain_title(title)
    container, types = as_object(attributes.get("container")), as_object(attributes.get("types"))
    general = as_text(types.get("resourceTypeGeneral"))
    venue = plain_markup(as_text(container.get("title")))
    kind, venue_kind = _KINDS.get(
        general, ("article", "journal") if venue and general == "Text" else ("misc", "other")
    )
    publisher = plain_markup(_publisher(attributes))
    is_serial = as_text(container.get("identifierType")) == "ISSN"
    issued, day = _issued(attributes)
    return Record(
        title=plain,
        abstract=plain_abstract(_described(attributes, "Abstract")),
        year=as_year(attributes.get("publicationYear")) or issued,
        published_on=day,
        venue=publisher if venue_kind == "preprint" and not venue else venue,
        venue_kind=venue_kind,
        volume=as_text(container.get("volume")),
        number=as_text(container.get("issue")),
        pages="-".join(
            filter(None, (as_text(container.get(end)) for end in ("firstPage", "lastPage")))
        ),
        publisher=publisher,
        kind=kind,
        url=as_address(attributes.get("url")),
        issn=tuple(filter(None, [as_text(container.get("identifier"))])) if is_serial else (),
        is_withdrawn=is_marked,
        **_common(attributes, names),
    )


def _common(attributes: dict[str, Any], names: tuple[PaperId, ...]) -> dict[str, Any]:
    code_url, data_url = _material(attributes)
    return {
        "source": "datacite",
        "authors": tuple(_authors(attributes)),
        "identifiers": names,
        "licence": _licence(attributes),
        "code_url": code_url,
        "data_url": data_url,
    }


def _names(attributes: dict[str, Any]) -> tuple[PaperId, ...]:
    """Return the DOI first, then the identifiers of other versions and the alternate ones."""
    own = parse_identifier(f"doi:{as_text(attributes.get('doi'))}")
    if own is None:
        return ()
    names: list[PaperId | None] = [own]
    for item in objects(attributes.get("relatedIdentifiers")):
        if as_text(item.get("relationType")) in _SAME_WORK:
            names.append(_related_name(item))
    for item in objects(attributes.get("alternateIdentifiers")):
        kind = as_text(item.get("alternateIdentifierType")).lower()
        if kind in {"arxiv", "doi", "pmid"}:
            names.append(parse_identifier(f"{kind}:{as_text(item.get('alternateIdentifier'))}"))
    schemes = {"doi", "arxiv", "pmid"}
    return tuple(dict.fromkeys(name for name in names if name and name.scheme in schemes))


def _related_name(item: dict[str, Any]) -> PaperId | None:
    kind, value = as_text(item.get("relatedIdentifierType")), as_text(item.get("relatedIdentifier"))
    if kind not in {"DOI", "arXiv", "PMID"} and "://" not in value:
        return None
    name = parse_identifier(value)
    return name if name and name.scheme != "key" else parse_identifier(f"{kind.lower()}:{value}")


def _material(attributes: dict[str, Any]) -> tuple[str, str]:
    """Return (address of the code, address of the data), "" for an unknown one."""
    code_url = data_url = ""
    for item in objects(attributes.get("relatedIdentifiers")):
        if as_text(item.get("relationType")) not in _MATERIAL:
            continue
        name = _related_name(item)
        address = as_address(item.get("relatedIdentifier")) or (name and paper_id_url(name)) or ""
        general = as_text(item.get("resourceTypeGeneral"))
        if general == "Software" or is_code(address):
            code_url = code_url or address
        elif general == "Dataset" or (name and name.scheme == "doi" and is_data(name.value)):
            data_url = data_url or address
    return code_url, data_url


def _authors(attributes: dict[str, Any]) -> Iterator[str]:
    """Yield the names: given and family name, "Family, Given", or an organisation unchanged."""
    for creator in objects(attributes.get("creators")):
        parts = [as_text(creator.get(part)) for part in ("givenName", "familyName")]
        name = plain_markup(as_text(creator.get("name")))
        if as_text(creator.get("nameType")) == "Organizational":
            yield from filter(None, [name])
        elif all(parts):
            yield display_name(plain_markup(" ".join(part.replace(",", " ") for part in parts)))
        elif name or any(parts):
            yield display_name(name or plain_markup(" ".join(parts).strip()))


def _described(attributes: dict[str, Any], kind: str) -> str:
    for item in objects(attributes.get("descriptions")):
        text = item.get("description")
        if as_text(item.get("descriptionType")) == kind and isinstance(text, str) and text.strip():
            return text
    return ""


def _versions(attributes: dict[str, Any]) -> tuple[Version, ...]:
    """Return the versions of arXiv papers.

    They are given as {"dateType": "Submitted", "dateInformation": "v1", "date": …}.
    """
    days: dict[int, datetime.date | None] = {}
    # "Submitted" comes last, so that it replaces a later "Updated" of the same version.
    for kind in ("Updated", "Submitted"):
        for item in objects(attributes.get("dates")):
            version = as_number(as_text(item.get("dateInformation")).removeprefix("v"))
            if as_text(item.get("dateType")) == kind and version and 0 < version < 10_000:
                days[version] = as_date(item.get("date"))
    return in_order(Version(number=version, submitted_on=day) for version, day in days.items())


def _issued(attributes: dict[str, Any]) -> tuple[int | None, datetime.date | None]:
    dates = objects(attributes.get("dates"))
    for kind in ("Issued", "Available", "Created"):
        for item in dates:
            if as_text(item.get("dateType")) == kind and as_year(as_text(item.get("date"))[:4]):
                return as_year(as_text(item.get("date"))[:4]), as_date(item.get("date"))
    return None, None


def _publisher(attributes: dict[str, Any]) -> str:
    """Return the publisher, given as a name or, since 2024 and on request, as {"name": …}."""
    publisher = attributes.get("publisher")
    return as_text(as_object(publisher).get("name")) or as_text(publisher)


def _licence(attributes: dict[str, Any]) -> str:
    addresses = [
        as_address(item.get("rightsUri")) for item in objects(attributes.get("rightsList"))
    ]
    addresses = [address for address in addresses if 0 < len(address) <= 200]
    free = [address for address in addresses if "creativecommons.org/" in address]
    return next(iter(free or addresses), "")
