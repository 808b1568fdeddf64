"""Images that are deleted: those that moderators take down, and those that no text shows."""

import datetime
import re

from django.core.files.storage import default_storage
from django.db.models import Model
from django.utils import timezone

from common.db.transactions import transactional
from summaries.media.image_fetching import MOST_TRIES
from summaries.media.images import image_url, lock_same
from summaries.models import Comment, Draft, Image, Revision, Suggestion, Summary
from summaries.rerender import rerender_with_image

# Somebody who uploaded an image may still be writing the text around it for so long.
UNUSED_DAYS = 14
_DIGEST = re.compile(r"/media/images/([0-9a-f]{64})\.")
# Every table with texts that may show an image, also drafts and old revisions.
_TEXTS: list[type[Model]] = [Summary, Draft, Revision, Suggestion, Comment]


def take_down(*, image_id: int) -> None:
    """Delete the file of an image and refuse the same image from now on.

    Texts show its description instead; browsers may still have it cached. Raises
    Image.DoesNotExist.
    """
    image = Image.objects.get(pk=image_id)
    if not image.file:
        return
    sources = _mark_taken_down(image.digest)
    default_storage.delete(image.file.name)
    for shown_as in [image_url(image), *sources]:
        rerender_with_image(shown_as)


@transactional
def _mark_taken_down(digest: str) -> list[str]:
    """Mark all rows of an image; return the addresses that it was copied from."""
    # In one order: two moderators may take down two rows of one image.
    lock_same(digest)
    # Read after locking: another copy may have been saved in the meantime.
    same = Image.objects.filter(digest=digest)
    sources = [url for url in same.values_list("foreign_url", flat=True) if url]
    same.update(file="", is_taken_down=True, tries=MOST_TRIES)
    return sources


def purge_unused() -> int:
    """Delete uploaded images older than UNUSED_DAYS that no text shows; return how many."""
    before = timezone.now() - datetime.timedelta(days=UNUSED_DAYS)
    old = Image.objects.filter(foreign_url=None, is_taken_down=False, created_at__lt=before)
    candidates = dict(old.exclude(file="").values_list("pk", "digest"))
    if not candidates:
        return 0
    used = _used_digests()
    unused = {pk: digest for pk, digest in candidates.items() if digest not in used}
    for pk, digest in unused.items():
        if name := _purge(pk, digest):
            default_storage.delete(name)
    return len(unused)


@transactional
def _purge(pk: int, digest: str) -> str:
    """Delete a row; return the name of its file, "" when another row has the same one."""
    image = Image.objects.select_for_update().filter(pk=pk).first()
    if image is None:
        return ""
    name = image.file.name
    image.delete()
    # A younger upload, or a copy from another host, may be the same file.
    is_shared = Image.objects.filter(digest=digest).exclude(file="").exists()
    return "" if is_shared else name


def _used_digests() -> set[str]:
    """Return the digests of all images in texts, reading a few texts at a time."""
    used: set[str] = set()
    for model in _TEXTS:
        texts = model.objects.filter(text__contains="/media/images/").order_by()
        for text in texts.values_list("text", flat=True).iterator(chunk_size=200):
            used.update(_DIGEST.findall(text))
    return used
