"""The queue of cases; every page of moderators starts here."""

import datetime

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from summaries.actions.spam_checks import NEW_FOR_DAYS
from summaries.models import Comment, Summary


class CaseQuerySet(models.QuerySet):
    """Cases by state, reason and author."""

    def readable(self) -> "CaseQuerySet":
        """Leave out texts that their authors withdrew, which are private again."""
        return self.filter(
            Q(summary__in=Summary.objects.for_moderators())
            | Q(comment__in=Comment.objects.for_moderators())
        )

    def in_tab(self, tab: str, moderator) -> "CaseQuerySet":
        """Return the cases of a tab: "waiting", "mine" or "done".

        "mine" holds cases that the moderator took, or whose author the moderator asked to edit.
        """
        if tab == "done":
            return self.filter(state="done").order_by("-decided_at", "-id")
        if tab == "mine":
            return self.exclude(state="done").filter(taken_by=moderator).order_by("opened_at", "id")
        return self.filter(state="waiting").order_by("opened_at", "id")

    def reported_for(self, reason: str) -> "CaseQuerySet":
        """Filter by the reason of open reports; "first" selects texts that wait for approval."""
        if reason == "first":
            return self.filter(is_screening=True)
        return self.filter(
            pk__in=self.model.objects.filter(
                reports__reason=reason, reports__settled_at=None
            ).values("pk")
        )

    def opened_within(self, days: int) -> "CaseQuerySet":
        return self.filter(opened_at__gte=timezone.now() - datetime.timedelta(days=days))

    def by_trust(self, trust: str) -> "CaseQuerySet":
        """Filter by the author: "new", "known", "trusted" or "unnamed".

        An anonymous author is in no other group, which would help to guess who it is.
        """
        unnamed = Q(summary__is_anonymous=True) | Q(comment__is_anonymous=True)
        if trust == "unnamed":
            return self.filter(unnamed)
        since = timezone.now() - datetime.timedelta(days=NEW_FOR_DAYS)
        trusted = Q(summary__author__is_trusted=True) | Q(comment__author__is_trusted=True)
        new = Q(summary__author__date_joined__gte=since) | Q(
            comment__author__date_joined__gte=since
        )
        named = self.exclude(unnamed)
        if trust == "trusted":
            return named.filter(trusted)
        untrusted = named.exclude(trusted)
        return untrusted.filter(new) if trust == "new" else untrusted.exclude(new)

    def for_lists(self) -> "CaseQuerySet":
        """Load what a line of the queue shows; `report_count` counts open reports."""
        open_reports = Count("reports", filter=Q(reports__settled_at=None))
        return (
            self.select_related(
                "summary__paper",
                "summary__author",
                "comment__author",
                "comment__paper",
                "comment__summary__paper",
                "taken_by",
            )
            .defer("summary__text", "summary__html", "summary__excerpt_html")
            .annotate(report_count=open_reports)
        )
