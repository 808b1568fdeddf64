"""Where the pictures lie, and which of them is today's.

The address of a picture holds a digest of what it tells, so that it changes whenever the picture
does, and who keeps the old one asks for the new one. A picture is only ever given out by a view
that looks at the paper or summary first: what is hidden or unsigned today leaves no picture behind.
"""

import hashlib
import json
import logging
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from common import storage
from common.files import StorageFullError
from common.tasks import send_after_commit
from common.texmath.unicode_text import readable
from common.text.plurals import counted
from common.text.sentences import first_sentence
from papers.models import Paper
from summaries.models import Summary
from summaries.templatetags.summary_format import families
from syndication.share_images.layout import LOOK, Facts, draw

log = logging.getLogger(__name__)

# Where a sentence ends; the rest of a long summary makes no difference.
_BEGINNING_LETTERS = 1500

Subject = Paper | Summary


def address_of_paper(paper: Paper, best: Summary | None) -> str:
    """Path of the picture of today; costs no query for a paper with venue."""
    return reverse("paper-share-image", args=[paper.pk, _digest(_told_of(paper, best))])


def address_of_summary(summary: Summary) -> str:
    return reverse("summary-share-image", args=[summary.pk, _digest(_told_of(summary, summary))])


def digest_of(subject: Subject) -> str:
    return _digest(_told_of(subject, _best_for(subject)))


def stored(subject: Subject) -> bytes | None:
    """Today's picture, if somebody has drawn it."""
    name = _file_of(subject, digest_of(subject))
    if not default_storage.exists(name):
        return None
    with default_storage.open(name) as file:
        # An empty one was left by a full disk.
        return file.read() or None


def redraw(subject: Subject) -> bytes:
    """Draw and keep today's picture; those of other days go."""
    told = _told_of(subject, _best_for(subject))
    picture = draw(_facts(told))
    name = _file_of(subject, _digest(told))
    try:
        storage.keep(name, picture)
    except StorageFullError as error:
        # It is drawn, and the next one who asks has it drawn again.
        log.warning("%s", error)
        return picture
    _remove(subject, keep=name)
    return picture


def forget(subject: Subject) -> None:
    _remove(subject, keep="")


def after_change(summary: Summary) -> None:
    """Once the transaction is committed, let a worker draw anew, or take away what nobody may see.

    Without workers it is drawn when somebody first asks for it: writing must not wait for it.
    """
    send_after_commit("syndication.tasks.draw_pictures", summary.pk)


def bring_up_to_date(summary_id: int, *, draws: bool) -> None:
    """The pictures of a summary and of its paper; called by the task."""
    summary = Summary.objects.filter(pk=summary_id).select_related("author", "paper__venue").first()
    if summary is None:
        return
    if draws and stored(summary.paper) is None:
        redraw(summary.paper)
    if not summary.is_public:
        forget(summary)
    elif draws and stored(summary) is None:
        redraw(summary)


def _best_for(subject: Subject) -> Summary | None:
    if isinstance(subject, Summary):
        return subject
    public = Summary.objects.published().filter(paper=subject).select_related("author")
    return public.ranked().first()


def _told_of(subject: Subject, best: Summary | None) -> dict[str, object]:
    """All that a picture depends on, as it is in the database: cheap, for every page asks."""
    paper = subject.paper if isinstance(subject, Summary) else subject
    return {
        "look": LOOK,
        "site": settings.SITE_NAME,
        "address": urlsplit(settings.SITE_URL).netloc,
        "title": paper.title,
        "authors": paper.authors_text,
        "where": " ".join(
            str(part) for part in (paper.venue and paper.venue.name, paper.year) if part
        ),
        "text": best.plain_text[:_BEGINNING_LETTERS] if best else "",
        "by": best.byline.display_name if isinstance(subject, Summary) and best.byline else "",
        "count": None if isinstance(subject, Summary) else paper.summary_count,
        "score": best.score if best else None,
    }


def _digest(told: dict[str, object]) -> str:
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _facts(told: dict[str, object]) -> Facts:
    """In words, in the site's own language: a picture is for everybody."""
    with translation.override(settings.LANGUAGE_CODE):
        return Facts(
            site=told["site"],
            address=told["address"],
            title=readable(told["title"]),
            authors=families(told["authors"]),
            where=told["where"],
            sentence=first_sentence(readable(told["text"])),
            told=_in_words(told),
            score=told["score"],
        )


def _in_words(told: dict[str, object]) -> str:
    if told["count"]:
        return counted(told["count"], "summaries")
    if told["count"] == 0:
        return _("No summary yet")
    return _("Summary by %(name)s") % {"name": told["by"]} if told["by"] else _("Anonymous summary")


def _folder_of(subject: Subject) -> str:
    kind = "summary" if isinstance(subject, Summary) else "paper"
    return f"pictures/{kind}/{subject.pk}"


def _file_of(subject: Subject, digest: str) -> str:
    return f"{_folder_of(subject)}/{digest}.png"


def _remove(subject: Subject, *, keep: str) -> None:
    folder = _folder_of(subject)
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        # What begins with a dot is just being written by another process.
        if f"{folder}/{name}" != keep and not name.startswith("."):
            default_storage.delete(f"{folder}/{name}")
