"""Choose the unique BibTeX key of a paper, DBLP's key if it has one."""

import re
import unicodedata
from collections.abc import Iterable

from papers.identifiers import PaperId, parse_identifier
from papers.models import Paper
from papers.names import family_name

_STOP_WORDS = {"a", "an", "the", "on", "of", "for", "in", "to", "with", "and", "is", "are"}
MAX_LENGTH = 200


class CitationKeys:
    """Choose unused keys for a batch of papers, with one query for most batches."""

    def __init__(self, dossiers: Iterable):
        self._wished = {dossier: _preferred(dossier) for dossier in dossiers}
        every = {key for wished in self._wished.values() for key in wished}
        rows = Paper.objects.filter(citation_key__in=every).values_list("citation_key", "pk")
        self._owner: dict[str, object] = dict(rows)

    def choose(self, dossier) -> str:
        """Return the best unused key of a paper.

        The order is: the DBLP key, the smallest key of its records, journals/corr/<arXiv
        identifier>, the DOI, and a generated key: "vaswani2017attention", "…attention-2".
        """
        mine = dossier.paper.pk or dossier
        for key in self._wished[dossier]:
            if self._owner.setdefault(key, mine) == mine:
                return key
        base = self._wished[dossier][-1]
        owners = dict(
            Paper.objects.filter(citation_key__startswith=f"{base}-").values_list(
                "citation_key", "pk"
            )
        )
        suffix = 2
        while (
            self._owner.setdefault(f"{base}-{suffix}", owners.get(f"{base}-{suffix}", mine)) != mine
        ):
            suffix += 1
        return f"{base}-{suffix}"


def _preferred(dossier) -> list[str]:
    """Return the possible keys of a paper, the best first; the last is generated from its fields.

    They depend only on the records, so that the order of imports does not matter.
    """
    by_scheme: dict[str, set[str]] = {"dblp": set(), "key": set(), "arxiv": set(), "doi": set()}
    for name in _possible_keys(dossier):
        by_scheme.setdefault(name.scheme, set()).add(name.value)
    # Publications before preprints: "conf/…" and "journals/nature/…" before "journals/corr/…".
    wished = [
        *sorted(by_scheme["dblp"], key=lambda key: ("journals/corr/" in key, key)),
        *sorted(by_scheme["key"]),
        *(f"journals/corr/{value}" for value in sorted(by_scheme["arxiv"])),
        *sorted(by_scheme["doi"]),
    ]
    return [key for key in wished if len(key) <= MAX_LENGTH] + [_made_up(dossier.paper)]


def _possible_keys(dossier) -> Iterable[PaperId]:
    """Return the identifiers that may become keys.

    Members' claims count only if no catalogue has a record. A claimed identifier that a catalogue
    has assigned to another paper is left out, and so is a member's key in the form of one.
    """
    believed = dossier.believed()
    if believed:
        return [name for record in believed for name in record.identifiers]
    claimed = [name for record in dossier.claims() for name in record.identifiers]
    return [
        name
        for name in claimed
        if name in dossier.names
        and (name.scheme != "key" or (parse_identifier(name.value) or name).scheme == "key")
    ]


def _made_up(paper: Paper) -> str:
    author = paper.authors_text.split(";")[0].strip()
    family = family_name(author) if author else "anonymous"
    terms = [word for word in _plain(paper.title).split() if word not in _STOP_WORDS]
    return f"{''.join(_plain(family).split())}{paper.year or ''}{terms[0] if terms else ''}"[:150]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", folded))
