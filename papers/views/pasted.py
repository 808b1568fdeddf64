"""What a text is that somebody pasted into a box, and what is missing to make a paper of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from papers.addresses import READABLE_SCHEMES, page_to_read
from papers.addresses import split as split_address
from papers.citations.bibtex_reader import Entry, read_bibtex
from papers.identifiers import PaperId, bare, paper_id_url, parse_identifier, parse_isbn
from papers.importing.page_reader import Reading
from papers.sources import Record, can_fetch

_ENTRY = re.compile(r"\s*@\s*[A-Za-z]{3,30}\s*[{(]")
MAX_ENTRY = 20_000


@dataclass(frozen=True)
class Explanation:
    """Why a text gives no paper: a translated sentence, and initial values for the manual form."""

    problem: str
    initial: dict[str, object] = field(default_factory=dict)


def is_bibtex(text: str) -> bool:
    """Return whether a text begins like a BibTeX entry."""
    return bool(_ENTRY.match(text))


def entry_of(text: str) -> Record | None:
    """Return the first valid entry of a pasted BibTeX text, None when there is none."""
    if not is_bibtex(text):
        return None
    entries: Iterator[object] = iter(read_bibtex(text[:MAX_ENTRY]))
    return next((entry.record for entry in entries if isinstance(entry, Entry)), None)


def identifier_of(text: str) -> PaperId | None:
    """Return the identifier in a text, None for one that may be a word, a page or a title."""
    name = parse_identifier(text)
    return name if name and name.scheme != "key" else None


def page_of(text: str) -> str | None:
    """Return the address of the page to read for a text, None when a catalogue has the paper.

    It is read when the text contains no identifier, or one that no catalogue of this site looks up.
    """
    name = identifier_of(text)
    if name is None:
        return page_to_read(bare(text))
    if name.scheme in READABLE_SCHEMES and not can_fetch(name.scheme):
        return paper_id_url(name)
    return None


def is_title(text: str) -> bool:
    """Return whether a text is words to search for, not a mistyped identifier or an address."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    return len(words) > 1 and len(text.split()) > 1 and "://" not in text


def initial_of(text: str) -> dict[str, object]:
    """Return the initial values of the manual form for a text: its link, its kind or its title."""
    text = text[:1000]
    name = identifier_of(text)
    if name is not None:
        link = paper_id_url(name)
        return {"url": link or ""} if link else {"title": text}
    address = page_of(text) or (bare(text) if split_address(bare(text)) else "")
    if address:
        return {"url": address}
    if parse_isbn(text):
        return {"kind": "book"}
    return {"title": text}


def explain(text: str) -> Explanation | None:
    """Return why an address or an ISBN gives no paper; None for any other text."""
    isbn = parse_isbn(text)
    if isbn:
        return Explanation(
            _("%(isbn)s is an ISBN. Our catalogues don't list books by ISBN. Enter it manually.")
            % {"isbn": isbn},
            initial_of(text),
        )
    parts = split_address(bare(text))
    if parts is None or identifier_of(text) is not None or page_of(text):
        return None
    return Explanation(
        _(
            "This address of %(host)s contains no identifier that we know. Paste the DOI or the "
            "title of the paper, or enter it manually."
        )
        % {"host": parts.hostname},
        initial_of(text),
    )


def explain_reading(address: str, reading: Reading) -> Explanation:
    """Return why a page gave no paper, with the form filled with what it told."""
    host = urlsplit(address).hostname or ""
    messages = {
        "unavailable": _(
            "%(host)s is not responding. Try again later, or enter the paper manually."
        ),
        "forbidden": _("%(host)s doesn't allow programs to read this page."),
        "refused": _("%(host)s doesn't let us read this page."),
        "missing": _("%(host)s has no such page."),
        "contradiction": _("This page has the identifier of another paper."),
    }
    record = reading.record
    problem = messages.get(
        reading.problem, _("The page of %(host)s doesn't describe a paper fully.")
    )
    sentences = [problem % {"host": host}]
    initial: dict[str, object] = {"url": address}
    if record is not None and record.title:
        initial |= {
            "title": record.title,
            "authors": "\n".join(record.authors),
            "year": record.year,
            "venue": record.venue[:120],
            "abstract": record.abstract,
        }
        missing = [
            label
            for label, value in (
                (_("authors"), record.authors),
                (_("year"), record.year),
                (_("venue"), record.venue),
                (_("abstract"), record.abstract),
            )
            if not value
        ]
        sentences.append(_("The form below contains what we found."))
        if missing:
            sentences.append(
                _("Not found: %(fields)s.") % {"fields": get_text_list(missing, _("and"))}
            )
    else:
        sentences.append(_("We found nothing but the link. Enter the rest below."))
    return Explanation(" ".join(sentences), initial)
