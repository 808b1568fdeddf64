"""Who may see what, decided once: every view, feed and task starts from one of these."""

import datetime
from collections.abc import Iterable

from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.utils import timezone

from papers.models import Field
from summaries.ranking import best_first

# How long a deleted summary can be restored before it is purged.
UNDO_DAYS = 30


class SummaryQuerySet(models.QuerySet):
    """Summaries by who may see or edit them."""

    def published(self) -> "SummaryQuerySet":
        """Return what everyone may read."""
        return self.filter(state="published", deleted_at__isnull=True)

    def visible_to(self, user) -> "SummaryQuerySet":
        """Return published summaries, and all of the user's own that are not deleted."""
        if not user.is_authenticated:
            return self.published()
        own = Q(author=user)
        return self.filter(Q(state="published") | own, deleted_at__isnull=True)

    def editable_by(self, user) -> "SummaryQuerySet":
        """Return the user's own summaries, without those that moderators hid."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(author=user, deleted_at__isnull=True).exclude(state="hidden")

    def shared_by(self, secret: str) -> "SummaryQuerySet":
        """Return the summary that is shared by this secret link, if any."""
        return self.filter(state="unlisted", secret=secret, deleted_at__isnull=True)

    def for_moderators(self) -> "SummaryQuerySet":
        """Return what is public, waits for approval, or was hidden or removed by moderators.

        What its author keeps private or has deleted is nobody else's business.
        """
        there = Q(state__in=["published", "waiting", "hidden"], deleted_at__isnull=True)
        return self.filter(there | Q(is_removed=True))

    def deleted_by(self, user) -> "SummaryQuerySet":
        """Return the user's own that can be restored; not what moderators removed."""
        if not user.is_authenticated:
            return self.none()
        since = timezone.now() - datetime.timedelta(days=UNDO_DAYS)
        return self.filter(author=user, deleted_at__gte=since, is_removed=False)

    def removed_from(self, user) -> "SummaryQuerySet":
        """Return the user's own that moderators removed; their texts may not be shown."""
        return self.filter(author=user, is_removed=True) if user.is_authenticated else self.none()

    def deleted_after_publication(self) -> "SummaryQuerySet":
        """Return deleted ones that were public; only the paper may be named."""
        return self.filter(state="published", deleted_at__isnull=False)

    def signed_by(self, person) -> "SummaryQuerySet":
        """Return what a person's page may show: never an anonymous summary."""
        return self.published().filter(author=person, is_anonymous=False)

    def ranked(self) -> "SummaryQuerySet":
        """Order by rank, best first, as `summaries.ranking.best_first` does in Python."""
        return self.order_by(*best_first.COLUMNS)

    def with_vote_of(self, user) -> "SummaryQuerySet":
        """Annotate `my_vote`: 1, -1, or None when the user has not voted."""
        if not user.is_authenticated:
            return self.annotate(my_vote=models.Value(None, models.SmallIntegerField()))
        return self.annotate(
            own_vote=FilteredRelation("votes", condition=Q(votes__voter=user)),
            my_vote=F("own_vote__value"),
        )

    def for_lists(self) -> "SummaryQuerySet":
        return self.select_related("author", "paper__venue").prefetch_related("paper__identifiers")


class SuggestionQuerySet(models.QuerySet):
    """Suggested edits by who may see them."""

    def open(self) -> "SuggestionQuerySet":
        return self.filter(state="open")

    def to(self, author) -> "SuggestionQuerySet":
        """Return what others suggest to the author, for summaries that are not deleted."""
        return self.filter(summary__author=author, summary__deleted_at__isnull=True)

    def visible_to(self, user) -> "SuggestionQuerySet":
        """Return those to the user, and those by the user while the summary is public.

        Nobody else sees an open suggestion: its text is not the author's.
        """
        if not user.is_authenticated:
            return self.none()
        own = Q(proposer=user, summary__state="published")
        to_me = Q(summary__author=user) & ~Q(summary__state="hidden")
        return self.filter(own | to_me, summary__deleted_at__isnull=True)


class CommentQuerySet(models.QuerySet):
    """Comments and questions by who may see or edit them."""

    def shown(self) -> "CommentQuerySet":
        """Return what every reader of the summary or paper may read."""
        return self.filter(deleted_at__isnull=True, state="published")

    def published(self) -> "CommentQuerySet":
        """Return what everyone may read: questions, and comments on published summaries."""
        under = Q(paper__isnull=False) | Q(
            summary__state="published", summary__deleted_at__isnull=True
        )
        return self.shown().filter(under)

    def visible_to(self, user) -> "CommentQuerySet":
        """Return what is shown, and the user's own that wait for a moderator."""
        if not user.is_authenticated:
            return self.shown()
        own = Q(author=user, state="waiting")
        return self.filter(Q(state="published") | own, deleted_at__isnull=True)

    def for_moderators(self) -> "CommentQuerySet":
        """Return all but what its author deleted; hidden ones even when removed."""
        return self.filter(Q(deleted_at__isnull=True) | Q(state="hidden"))

    def editable_by(self, user) -> "CommentQuerySet":
        """Return the user's own comments, without those that moderators hid."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(author=user, deleted_at__isnull=True).exclude(state="hidden")

    def hidden_from(self, user) -> "CommentQuerySet":
        """Return the user's own that moderators hid or removed."""
        return self.filter(author=user, state="hidden") if user.is_authenticated else self.none()

    def signed_by(self, person) -> "CommentQuerySet":
        """Return what a person's page may count: never an anonymous reply."""
        return self.published().filter(author=person, is_anonymous=False)


# The orders of the home page, and the column of each.
RANKING_ORDERS = {
    "popular": "popular",
    "recent": "latest_at",
    "best": "best",
    "discussed": "discussed",
}


class PaperRankingQuerySet(models.QuerySet):
    """The ranking of papers, for the home page."""

    def in_order(self, order: str) -> "PaperRankingQuerySet":
        return self.order_by(f"-{RANKING_ORDERS[order]}", "-paper_id")

    def in_field(self, field: Field, fields: Iterable[Field]) -> "PaperRankingQuerySet":
        """Filter by a field of research and the fields below it; `fields` are all of them.

        "Computer science" includes "Machine learning".
        """
        field_ids = [item.pk for item in fields if field.pk in {item.pk, item.parent_id}]
        return self.filter(paper__field__in=field_ids)

    def for_lists(self) -> "PaperRankingQuerySet":
        return self.select_related(
            "paper__venue", "top_summary__author", "latest_summary__author"
        ).prefetch_related("paper__identifiers")
