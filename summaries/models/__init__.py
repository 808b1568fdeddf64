"""Summaries and what belongs to them: comments, votes, drafts, images, rankings."""

from summaries.models.comments import Comment, Mention
from summaries.models.counters import Citation, Standing
from summaries.models.images import Image
from summaries.models.reactions import AuthorClaim, Vote, Wish
from summaries.models.similar_papers import SimilarPapers
from summaries.models.summaries import Draft, Revision, Suggestion, Summary
from summaries.models.vote_rings import VoteRing

__all__ = [
    "AuthorClaim",
    "Citation",
    "Comment",
    "Draft",
    "Image",
    "Mention",
    "Revision",
    "SimilarPapers",
    "Standing",
    "Suggestion",
    "Summary",
    "Vote",
    "VoteRing",
    "Wish",
]
