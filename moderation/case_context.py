"""What a moderator sees of a case beside the text: who wrote it, and how it became what it is."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.suspensions import is_suspended
from moderation.models import Case, ModerationAction
from summaries.actions.spam_checks import NEW_FOR_DAYS, Link, links_in
from summaries.diff import Change, word_diff
from summaries.models import Comment, Revision, Summary

ACTIONS_SHOWN, REVISIONS_SHOWN = 10, 10


@dataclass(frozen=True, kw_only=True)
class Author:
    """Of a signed text. Of an unsigned one nothing is told: a few numbers make a guess."""

    person: User
    is_new: bool
    is_suspended: bool
    summary_count: int
    comment_count: int
    acts: list[ModerationAction] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Step:
    revision: Revision
    changes: list[Change]


def author_of(case: Case) -> Author | None:
    person = case.text.byline
    if person is None:
        return None
    return Author(
        person=person,
        is_new=timezone.now() - person.date_joined < datetime.timedelta(days=NEW_FOR_DAYS),
        is_suspended=is_suspended(person),
        summary_count=Summary.objects.signed_by(person).count(),
        comment_count=Comment.objects.signed_by(person).count(),
        acts=list(actions_on(person).exclude(case=case, person=None)[:ACTIONS_SHOWN]),
    )


def actions_on(person: User):
    """What was done to a person's account and signed texts, the newest first."""
    return ModerationAction.objects.filter(
        Q(person=person)
        | Q(case__summary__author=person, case__summary__is_anonymous=False)
        | Q(case__comment__author=person, case__comment__is_anonymous=False)
    ).select_related("moderator", "case")


def links_of(case: Case) -> list[Link]:
    return links_in(case.text.html)


def history_of(case: Case) -> list[Step]:
    """The published revisions, the newest first, with what changed; a comment has none."""
    if case.summary_id is None:
        return []
    # Who edited is the author's name.
    revisions = list(
        Revision.objects.filter(summary=case.summary_id).defer("editor")[: REVISIONS_SHOWN + 1]
    )
    before = [*revisions[1:], None][: len(revisions)]
    steps = [
        Step(revision=newer, changes=word_diff(older.text, newer.text) if older else [])
        for newer, older in zip(revisions, before, strict=True)
    ]
    return steps[:REVISIONS_SHOWN]
