"""Which paper a record describes: by its names, else as the other version of a preprint."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from papers.bibsonomy_hash import interhashes
from papers.identifiers import PaperId
from papers.importing.claims import claim_name, is_catalogue
from papers.importing.paper_bundle import PaperBundle, RecordKey, load_bundles
from papers.importing.precedence import is_preprint
from papers.models import Identifier, Paper
from papers.names import family_name
from papers.sources import Record

# A citation key that somebody chose, "smith2019", names different papers in different files, so
# it never finds a paper during an import; all other names do, the surest first.
MATCHING_SCHEMES = (
    "arxiv",
    "doi",
    "dblp",
    "pmid",
    "pmc",
    "openreview",
    "acl",
    "openalex",
    "bibsonomy",
)
# Below this share of common words two titles are of different works, unless an author is the same.
LIKE_TITLES = 0.3


def identifiers(record: Record) -> list[PaperId]:
    """What the record calls itself, and the hashes by which BibSonomy would know it."""
    return list(dict.fromkeys([*record.identifiers, *_hashes(record, record.year)]))


def strong_identifiers(record: Record) -> list[PaperId]:
    """The names that find a paper, the surest first."""
    names = [name for name in identifiers(record) if name.scheme in MATCHING_SCHEMES]
    return sorted(names, key=lambda name: MATCHING_SCHEMES.index(name.scheme))


def record_key(record: Record) -> RecordKey:
    """Under which name a record is kept: its surest one, else the hash of what it says.

    A catalogue has one record under a name; of members' entries each is kept by itself.
    """
    name = strong_identifiers(record)[0]
    if is_catalogue(record):
        return record.source, f"{name.scheme}:{name.value}"[:320]
    return record.source, claim_name(name, record)


def other_versions(record: Record) -> list[PaperId]:
    """The hashes that the preprint of a publication has, or the publication of a preprint.

    Equal title and equal byline a year apart are one work if one is the preprint of the other,
    as arXiv 2014 and ICLR 2015; two publications of one title stay two papers.
    """
    if not record.year or not record.authors:
        return []
    return [name for year in (record.year - 1, record.year + 1) for name in _hashes(record, year)]


def _hashes(record: Record, year: int | None) -> list[PaperId]:
    return [PaperId("bibsonomy", v) for v in interhashes(record.title, record.authors, year)]


class Matcher:
    """The papers that a batch of records may mean, read with a handful of queries and locked."""

    def __init__(self, records: Iterable[Record]):
        names = {
            name
            for record in records
            for name in [*strong_identifiers(record), *other_versions(record)]
        }
        found = Identifier.objects.filter(
            scheme__in={name.scheme for name in names}, value__in={name.value for name in names}
        ).values_list("scheme", "value", "paper_id")
        owners = {PaperId(scheme, value): number for scheme, value, number in found}
        papers = (
            # In the order of `papers.locks`, so that two imports cannot wait for each other.
            Paper.objects.select_for_update(of=("self",), no_key=True)
            .filter(pk__in={owners[name] for name in names & owners.keys()})
            .order_by("pk")
            .select_related("venue")
            .prefetch_related("identifiers", "source_records")
        )
        self._owner: dict[PaperId, PaperBundle] = {}
        for dossier in load_bundles(papers):
            self.learn(dossier)

    def learn(self, dossier: PaperBundle) -> None:
        """From now on the names of a dossier find it, but for those that find another."""
        for name in dossier.names:
            if name.scheme in MATCHING_SCHEMES:
                self._owner.setdefault(name, dossier)

    def owner(self, name: PaperId) -> PaperBundle | None:
        return self._owner.get(name)

    def give(self, name: PaperId, dossier: PaperBundle) -> None:
        """From now on a name finds this dossier and no other."""
        former = self._owner.pop(name)
        former.names.discard(name)
        former.new_names.pop(name, None)
        self._owner[name] = dossier

    def replace(self, old: PaperBundle, new: PaperBundle) -> None:
        """What found one dossier finds the other."""
        self._owner = {name: new if owner is old else owner for name, owner in self._owner.items()}

    def owners(self, record: Record) -> list[PaperBundle]:
        """The dossiers that have one of the record's names, by the surest; none twice.

        A catalogue's record does not find a paper of other catalogues by what members claimed.
        """
        found = {name: self._owner.get(name) for name in strong_identifiers(record)}
        return list(
            dict.fromkeys(
                dossier
                for name, dossier in found.items()
                if dossier is not None
                and not (is_catalogue(record) and _is_added_by_claim(name, dossier))
            )
        )

    def other_versions(self, record: Record) -> list[PaperBundle]:
        """The dossiers with the preprint of a publication, or the publication of a preprint."""
        wanted = set(other_versions(record))
        found = dict.fromkeys(self._owner.get(name) for name in other_versions(record))
        return [
            dossier
            for dossier in found
            if dossier is not None
            and any(
                is_preprint(told) != is_preprint(record) and wanted & set(_hashes(told, told.year))
                for told in dossier.witnesses()
            )
        ]


def contradicts(record: Record, dossier: PaperBundle) -> bool:
    """True when a shared name must be a slip: authors type a wrong DOI, files carry wrong keys.

    arXiv never gives one work two identifiers; and a work keeps an author or most of its title.
    That a member's entry has the paper's arXiv identifier proves nothing.
    """
    if record_key(record) in dossier.records:
        return False  # The same catalogue says something else of the same name: it has corrected.
    if differ_in_arxiv(record, dossier):
        return True
    if is_catalogue(record) and _arxiv_names(record) & _told_arxiv_names(record, dossier):
        return False
    witnesses = dossier.witnesses()
    if not witnesses:
        # Typed in by a moderator: catalogues that have its name complete it.
        witnesses = [record if is_catalogue(record) else dossier.description()]
    return not any(is_like(record, told) for told in witnesses)


def differ_in_arxiv(record: Record, dossier: PaperBundle) -> bool:
    """Whether record and paper have arXiv identifiers, and none in common."""
    mine, theirs = _arxiv_names(record), _told_arxiv_names(record, dossier)
    return bool(mine and theirs and not mine & theirs)


def _arxiv_names(record: Record) -> set[PaperId]:
    return {name for name in record.identifiers if name.scheme == "arxiv"}


def _told_arxiv_names(record: Record, dossier: PaperBundle) -> set[PaperId]:
    """Those of the paper; to a catalogue's record the word of members alone says nothing."""
    names = {name for name in dossier.names if name.scheme == "arxiv"}
    if is_catalogue(record) and dossier.claims():
        names = {name for name in names if not is_only_claimed(name, dossier)}
    return names


def are_one(one: PaperBundle, other: PaperBundle) -> bool:
    """Whether two papers that a catalogue's record names at once are one work: that record is
    proof, when the two do not contradict each other.
    """
    return not any(contradicts(record, other) for record in one.witnesses())


def is_like(one: Record, other: Record) -> bool:
    """Whether two records can be of one work: an author in common, or most words of the title."""
    families, others = _families(one.authors), _families(other.authors)
    if not families or not others or families & others:
        return True
    words, more = _words(one.title), _words(other.title)
    return not words or not more or _share(words, more) >= LIKE_TITLES


def is_only_claimed(name: PaperId, dossier: PaperBundle) -> bool:
    """Whether a paper has a name by the word of members' files and forms alone."""
    told = [
        record for record in dossier.as_records() if record.title and name in identifiers(record)
    ]
    return bool(told) and not any(is_catalogue(record) for record in told)


def _is_added_by_claim(name: PaperId, dossier: PaperBundle) -> bool:
    """Whether a paper that catalogues know has a name by a claim alone."""
    claims = [claim for claim in dossier.claims() if claim.title and name in identifiers(claim)]
    return bool(claims) and not any(
        name in identifiers(told) for told in dossier.believed() or claims
    )


def _families(authors: Sequence[str]) -> set[str]:
    """Family names in plain letters; those that have none tell nothing."""
    return {" ".join(_words(family_name(name))) for name in authors} - {""}


def _share(words: set[str], others: set[str]) -> float:
    return len(words & others) / max(len(words | others), 1)


def _words(text: str) -> set[str]:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return set(re.findall(r"[a-z0-9]+", folded))
