"""Notifications whose receiver may still see what they are about."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from summaries.models import Comment, Suggestion, Summary


class NotificationQuerySet(models.QuerySet):
    """Notifications by person and visibility."""

    def visible_to(self, user) -> "NotificationQuerySet":
        """Return a person's own notifications whose subject can still be opened.

        Those that exist only because of a name are left out once the summary is anonymous. Messages
        from moderators are kept, since their subject is often what was hidden.
        """
        if not user.is_authenticated:
            return self.none()
        visible = {
            "summary": Summary.objects.visible_to(user),
            "comment": Comment.objects.published(),
            "suggestion": Suggestion.objects.visible_to(user).exclude(state="withdrawn"),
        }
        rows = self.filter(user=user).exclude(rests_on_name=True, summary__is_anonymous=True)
        for column, readable in visible.items():
            rows = rows.filter(
                Q(kind="moderation")
                | Q(**{f"{column}__isnull": True})
                | Exists(readable.filter(pk=OuterRef(column)))
            )
        return rows

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at__isnull=True)

    def with_subjects(self) -> "NotificationQuerySet":
        """Join every row that `notifications.messages` reads, in one query."""
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
