"""Who may see what, decided once: every view, feed and task begins with one of these."""

import datetime
from collections.abc import Iterable

from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.utils import timezone

from papers.models import Field
from summaries.ranking import best_first

# A deleted summary can come back for so long; then it is purged.
UNDO_DAYS = 30


class SummaryQuerySet(models.QuerySet):
    def published(self) -> "SummaryQuerySet":
        """What everyone may read."""
        return self.filter(state="published", deleted_at__isnull=True)

    def visible_to(self, user) -> "SummaryQuerySet":
        """Published summaries, plus all of the user's own that are not deleted."""
        if not user.is_authenticated:
            return self.published()
        own = Q(author=user)
        return self.filter(Q(state="published") | own, deleted_at__isnull=True)

    def editable_by(self, user) -> "SummaryQuerySet":
        """The user's own summaries; a hidden one stays as the moderators left it."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(author=user, deleted_at__isnull=True).exclude(state="hidden")

    def shared_by(self, secret: str) -> "SummaryQuerySet":
        """What a secret link lets everyone read who has it, while it is shared."""
        return self.filter(state="unlisted", secret=secret, deleted_at__isnull=True)

    def for_moderators(self) -> "SummaryQuerySet":
        """What is public, is to be, or was taken out of sight by moderators; what its author
        keeps or took back is nobody's business."""
        there = Q(state__in=["published", "waiting", "hidden"], deleted_at__isnull=True)
        return self.filter(there | Q(is_removed=True))

    def deleted_by(self, user) -> "SummaryQuerySet":
        """The user's own that can still come back; what moderators removed stays away."""
        if not user.is_authenticated:
            return self.none()
        since = timezone.now() - datetime.timedelta(days=UNDO_DAYS)
        return self.filter(author=user, deleted_at__gte=since, is_removed=False)

    def removed_from(self, user) -> "SummaryQuerySet":
        """The user's own that moderators removed, to say so; nothing of them may be shown."""
        return self.filter(author=user, is_removed=True) if user.is_authenticated else self.none()

    def taken_away(self) -> "SummaryQuerySet":
        """Deleted, and public until then; nothing but the paper may be told of them."""
        return self.filter(state="published", deleted_at__isnull=False)

    def signed_by(self, person) -> "SummaryQuerySet":
        """What a person's page may show: never anything that was written anonymously."""
        return self.published().filter(author=person, is_anonymous=False)

    def ranked(self) -> "SummaryQuerySet":
        """Best first, wherever that is said; `summaries.ranking.best_first` is the same in Python."""
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
    def open(self) -> "SuggestionQuerySet":
        return self.filter(state="open")

    def to(self, author) -> "SuggestionQuerySet":
        """What others suggest to the author of a summary that is not deleted."""
        return self.filter(summary__author=author, summary__deleted_at__isnull=True)

    def visible_to(self, user) -> "SuggestionQuerySet":
        """To the author, and to who made it while the summary is public. To nobody else: an open
        one is no part of what the author says."""
        if not user.is_authenticated:
            return self.none()
        own = Q(proposer=user, summary__state="published")
        to_me = Q(summary__author=user) & ~Q(summary__state="hidden")
        return self.filter(own | to_me, summary__deleted_at__isnull=True)


class CommentQuerySet(models.QuerySet):
    def shown(self) -> "CommentQuerySet":
        """What everyone may read who may read what it stands under."""
        return self.filter(deleted_at__isnull=True, state="published")

    def published(self) -> "CommentQuerySet":
        """What everyone may read: shown, and a question or under a published summary."""
        under = Q(paper__isnull=False) | Q(
            summary__state="published", summary__deleted_at__isnull=True
        )
        return self.shown().filter(under)

    def visible_to(self, user) -> "CommentQuerySet":
        """What is shown, plus the user's own that wait for a moderator."""
        if not user.is_authenticated:
            return self.shown()
        own = Q(author=user, state="waiting")
        return self.filter(Q(state="published") | own, deleted_at__isnull=True)

    def for_moderators(self) -> "CommentQuerySet":
        """All but what its author took back; a hidden one stays to be looked at when removed."""
        return self.filter(Q(deleted_at__isnull=True) | Q(state="hidden"))

    def editable_by(self, user) -> "CommentQuerySet":
        """The user's own comments; a hidden one stays as the moderators left it."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(author=user, deleted_at__isnull=True).exclude(state="hidden")

    def taken_from(self, user) -> "CommentQuerySet":
        """The user's own that moderators hid or removed, to say so."""
        return self.filter(author=user, state="hidden") if user.is_authenticated else self.none()

    def signed_by(self, person) -> "CommentQuerySet":
        """What a person's page may count: never what an unnamed author answered."""
        return self.published().filter(author=person, is_anonymous=False)


# The orders of the home page, and the stored number behind each.
RANKING_ORDERS = {
    "popular": "popular",
    "recent": "latest_at",
    "best": "best",
    "discussed": "discussed",
}


class PaperRankingQuerySet(models.QuerySet):
    def in_order(self, order: str) -> "PaperRankingQuerySet":
        return self.order_by(f"-{RANKING_ORDERS[order]}", "-paper_id")

    def in_field(self, field: Field, fields: Iterable[Field]) -> "PaperRankingQuerySet":
        """ "Computer science" holds all that is below it; `fields` are all there are."""
        numbers = [item.pk for item in fields if field.pk in {item.pk, item.parent_id}]
        return self.filter(paper__field__in=numbers)

    def for_lists(self) -> "PaperRankingQuerySet":
        return self.select_related(
            "paper__venue", "top_summary__author", "latest_summary__author"
        ).prefetch_related("paper__identifiers")
