"""Determine the BibTeX entry type of a paper from its kind and its venue. Pure.

BibTeX, RIS, CSL-JSON, COinS and JSON-LD use it, so that they agree. When a moderator corrects the
kind of a venue, the citations of its papers change too.
"""

import re

from papers.models import Paper, Venue

# Other names of BibTeX's types: https://www.bibtex.org/Format/
_SAME = {
    "conference": "inproceedings",
    "inbook": "incollection",
    "mvbook": "book",
    "collection": "book",
    "thesis": "phdthesis",
    "report": "techreport",
}
TYPES = {
    *("article", "inproceedings", "incollection", "proceedings", "book", "phdthesis"),
    *("mastersthesis", "techreport", "misc"),
}
# Types that are often used by default: the kind of the venue is more reliable.
_LOOSE = {"article", "inproceedings", "misc"}
_BY_VENUE = {
    Venue.Kind.CONFERENCE: "inproceedings",
    Venue.Kind.JOURNAL: "article",
    Venue.Kind.PREPRINT: "misc",
}
# The kind of venue in which a type appears.
VENUE_KINDS = {"inproceedings": Venue.Kind.CONFERENCE, "article": Venue.Kind.JOURNAL}
_CONFERENCE = re.compile(
    r"\b(?:conference|symposium|workshops?|congress|colloquium)\b", re.IGNORECASE
)
_JOURNAL = re.compile(
    r"\b(?:journal|transactions|letters|annals|magazine|quarterly|bulletin)\b", re.IGNORECASE
)


def entry_type(paper: Paper) -> str:
    """Return one of TYPES: "inproceedings" at a conference, "article" in a journal, or "misc".

    The types of theses, books and reports, and types that a person corrected, are not changed. It
    reads the paper's venue.
    """
    kind = _SAME.get(paper.kind, paper.kind)
    if kind not in TYPES:
        kind = "misc"
    if kind not in _LOOSE or "kind" in paper.corrected_fields:
        return kind
    if paper.venue is None:
        return "misc" if kind == "article" else kind
    return _BY_VENUE.get(paper.venue.kind, kind)


def venue_kind_of_name(name: str) -> str:
    """Return the kind of a venue by its name: "conference", "journal", or "" if uncertain."""
    is_conference, is_journal = _CONFERENCE.search(name), _JOURNAL.search(name)
    if is_conference and not is_journal:
        return Venue.Kind.CONFERENCE
    return Venue.Kind.JOURNAL if is_journal and not is_conference else ""
