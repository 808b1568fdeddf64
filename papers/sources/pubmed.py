"""Client for PubMed through the E-utilities.

https://www.ncbi.nlm.nih.gov/books/NBK25499/. Three requests a second, ten with a key. efetch
answers in the XML of https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/index.html, esearch in
JSON.
"""

import datetime
import re
from collections.abc import Iterator

from django.conf import settings
from lxml import etree

from common.http.client import Answer, Service
from papers.citations.latex_to_unicode import clean_title
from papers.identifiers import PaperId, parse_identifier
from papers.sources import messages
from papers.sources.client import ask, check_status, parse_xml, read_json
from papers.sources.jats import without_mark
from papers.sources.json_values import as_list, as_object, as_text, printable
from papers.sources.records import Record, RecordNotFoundError, SourceParseError, SourceRefusedError

SCHEMES = ("pmid", "pmc")
NAME = "PubMed"
ADDRESS = "PUBMED_API_URL"
HITS = 10
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EMPTY_LABELS = {"", "unlabelled", "unassigned", "abstract"}


def fetch(name: PaperId) -> Record:
    """Return the record of a PubMed or PubMed Central identifier; raises SourceError.

    An identifier of PubMed Central needs a search first.
    """
    pmids = [name.value] if name.scheme == "pmid" else _pmids(f"{name.value}[pmcid]", name.value)
    for record in _records(pmids, name.value):
        if name in record.identifiers:
            return record
    raise RecordNotFoundError(messages.knows_no_paper("PubMed", name.value))


def search(query: str) -> list[Record]:
    """Return the ten papers that match the words best, the best first."""
    query = " ".join(re.findall(r"[\w'-]+", query)[:30])
    if not query:
        return []
    pmids = _pmids(query, query)
    records = {
        name.value: record
        for record in _records(pmids, query)
        for name in record.identifiers
        if name.scheme == "pmid"
    }
    return [records[pmid] for pmid in pmids if pmid in records]


def _pmids(term: str, query: str) -> list[str]:
    params = {"term": term, "retmode": "json", "retmax": str(HITS), "sort": "relevance"}
    service, answer = _ask("esearch", params, query)
    return parse_hits(service, answer)


def _records(pmids: list[str], query: str) -> list[Record]:
    if not pmids:
        return []
    service, answer = _ask("efetch", {"id": ",".join(pmids), "retmode": "xml"}, query)
    return parse_articles(service, answer)


def _ask(tool: str, params: dict[str, str], query: str) -> tuple[Service, Answer]:
    service = Service(
        name=NAME,
        base_url=settings.PUBMED_API_URL,
        spacing_seconds=settings.SOURCE_SPACING_SECONDS["pubmed"],
    )
    common_params = {"db": "pubmed", "tool": "shortscience", "email": settings.CONTACT_EMAIL}
    if settings.PUBMED_API_KEY:
        common_params["api_key"] = settings.PUBMED_API_KEY
    answer = ask(
        service, f"{settings.PUBMED_API_URL}/{tool}.fcgi", params={**common_params, **params}
    )
    check_status(service, answer, query=query)
    return service, answer


def parse_hits(service: Service, answer: Answer) -> list[str]:
    """Return the identifiers of {"esearchresult": {"idlist": ["31452104", …]}}, or the same in XML.

    Errors have status 200, too; raises SourceRefusedError for them, and SourceParseError.
    """
    if answer.body.lstrip()[:1] == b"<":
        result = _hits_of_xml(service, answer)
    else:
        result = as_object(read_json(service, answer).get("esearchresult"))
    if as_text(result.get("ERROR")):
        raise SourceRefusedError(messages.service_message("PubMed", as_text(result["ERROR"])[:200]))
    if "idlist" not in result:
        raise SourceParseError(messages.cannot_be_read("PubMed"))
    pmids = map(as_text, as_list(result["idlist"]))
    return [pmid for pmid in pmids if re.fullmatch(r"[1-9]\d{0,8}", pmid)]


def _hits_of_xml(service: Service, answer: Answer) -> dict[str, object]:
    root = parse_xml(service, answer.body)
    if root.tag != "eSearchResult":
        return {}
    pmids = [_text(node) for node in root.iterfind("IdList/Id")]
    return {"ERROR": _text(root.find("ERROR")), "idlist": pmids}


def parse_articles(service: Service, answer: Answer) -> list[Record]:
    """Return the records of articles and book chapters that have an identifier and a title.

    Raises SourceParseError.
    """
    root = parse_xml(service, answer.body)
    readers = {"PubmedArticle": _article, "PubmedBookArticle": _chapter}
    if root.tag != "PubmedArticleSet" and root.tag not in readers:
        raise SourceParseError(messages.cannot_be_read("PubMed"))
    entries = [root] if root.tag in readers else root
    records = (readers[entry.tag](entry) for entry in entries if entry.tag in readers)
    return [record for record in records if record is not None]


def _article(entry: etree._Element) -> Record | None:
    citation, article = entry.find("MedlineCitation"), entry.find("MedlineCitation/Article")
    if citation is None or article is None:
        return None
    title, is_marked = _title(article)
    names = _names(citation, entry.find("PubmedData/ArticleIdList"), article)
    if not title or not names:
        return None
    kinds = {_text(kind) for kind in article.iterfind("PublicationTypeList/PublicationType")}
    year, published_on = _date(article)
    is_preprint = "Preprint" in kinds
    return Record(
        source="pubmed",
        title=title,
        authors=tuple(_authors(article.find("AuthorList"))),
        abstract=_abstract(article),
        year=year,
        published_on=published_on,
        venue=_text(article.find("Journal/Title")),
        venue_kind="preprint" if is_preprint else "journal",
        volume=_text(article.find("Journal/JournalIssue/Volume")),
        number=_text(article.find("Journal/JournalIssue/Issue")),
        pages=_pages(article),
        kind="misc" if is_preprint else "article",
        identifiers=tuple(names),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{names[0].value}/",
        data_url=_data_url(article),
        issn=tuple(_issns(citation)),
        is_retracted=is_marked or "Retracted Publication" in kinds or _has_notice(citation),
    )


def _chapter(entry: etree._Element) -> Record | None:
    """Return a chapter of an online book, or the whole book when it has no title."""
    document = entry.find("BookDocument")
    if document is None:
        return None
    title, is_marked = _title(document)
    book = _text(document.find("Book/BookTitle"))
    names = _names(document, document.find("ArticleIdList"), document)
    if not names or not (title or book):
        return None
    authors = document.find("AuthorList")
    year, published_on = _first_date(document, "ContributionDate", "Book/PubDate")
    return Record(
        source="pubmed",
        title=title or clean_title(book),
        authors=tuple(
            _authors(authors if authors is not None else document.find("Book/AuthorList"))
        ),
        abstract=_abstract(document),
        year=year,
        published_on=published_on,
        venue=book if title else "",
        venue_kind="other",
        publisher=_text(document.find("Book/Publisher/PublisherName")),
        kind="incollection" if title else "book",
        identifiers=tuple(names),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{names[0].value}/",
        is_retracted=is_marked,
    )


def _text(node: etree._Element | None) -> str:
    """Return all text below a node, including that of <i>, <sup> and MathML."""
    return "" if node is None else " ".join(printable("".join(node.itertext())).split())


def _title(article: etree._Element) -> tuple[str, bool]:
    """Return (title, whether it is marked as retracted).

    A translated title is in brackets, "[On tests.]"; without a title the original one is used.
    """
    text = _text(article.find("ArticleTitle"))
    translated = re.fullmatch(r"\[(.+)\]\.?", text)
    text = translated[1] if translated and "]" not in translated[1] else text
    title, is_marked = without_mark(clean_title(text))
    if title.lower() in {"", "not available", "in process citation"}:
        title = clean_title(_text(article.find("VernacularTitle")))
    return title, is_marked


def _names(
    citation: etree._Element, article_ids: etree._Element | None, article: etree._Element
) -> list[PaperId]:
    """Return the identifiers, PubMed's first.

    The identifiers of references are nested more deeply and are not among `article_ids`.
    """
    texts = [f"pmid:{_text(citation.find('PMID'))}"]
    for node in article_ids if article_ids is not None else ():
        kind, value = node.get("IdType"), _text(node)
        texts += {"doi": [f"doi:{value}"], "pmc": [value], "pmcid": [value]}.get(kind or "", [])
    for node in article.iterfind("ELocationID"):
        if node.get("EIdType") == "doi" and node.get("ValidYN") != "N":
            texts.append(f"doi:{_text(node)}")
    names = list(
        dict.fromkeys(
            name
            for name in map(parse_identifier, texts)
            if name and name.scheme in {"pmid", "pmc", "doi", "arxiv"}
        )
    )
    return names if names and names[0].scheme == "pmid" else []


def _authors(people: etree._Element | None) -> Iterator[str]:
    for author in people if people is not None else ():
        if author.tag != "Author" or author.get("ValidYN") == "N":
            continue
        given_name = _text(author.find("ForeName")) or _text(author.find("Initials"))
        parts = [given_name, _text(author.find("LastName")), _text(author.find("Suffix"))]
        name = " ".join(filter(None, parts)) or _text(author.find("CollectiveName"))
        if name:
            yield name


def _abstract(article: etree._Element) -> str:
    """Return the abstract, each part a paragraph with its heading: "METHODS: We asked …"."""
    parts = []
    for node in article.iterfind("Abstract/AbstractText"):
        label, text = " ".join((node.get("Label") or "").split()), _text(node)
        if text:
            parts.append(text if label.lower() in _EMPTY_LABELS else f"{label}: {text}")
    return "\n\n".join(parts)


def _date(article: etree._Element) -> tuple[int | None, datetime.date | None]:
    """Return the year of the issue, and a full date of the issue or else of the electronic form."""
    year, day = _first_date(article, "Journal/JournalIssue/PubDate")
    online_year, online = _first_date(article, "ArticleDate")
    return year or online_year, day or (online if online and online.year == year else None)


def _first_date(node: etree._Element, *paths: str) -> tuple[int | None, datetime.date | None]:
    """Return (year, day) of the first date that has a year.

    A date has Year, Month ("Jun" or "06") and Day, or MedlineDate: "1998 Dec-1999 Jan".
    """
    for path in paths:
        date_node = node.find(path)
        if date_node is None:
            continue
        match = re.search(
            r"\b(1[5-9]|20)\d\d\b",
            _text(date_node.find("Year")) or _text(date_node.find("MedlineDate")),
        )
        if not match:
            continue
        return int(match[0]), _day(
            match[0], _text(date_node.find("Month")), _text(date_node.find("Day"))
        )
    return None, None


def _day(year: str, month: str, day: str) -> datetime.date | None:
    month_name = month[:3].lower()
    try:
        month_number = _MONTHS.index(month_name) + 1 if month_name in _MONTHS else int(month)
        return datetime.date(int(year), month_number, int(day))
    except ValueError:
        return None


def _pages(article: etree._Element) -> str:
    """Return the pages; start and end are preferred to MedlinePgn, which shortens to "576-83"."""
    ends = [_text(article.find(f"Pagination/{end}Page")) for end in ("Start", "End")]
    page_range = "-".join(dict.fromkeys(filter(None, ends)))
    return page_range or _text(article.find("Pagination/MedlinePgn"))


def _issns(citation: etree._Element) -> list[str]:
    nodes = (citation.find("Article/Journal/ISSN"), citation.find("MedlineJournalInfo/ISSNLinking"))
    return list(dict.fromkeys(filter(None, map(_text, nodes))))


def _data_url(article: etree._Element) -> str:
    """Return the address of the first accession number that is a DOI, as Dryad and figshare use."""
    for node in article.iterfind("DataBankList/DataBank/AccessionNumberList/AccessionNumber"):
        name = parse_identifier(_text(node))
        if name and name.scheme == "doi":
            return f"https://doi.org/{name.value}"
    return ""


def _has_notice(citation: etree._Element) -> bool:
    """Return whether the paper was retracted.

    The notice itself has "RetractionOf", not "RetractionIn".
    """
    notices = citation.iterfind("CommentsCorrectionsList/CommentsCorrections")
    return any(notice.get("RefType") == "RetractionIn" for notice in notices)
