"""Pure: which BibTeX entry type a paper has, from what was told of it and where it appeared.

Every citation asks here, so that BibTeX, RIS, CSL-JSON, COinS and JSON-LD never disagree, and a
venue whose kind a moderator corrects corrects the citations of its papers.
"""

import re

from papers.models import Paper, Venue

# Names that files use for types that BibTeX knows: https://www.bibtex.org/Format/
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
# What is told most often by default or by habit: of these the venue knows better.
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
    """One of TYPES: "inproceedings" at a conference, "article" in a journal, "misc" before.

    Theses, books and reports stay what they are, and so does what a person corrected. Uses the
    paper's venue, which lists select.
    """
    told = _SAME.get(paper.kind, paper.kind)
    if told not in TYPES:
        told = "misc"
    if told not in _LOOSE or "kind" in paper.corrected_fields:
        return told
    if paper.venue is None:
        return "misc" if told == "article" else told
    return _BY_VENUE.get(paper.venue.kind, told)


def venue_kind_of_name(name: str) -> str:
    """What a venue's name tells of its kind: "conference", "journal", or "" when in doubt."""
    is_conference, is_journal = _CONFERENCE.search(name), _JOURNAL.search(name)
    if is_conference and not is_journal:
        return Venue.Kind.CONFERENCE
    return Venue.Kind.JOURNAL if is_journal and not is_conference else ""
