"""What the secret feeds hold: a person's notifications, and what is new in what is followed.

By the same doors as the pages. They are read by programs, so a text stands in them only where its
reader could open it without signing in.
"""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common.http.urls import site_address
from common.text.tex_to_html import plain_to_paragraphs
from following.timeline import news_page
from notifications.messages import line_of, paper_of
from notifications.models import Notification
from notifications.plaintext import readable_title
from summaries.models import Summary
from syndication.feeds.formats import Entry
from syndication.feeds.querysets import LENGTH, Listing
from syndication.feeds.querysets import entries_of as summaries_as_entries


def notifications(person: User) -> Listing:
    """Each entry is one notification; its id is that of the row, for two may lead to one page."""
    rows = Notification.objects.visible_to(person).with_subjects()
    entries = tuple(_entry(row) for row in rows.order_by("-created_at", "-pk")[:LENGTH])
    return Listing(_("Notifications"), reverse("notifications"), entries)


def following(person: User) -> Listing:
    numbers = [summary.pk for summary in news_page(person, size=LENGTH).items]
    newest = Summary.objects.published().filter(pk__in=numbers).order_by("-published_at", "-pk")
    return Listing(_("What you follow"), reverse("following"), summaries_as_entries(newest))


LISTINGS: dict[str, Callable[[User], Listing]] = {
    "notifications": notifications,
    "following": following,
}


def _entry(row: Notification) -> Entry:
    line, paper = line_of(row), paper_of(row)
    # The number makes two events on one page two entries.
    path, _hash, anchor = line.path.partition("#")
    address = site_address(f"{path}?told={row.pk}") + (f"#{anchor}" if anchor else "")
    title = f"{line.told}: {readable_title(paper.title)}" if paper else line.told
    return Entry(
        address=address,
        title=title,
        html=str(plain_to_paragraphs(line.quote or line.told)),
        excerpt=line.quote,
        author=settings.SITE_NAME,
        published_at=row.created_at,
        updated_at=row.created_at,
    )
