"""What people write about papers."""

from summaries.models.announcing import Announcement, Channel
from summaries.models.comments import Comment, Mention
from summaries.models.images import Image
from summaries.models.lists import Citation, Standing
from summaries.models.readers import AuthorClaim, Vote, Wish
from summaries.models.rings import VoteRing
from summaries.models.similar import SimilarPapers
from summaries.models.summaries import Draft, Revision, Suggestion, Summary

__all__ = [
    "Announcement",
    "AuthorClaim",
    "Channel",
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
