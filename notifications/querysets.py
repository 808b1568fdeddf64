"""Which notifications still say something that their receiver may hear."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from summaries.models import Comment, Suggestion, Summary


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, user) -> "NotificationQuerySet":
        """A person's own, without those whose summary, comment or suggestion cannot be opened any
        more, and without news of a person under what is unsigned by now.

        What moderators did to somebody's text is told all the same: often it is just that.
        """
        if not user.is_authenticated:
            return self.none()
        doors = {
            "summary": Summary.objects.visible_to(user),
            "comment": Comment.objects.published(),
            "suggestion": Suggestion.objects.visible_to(user).exclude(state="withdrawn"),
        }
        rows = self.filter(user=user).exclude(rests_on_name=True, summary__is_anonymous=True)
        for column, readable in doors.items():
            rows = rows.filter(
                Q(kind="moderation")
                | Q(**{f"{column}__isnull": True})
                | Exists(readable.filter(pk=OuterRef(column)))
            )
        return rows

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at__isnull=True)

    def with_subjects(self) -> "NotificationQuerySet":
        """With every row that `notifications.messages` reads, in one query."""
        return self.select_related(
            "paper",
            "correction__paper",
            "summary__author",
            "summary__paper",
            "comment__author",
            "comment__paper",
            "comment__parent",
            "comment__summary__paper",
            "suggestion__proposer",
            "suggestion__summary__paper",
        )
