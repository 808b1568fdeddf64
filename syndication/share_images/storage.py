"""Where share images are stored, and which one is current.

The URL of an image contains a digest of its texts, so that it changes with the image, and caches
of the old one are not used. Images are only served by a view that checks the paper or summary
first: what is hidden or no longer signed leaves no image behind.
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
from common.tasks import delay_on_commit
from common.texmath.unicode_text import readable
from common.text.plurals import pluralize_count
from common.text.sentences import first_sentence
from papers.models import Paper
from summaries.models import Summary
from summaries.templatetags.summary_format import families
from syndication.share_images.layout import LOOK, Facts, draw

log = logging.getLogger(__name__)

# Enough for the first sentence; the rest of a long summary makes no difference.
_BEGINNING_LETTERS = 1500

FOLDER = "pictures"
SUMMARY_FOLDER = f"{FOLDER}/summary"

Subject = Paper | Summary


def paper_image_url(paper: Paper, best: Summary | None) -> str:
    """Return the path of a paper's current image; no query for a paper with its venue."""
    return reverse("paper-share-image", args=[paper.pk, _digest(_stored_facts(paper, best))])


def summary_image_url(summary: Summary) -> str:
    """Return the path of a summary's current image."""
    return reverse(
        "summary-share-image", args=[summary.pk, _digest(_stored_facts(summary, summary))]
    )


def digest_of(subject: Subject) -> str:
    """Return the digest in the path of the current image."""
    return _digest(_stored_facts(subject, _best_for(subject)))


def stored(subject: Subject) -> bytes | None:
    """Return the current image, or None when it has not been drawn yet."""
    name = _file_of(subject, digest_of(subject))
    if not default_storage.exists(name):
        return None
    with default_storage.open(name) as file:
        # An empty file was left by a full disk.
        return file.read() or None


def redraw(subject: Subject) -> bytes:
    """Draw and store the current image, and delete earlier ones."""
    facts = _stored_facts(subject, _best_for(subject))
    picture = draw(_facts(facts))
    name = _file_of(subject, _digest(facts))
    try:
        storage.keep(name, picture)
    except StorageFullError as error:
        # The image is returned, and drawn again for the next request.
        log.warning("%s", error)
        return picture
    _remove(subject, keep=name)
    return picture


def forget(subject: Subject) -> None:
    """Delete the images of a paper or summary."""
    _remove(subject, keep="")


def after_change(summary: Summary) -> None:
    """Let a worker redraw the images, or delete hidden ones, after the transaction is committed.

    Without workers, an image is drawn at its first request: saving a text must not wait for it.
    """
    delay_on_commit("syndication.tasks.draw_share_images", summary.pk)


def bring_up_to_date(summary_id: int, *, draws: bool) -> None:
    """Update the images of a summary and of its paper; called by the task.

    With `draws` False, images that may not be shown are deleted, and none is drawn.
    """
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


def _stored_facts(subject: Subject, best: Summary | None) -> dict[str, object]:
    """Return everything that an image depends on; cheap, because every page calls it."""
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


def _digest(facts: dict[str, object]) -> str:
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _facts(facts: dict[str, object]) -> Facts:
    """Return the texts in the site's own language, because an image is for everybody."""
    with translation.override(settings.LANGUAGE_CODE):
        return Facts(
            site=facts["site"],
            address=facts["address"],
            title=readable(facts["title"]),
            authors=families(facts["authors"]),
            where=facts["where"],
            sentence=first_sentence(readable(facts["text"])),
            caption=_describe(facts),
            score=facts["score"],
        )


def _describe(facts: dict[str, object]) -> str:
    if facts["count"]:
        return pluralize_count(facts["count"], "summaries")
    if facts["count"] == 0:
        return _("No summary yet")
    return (
        _("Summary by %(name)s") % {"name": facts["by"]} if facts["by"] else _("Anonymous summary")
    )


def _folder_of(subject: Subject) -> str:
    kind = "summary" if isinstance(subject, Summary) else "paper"
    return f"{FOLDER}/{kind}/{subject.pk}"


def _file_of(subject: Subject, digest: str) -> str:
    return f"{_folder_of(subject)}/{digest}.png"


def _remove(subject: Subject, *, keep: str) -> None:
    folder = _folder_of(subject)
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        # A name with a leading dot is a file that another process is writing.
        if f"{folder}/{name}" != keep and not name.startswith("."):
            default_storage.delete(f"{folder}/{name}")
