"""Mark notifications as read, and lay them out for the page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from notifications.messages import Line, line_of, paper_of, summary_of
from notifications.models import Notification
from papers.models import Paper


def mark_read(user: User, *, number: int | None = None, until: int | None = None) -> int:
    """Mark one as read, or all up to the newest that the person has seen; returns how many were
    not. What came since stays unread."""
    rows = Notification.objects.filter(user=user).unread()
    if number is not None:
        rows = rows.filter(pk=number)
    elif until is not None:
        rows = rows.filter(pk__lte=until)
    return rows.update(read_at=timezone.now())


@dataclass(frozen=True, kw_only=True)
class Row:
    notification: Notification
    line: Line


@dataclass(frozen=True, kw_only=True)
class Group:
    """All rows of a page about one summary, or about one paper; `paper` is None for neither."""

    paper: Paper | None
    rows: list[Row]


def grouped(notifications: Iterable[Notification]) -> list[Group]:
    """By summary, the groups in the order of their first row."""
    groups: dict[tuple[str, int], Group] = {}
    for notification in notifications:
        summary, paper = summary_of(notification), paper_of(notification)
        key = ("summary", summary.pk) if summary else ("paper", paper.pk if paper else 0)
        group = groups.setdefault(key, Group(paper=paper, rows=[]))
        group.rows.append(Row(notification=notification, line=line_of(notification)))
    return list(groups.values())
