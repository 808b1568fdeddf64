"""The content of a mail of notifications, read from the database when it is sent.

The same querysets as on the pages make sure that nothing hidden or deleted in the meantime is
mailed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from mailing.digest_items import Item, best_first, item_of
from mailing.models import Frequency, OutgoingEmail
from mailing.preferences import KINDS, frequencies_of
from notifications.messages import Line, line_of, paper_of
from notifications.models import Notification
from notifications.plaintext import readable_title
from papers.models import Paper

Kind = Notification.Kind
MAX_EXCERPTS, MAX_TITLES = 5, 20


@dataclass(frozen=True, kw_only=True)
class Group:
    """All news about one paper; `paper` is None for what is not about a paper."""

    paper: Paper | None
    title: str
    lines: list[Line]


@dataclass(frozen=True, kw_only=True)
class News:
    """The content of one mail."""

    groups: list[Group]
    excerpts: list[Item]  # the best of what the person follows, with an excerpt
    titles: list[Item]  # the next best
    more: int  # how many more there are
    kinds: set[str]

    @property
    def line_count(self) -> int:
        return sum(len(group.lines) for group in self.groups)

    @property
    def summary_count(self) -> int:
        return len(self.excerpts) + len(self.titles) + self.more


def news_of(mail: OutgoingEmail) -> News | None:
    """Return the content of a mail, or None when nothing is left to send."""
    notifications = (
        Notification.objects.visible_to(mail.user).unread().filter(email_item__mail=mail)
    )
    paces = frequencies_of(mail.user)
    rows = [
        row
        for row in notifications.with_subjects().order_by("pk")
        if paces.get(row.kind) != Frequency.NEVER
    ]
    followed = best_first(row.summary for row in rows if row.kind == Kind.FOLLOWED and row.summary)
    lines = [row for row in rows if row.kind != Kind.FOLLOWED or not row.summary]
    if not rows:
        return None
    items = [item_of(summary) for summary in followed]
    shown = items[: MAX_EXCERPTS + MAX_TITLES]
    return News(
        groups=_grouped(lines),
        excerpts=shown[:MAX_EXCERPTS],
        titles=shown[MAX_EXCERPTS:],
        more=len(items) - len(shown),
        kinds={row.kind for row in rows},
    )


def _grouped(rows: Iterable[Notification]) -> list[Group]:
    """Group by paper, the papers in the order of their first notification."""
    papers = {row.pk: paper_of(row) for row in rows}
    first: dict[int | None, int] = {}
    for position, row in enumerate(rows):
        first.setdefault(papers[row.pk].pk if papers[row.pk] else None, position)

    def position_of(row: Notification) -> int:
        return first[papers[row.pk].pk if papers[row.pk] else None]

    groups = []
    for _, members in groupby(sorted(rows, key=position_of), key=position_of):
        group_rows = list(members)
        paper = papers[group_rows[0].pk]
        groups.append(
            Group(
                paper=paper,
                title=readable_title(paper.title) if paper else "",
                lines=[line_of(row) for row in group_rows],
            )
        )
    return groups


def scope_of(mail: OutgoingEmail, news: News) -> str:
    """Return what one click on "unsubscribe" stops.

    It is the kind of notification if the mail has only one, else the form of the mail, like
    "daily".
    """
    if mail.form == OutgoingEmail.Form.NOW and len(news.kinds) == 1:
        return next(kind for kind in KINDS if kind in news.kinds)
    return mail.form
