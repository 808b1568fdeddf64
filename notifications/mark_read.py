"""Mark notifications as read, and group them for the page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from notifications.messages import Line, line_of, paper_of, summary_of
from notifications.models import Notification
from papers.models import Paper


def mark_read(user: User, *, pk: int | None = None, until: int | None = None) -> int:
    """Mark one notification, or all up to `until`, as read; return how many were unread.

    `until` is the newest one that the person has seen, so that later ones stay unread.
    """
    rows = Notification.objects.filter(user=user).unread()
    if pk is not None:
        rows = rows.filter(pk=pk)
    elif until is not None:
        rows = rows.filter(pk__lte=until)
    return rows.update(read_at=timezone.now())


@dataclass(frozen=True, kw_only=True)
class Row:
    """A notification with its text."""

    notification: Notification
    line: Line


@dataclass(frozen=True, kw_only=True)
class Group:
    """All rows of a page about one summary or one paper; `paper` is None for neither."""

    paper: Paper | None
    rows: list[Row]


def grouped(notifications: Iterable[Notification]) -> list[Group]:
    """Group by summary, the groups in the order of their first row."""
    groups: dict[tuple[str, int], Group] = {}
    for notification in notifications:
        summary, paper = summary_of(notification), paper_of(notification)
        key = ("summary", summary.pk) if summary else ("paper", paper.pk if paper else 0)
        group = groups.setdefault(key, Group(paper=paper, rows=[]))
        group.rows.append(Row(notification=notification, line=line_of(notification)))
    return list(groups.values())
