"""What stands in a mail of notifications: read from the database when it is sent, by the same doors
as pages, so that what was hidden or deleted meanwhile is not mailed."""

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
    """All that is new about one paper; `paper` is None for what is about none."""

    paper: Paper | None
    title: str
    lines: list[Line]


@dataclass(frozen=True, kw_only=True)
class News:
    groups: list[Group]
    excerpts: list[Item]  # the best of what the person follows, with their beginning
    titles: list[Item]  # and the next best
    more: int  # how many there are beyond
    kinds: set[str]

    @property
    def line_count(self) -> int:
        return sum(len(group.lines) for group in self.groups)

    @property
    def summary_count(self) -> int:
        return len(self.excerpts) + len(self.titles) + self.more


def news_of(mail: OutgoingEmail) -> News | None:
    """What the mail has to say; None when nothing of it is left."""
    found = Notification.objects.visible_to(mail.user).unread().filter(email_item__mail=mail)
    wanted = frequencies_of(mail.user)
    rows = [
        row
        for row in found.with_subjects().order_by("pk")
        if wanted.get(row.kind) != Frequency.NEVER
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
    """By paper, the papers in the order of their first news."""
    papers = {row.pk: paper_of(row) for row in rows}
    first: dict[int | None, int] = {}
    for place, row in enumerate(rows):
        first.setdefault(papers[row.pk].pk if papers[row.pk] else None, place)

    def place_of(row: Notification) -> int:
        return first[papers[row.pk].pk if papers[row.pk] else None]

    groups = []
    for _, found in groupby(sorted(rows, key=place_of), key=place_of):
        same = list(found)
        paper = papers[same[0].pk]
        groups.append(
            Group(
                paper=paper,
                title=readable_title(paper.title) if paper else "",
                lines=[line_of(row) for row in same],
            )
        )
    return groups


def scope_of(mail: OutgoingEmail, news: News) -> str:
    """What one click on "unsubscribe" stops: the one kind that a mail is about, else its form."""
    if mail.form == OutgoingEmail.Form.NOW and len(news.kinds) == 1:
        return next(kind for kind in KINDS if kind in news.kinds)
    return mail.form
