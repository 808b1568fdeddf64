"""Find the paper that a record describes: by identifiers, or as another version of a preprint."""

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

# Identifiers that find a paper during an import, the most reliable first. Citation keys such as
# "smith2019" are left out: they name different papers in different files.
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
# Titles with a smaller share of common words are of different works, unless an author is the same.
LIKE_TITLES = 0.3


def identifiers(record: Record) -> list[PaperId]:
    """Return the record's identifiers, and the hashes under which BibSonomy would list it."""
    return list(dict.fromkeys([*record.identifiers, *_hashes(record, record.year)]))


def strong_identifiers(record: Record) -> list[PaperId]:
    """Return the identifiers that can find a paper, the most reliable first."""
    names = [name for name in identifiers(record) if name.scheme in MATCHING_SCHEMES]
    return sorted(names, key=lambda name: MATCHING_SCHEMES.index(name.scheme))


def record_key(record: Record) -> RecordKey:
    """Return the (source, name) under which a record is stored.

    The name is the most reliable identifier, such as "arxiv:1706.03762". A catalogue has one record
    per name; for a claim the name also contains a hash of the content, see `claim_name`.
    """
    name = strong_identifiers(record)[0]
    if is_catalogue(record):
        return record.source, f"{name.scheme}:{name.value}"[:320]
    return record.source, claim_name(name, record)


def other_versions(record: Record) -> list[PaperId]:
    """Return the hashes of the preprint of a publication, or of the publication of a preprint.

    Equal title and byline a year apart are one work if one record is a preprint of the other, such
    as arXiv 2014 and ICLR 2015; two publications with one title remain two papers.
    """
    if not record.year or not record.authors:
        return []
    return [name for year in (record.year - 1, record.year + 1) for name in _hashes(record, year)]


def _hashes(record: Record, year: int | None) -> list[PaperId]:
    return [
        PaperId("bibsonomy", value) for value in interhashes(record.title, record.authors, year)
    ]


class Matcher:
    """The papers that a batch of records may describe, read in a few queries and locked."""

    def __init__(self, records: Iterable[Record]):
        names = {
            name
            for record in records
            for name in [*strong_identifiers(record), *other_versions(record)]
        }
        rows = Identifier.objects.filter(
            scheme__in={name.scheme for name in names}, value__in={name.value for name in names}
        ).values_list("scheme", "value", "paper_id")
        owners = {PaperId(scheme, value): paper_id for scheme, value, paper_id in rows}
        papers = (
            # In the order of `papers.locks`, so that two imports cannot wait for each other.
            Paper.objects.select_for_update(of=("self",), no_key=True)
            .filter(pk__in={owners[name] for name in names & owners.keys()})
            .order_by("pk")
            .select_related("venue")
            .prefetch_related("identifiers", "source_records")
        )
        self._owner: dict[PaperId, PaperBundle] = {}
        for bundle in load_bundles(papers):
            self.learn(bundle)

    def learn(self, bundle: PaperBundle) -> None:
        """Let the identifiers of a bundle find it, unless they find another bundle already."""
        for name in bundle.names:
            if name.scheme in MATCHING_SCHEMES:
                self._owner.setdefault(name, bundle)

    def owner(self, name: PaperId) -> PaperBundle | None:
        """Return the bundle that an identifier finds, or None."""
        return self._owner.get(name)

    def give(self, name: PaperId, bundle: PaperBundle) -> None:
        """Let an identifier find this bundle instead of its previous owner."""
        former = self._owner.pop(name)
        former.names.discard(name)
        former.new_names.pop(name, None)
        self._owner[name] = bundle

    def replace(self, old: PaperBundle, new: PaperBundle) -> None:
        """Let every identifier of the old bundle find the new one."""
        self._owner = {name: new if owner is old else owner for name, owner in self._owner.items()}

    def owners(self, record: Record) -> list[PaperBundle]:
        """Return the bundles that the record's identifiers find, the most reliable match first.

        Each bundle is listed once. A catalogue's record does not find a paper of other catalogues
        through an identifier that only a member claimed.
        """
        owners = {name: self._owner.get(name) for name in strong_identifiers(record)}
        return list(
            dict.fromkeys(
                bundle
                for name, bundle in owners.items()
                if bundle is not None
                and not (is_catalogue(record) and _is_added_by_claim(name, bundle))
            )
        )

    def other_versions(self, record: Record) -> list[PaperBundle]:
        """Return the bundles of the preprint of a publication, or of a preprint's publication."""
        names = set(other_versions(record))
        bundles = dict.fromkeys(self._owner.get(name) for name in other_versions(record))
        return [
            bundle
            for bundle in bundles
            if bundle is not None
            and any(
                is_preprint(witness) != is_preprint(record)
                and names & set(_hashes(witness, witness.year))
                for witness in bundle.witnesses()
            )
        ]


def contradicts(record: Record, bundle: PaperBundle) -> bool:
    """Return whether a shared identifier must be a mistake: a mistyped DOI, a wrong key in a file.

    arXiv never gives one work two identifiers, and a work keeps an author or most of its title. A
    member's entry proves nothing by having the paper's arXiv identifier.
    """
    if record_key(record) in bundle.records:
        return False  # The same catalogue has corrected its record.
    if differ_in_arxiv(record, bundle):
        return True
    if is_catalogue(record) and _arxiv_names(record) & _listed_arxiv_ids(record, bundle):
        return False
    witnesses = bundle.witnesses()
    if not witnesses:
        # Entered by a moderator: catalogues that have its identifier complete it.
        witnesses = [record if is_catalogue(record) else bundle.description()]
    return not any(is_like(record, witness) for witness in witnesses)


def differ_in_arxiv(record: Record, bundle: PaperBundle) -> bool:
    """Return whether record and paper both have arXiv identifiers, and none in common."""
    record_names, paper_names = _arxiv_names(record), _listed_arxiv_ids(record, bundle)
    return bool(record_names and paper_names and not record_names & paper_names)


def _arxiv_names(record: Record) -> set[PaperId]:
    return {name for name in record.identifiers if name.scheme == "arxiv"}


def _listed_arxiv_ids(record: Record, bundle: PaperBundle) -> set[PaperId]:
    """Return the paper's arXiv identifiers, for a catalogue's record without those only claimed."""
    names = {name for name in bundle.names if name.scheme == "arxiv"}
    if is_catalogue(record) and bundle.claims():
        names = {name for name in names if not is_only_claimed(name, bundle)}
    return names


def are_one(bundle: PaperBundle, other_bundle: PaperBundle) -> bool:
    """Return whether two papers that one catalogue record identifies are the same work.

    The record proves it, unless the two contradict each other.
    """
    return not any(contradicts(record, other_bundle) for record in bundle.witnesses())


def is_like(record: Record, other_record: Record) -> bool:
    """Return whether two records may describe one work: a common author, or most title words."""
    family_names, other_family_names = _families(record.authors), _families(other_record.authors)
    if not family_names or not other_family_names or family_names & other_family_names:
        return True
    title_words, other_title_words = _words(record.title), _words(other_record.title)
    return (
        not title_words
        or not other_title_words
        or _share(title_words, other_title_words) >= LIKE_TITLES
    )


def is_only_claimed(name: PaperId, bundle: PaperBundle) -> bool:
    """Return whether only members' files and forms give a paper this identifier."""
    records = [
        record for record in bundle.as_records() if record.title and name in identifiers(record)
    ]
    return bool(records) and not any(is_catalogue(record) for record in records)


def _is_added_by_claim(name: PaperId, bundle: PaperBundle) -> bool:
    """Return whether a paper of catalogues has an identifier only through a claim."""
    claims = [claim for claim in bundle.claims() if claim.title and name in identifiers(claim)]
    return bool(claims) and not any(
        name in identifiers(record) for record in bundle.believed() or claims
    )


def _families(authors: Sequence[str]) -> set[str]:
    """Return the family names in ASCII; names without ASCII letters are left out."""
    return {" ".join(_words(family_name(name))) for name in authors} - {""}


def _share(title_words: set[str], other_words: set[str]) -> float:
    """Return the share of common words, from 0 to 1."""
    return len(title_words & other_words) / max(len(title_words | other_words), 1)


def _words(text: str) -> set[str]:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return set(re.findall(r"[a-z0-9]+", folded))
