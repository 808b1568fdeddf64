"""The bibliographic record: one row per work, with all its identifiers; independent of summaries."""

from papers.models.history import moderator_of
from papers.models.moderation_queue import Correction, Decision, Merge, MergeProposal, Proposal
from papers.models.papers import TAKEN_SLUGS, Authorship, Identifier, Paper, PaperQuerySet
from papers.models.provenance import ArxivVersion, ImportRun, SourceRecord
from papers.models.upkeep import Upkeep
from papers.models.venues import Field, Venue, VenueAlias

__all__ = [
    "TAKEN_SLUGS",
    "ArxivVersion",
    "Authorship",
    "Correction",
    "Decision",
    "Field",
    "Identifier",
    "ImportRun",
    "Merge",
    "MergeProposal",
    "Paper",
    "PaperQuerySet",
    "Proposal",
    "SourceRecord",
    "Upkeep",
    "Venue",
    "VenueAlias",
    "moderator_of",
]
