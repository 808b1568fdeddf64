"""The secret feeds: a person's notifications, and news on what the person follows.

They use the same querysets as the pages. Since programs read them, a text is included only where
its reader could open it without signing in.
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
    """Return one entry for each notification; its id is that of the row, as pages can repeat."""
    rows = Notification.objects.visible_to(person).with_subjects()
    entries = tuple(_entry(row) for row in rows.order_by("-created_at", "-pk")[:LENGTH])
    return Listing(_("Notifications"), reverse("notifications"), entries)


def following(person: User) -> Listing:
    """Return the newest summaries on what the person follows."""
    pks = [summary.pk for summary in news_page(person, size=LENGTH).items]
    newest = Summary.objects.published().filter(pk__in=pks).order_by("-published_at", "-pk")
    return Listing(_("What you follow"), reverse("following"), summaries_as_entries(newest))


LISTINGS: dict[str, Callable[[User], Listing]] = {
    "notifications": notifications,
    "following": following,
}


def _entry(row: Notification) -> Entry:
    line, paper = line_of(row), paper_of(row)
    # The primary key tells two events on one page apart.
    path, _hash, anchor = line.path.partition("#")
    address = site_address(f"{path}?told={row.pk}") + (f"#{anchor}" if anchor else "")
    title = f"{line.sentence}: {readable_title(paper.title)}" if paper else line.sentence
    return Entry(
        address=address,
        title=title,
        html=str(plain_to_paragraphs(line.quote or line.sentence)),
        excerpt=line.quote,
        author=settings.SITE_NAME,
        published_at=row.created_at,
        updated_at=row.created_at,
    )
