"""Summaries, revisions and comments as data: the only place that decides what others may learn.

`serialize_...` returns what every reader of the row may see: the byline, never the author of an
anonymous text, and nothing about its state. `serialize_own_...` adds what only the author may
see. The querysets decide who may read the row. Keys are named after the field they come from;
addresses are absolute. Fields left out are listed, with the reason, in
tests/summaries/test_serializers.py.
"""

import datetime
from typing import TypedDict

from common.http.urls import site_address
from summaries.models import Comment, Revision, Summary


class Byline(TypedDict):
    """Who signed a text."""

    name: str
    address: str  # of the person's page, "" for an unsigned text or a deleted account


class SummaryData(TypedDict):
    """A summary for its readers."""

    id: int
    address: str
    paper: int
    byline: Byline
    is_anonymous: bool
    licence: str  # an SPDX identifier: "CC-BY-4.0"
    licence_address: str
    text: str  # Markdown with TeX
    html: str
    plain_text: str
    has_math: bool
    word_count: int
    reading_minutes: int
    revision_number: int
    paper_version: int | None  # the arXiv version it was written on
    score: int
    up_count: int
    down_count: int
    comment_count: int
    published_at: datetime.datetime | None
    edited_at: datetime.datetime | None
    updated_at: datetime.datetime | None  # when readers last saw something new


class OwnSummaryData(SummaryData):
    """A summary for its author."""

    state: str
    created_at: datetime.datetime
    deleted_at: datetime.datetime | None


class RevisionData(TypedDict):
    """A published version of a summary."""

    summary: int
    number: int
    text: str
    note: str
    licence: str
    created_at: datetime.datetime


class CommentData(TypedDict):
    """A comment or question for its readers."""

    id: int
    address: str
    summary: int | None
    paper: int | None  # of a question
    parent: int | None
    byline: Byline
    is_anonymous: bool
    text: str
    html: str
    created_at: datetime.datetime
    edited_at: datetime.datetime | None


class OwnCommentData(CommentData):
    """A comment or question for its author."""

    state: str
    deleted_at: datetime.datetime | None


def summary_address(summary: Summary) -> str:
    """Return the absolute URL of a summary; only its primary key is read."""
    return site_address(summary.get_absolute_url())


def serialize_summary(summary: Summary) -> SummaryData:
    """Return a summary for its readers; no query when read with its `author`."""
    return {
        "id": summary.pk,
        "address": summary_address(summary),
        "paper": summary.paper_id,
        "byline": _byline(summary),
        "is_anonymous": summary.is_anonymous,
        "licence": summary.licence,
        "licence_address": summary.licence_address,
        "text": summary.text,
        "html": summary.html,
        "plain_text": summary.plain_text,
        "has_math": summary.has_math,
        "word_count": summary.word_count,
        "reading_minutes": summary.reading_minutes,
        "revision_number": summary.revision_number,
        "paper_version": summary.paper_version,
        "score": summary.score,
        "up_count": summary.up_count,
        "down_count": summary.down_count,
        "comment_count": summary.comment_count,
        "published_at": summary.published_at,
        "edited_at": summary.edited_at,
        "updated_at": summary.edited_at or summary.published_at,
    }


def serialize_own_summary(summary: Summary) -> OwnSummaryData:
    """Return a summary for its author."""
    return {
        **serialize_summary(summary),
        "state": summary.state,
        "created_at": summary.created_at,
        "deleted_at": summary.deleted_at,
    }


def serialize_revision(revision: Revision) -> RevisionData:
    """Return a published version for readers of the summary."""
    return {
        "summary": revision.summary_id,
        "number": revision.number,
        "text": revision.text,
        "note": revision.note,
        "licence": revision.licence,
        "created_at": revision.created_at,
    }


def serialize_comment(comment: Comment) -> CommentData:
    """Return a comment for its readers; no query when read with its `author`."""
    return {
        "id": comment.pk,
        "address": site_address(comment.get_absolute_url()),
        "summary": comment.summary_id,
        "paper": comment.paper_id,
        "parent": comment.parent_id,
        "byline": _byline(comment),
        "is_anonymous": comment.is_anonymous,
        "text": comment.text,
        "html": comment.html,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
    }


def serialize_own_comment(comment: Comment) -> OwnCommentData:
    """Return a comment for its author."""
    return {
        **serialize_comment(comment),
        "state": comment.state,
        "deleted_at": comment.deleted_at,
    }


def _byline(text: Summary | Comment) -> Byline:
    person = text.byline
    return {
        "name": text.byline_name,
        "address": site_address(person.get_absolute_url()) if person else "",
    }
