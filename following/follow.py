"""Follow something, and stop following it."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from common.db.transactions import transactional
from common.text.integers import parse_positive_int
from following.models import Follow, SavedSearchMatch
from papers.models import Authorship, Field, Paper, Venue
from search.index import parse, search_summaries

MOST_FOLLOWS = 1000
# Each is run for every new summary.
MOST_SEARCHES = 20
# The number of earlier results that a new search starts with.
EARLIER_MATCHES = 25

Kind = Follow.Kind


class FollowNotAllowedError(Exception):
    """The message tells the reader why, and what to do."""


class TargetNotFoundError(LookupError):
    """There is no such person, paper, venue, field or author."""


@transactional
def follow(*, user: User, kind: str, target: str) -> Follow:
    """Follow one thing; following it again changes nothing.

    `target` is the primary key of a person, paper, venue or field, the slug of an author, or a
    search query. Raises TargetNotFoundError and FollowNotAllowedError.
    """
    columns = _columns(user, kind, target)
    known = Follow.objects.filter(user=user, kind=kind, **columns).first()
    if known:
        return known
    _refuse_too_many(user, kind)
    row, is_new = Follow.objects.get_or_create(user=user, kind=kind, **columns)
    if is_new and kind == Kind.SEARCH:
        _find_earlier(row)
    return row


def unfollow(*, user: User, kind: str, target: str) -> None:
    """Stop following one thing; what is not followed changes nothing."""
    if kind in NUMBERED:
        own = Follow.objects.filter(user=user, kind=kind, **{kind: _number(target)})
    else:
        own = Follow.objects.filter(user=user, kind=kind, words=_tidied(target))
    own.delete()


NUMBERED: dict[str, Callable[[], models.QuerySet]] = {
    Kind.PERSON: lambda: User.objects.filter(is_active=True),
    Kind.PAPER: Paper.objects.all,
    Kind.VENUE: Venue.objects.all,
    Kind.FIELD: Field.objects.all,
}


def _columns(user: User, kind: str, target: str) -> dict[str, object]:
    """Return the columns of a row of that kind, after checking that the target exists.

    {"venue": <Venue>} or {"words": "diederik-p-kingma"}. Raises like `follow`.
    """
    if kind in NUMBERED:
        subject = NUMBERED[kind]().filter(pk=_number(target)).first()
        if subject is None:
            raise TargetNotFoundError(kind)
        if subject == user:
            raise FollowNotAllowedError(
                _("You can't follow yourself. What you write appears on your own page.")
            )
        return {kind: subject}
    key = _tidied(target)
    if kind == Kind.AUTHOR and Authorship.objects.filter(name_slug=key).exists():
        return {"words": key}
    if kind != Kind.SEARCH:
        raise TargetNotFoundError(kind)
    if not parse(key):
        raise FollowNotAllowedError(_("This search is empty. Enter a search term first."))
    if len(key) > Follow._meta.get_field("words").max_length:
        raise FollowNotAllowedError(_("This search is too long to follow. Shorten it."))
    return {"words": key}


def _number(target: str) -> int:
    return parse_positive_int(target, most_digits=15) or 0


def _tidied(text: str) -> str:
    """Return the text without NUL and with single spaces."""
    return " ".join(text.replace("\x00", "").split())


def _refuse_too_many(user: User, kind: str) -> None:
    if Follow.objects.filter(user=user).count() >= MOST_FOLLOWS:
        raise FollowNotAllowedError(
            _("You can follow at most %(count)s items. Unfollow some first.")
            % {"count": MOST_FOLLOWS}
        )
    if kind == Kind.SEARCH and user.follows.filter(kind=kind).count() >= MOST_SEARCHES:
        raise FollowNotAllowedError(
            _("You can follow at most %(count)s searches. Unfollow one first.")
            % {"count": MOST_SEARCHES}
        )


def _find_earlier(follow: Follow) -> None:
    """Store the newest results that exist already, so that a new search has something to show."""
    results = search_summaries(parse(follow.words), user=AnonymousUser())
    newest = results.order_by("-published_at", "-pk").values_list("pk", "is_anonymous")
    SavedSearchMatch.objects.bulk_create(
        [
            SavedSearchMatch(follow=follow, summary_id=pk, was_signed=not is_anonymous)
            for pk, is_anonymous in newest[:EARLIER_MATCHES]
        ],
        ignore_conflicts=True,
    )
