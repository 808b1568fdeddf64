"""Summaries and what belongs to them: comments, votes, drafts, images, rankings."""

from summaries.models.comments import Comment, Mention
from summaries.models.counters import Citation, PaperRanking
from summaries.models.images import Image
from summaries.models.reactions import AuthorClaim, SummaryRequest, Vote
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
    "PaperRanking",
    "Revision",
    "SimilarPapers",
    "Suggestion",
    "Summary",
    "SummaryRequest",
    "Vote",
    "VoteRing",
]
