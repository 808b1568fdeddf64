"""Pictures that go: those that moderators take down, and those that no text shows."""

import datetime
import re

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from summaries.copying import MOST_TRIES
from summaries.images import address_of
from summaries.models import Comment, Draft, Image, Revision, Suggestion, Summary
from summaries.rerendering import show_anew

# So long somebody may have uploaded a picture and still be writing the text around it.
UNUSED_DAYS = 14
_DIGEST = re.compile(r"/media/images/([0-9a-f]{64})\.")
# Every table in which somebody's text may show a picture, also an older or a later one.
_TEXTS: list[type[Model]] = [Summary, Draft, Revision, Suggestion, Comment]


def take_down(*, image_id: int) -> None:
    """Delete the file: its words stay in its place. The same picture is refused from now on.

    Caches of browsers may keep it, for they are told to. Raises Image.DoesNotExist.
    """
    with transaction.atomic():
        image = Image.objects.select_for_update().get(pk=image_id)
        if not image.file:
            return
        name, address = image.file.name, address_of(image)
        same = Image.objects.filter(digest=image.digest)
        sources = [url for url in same.values_list("foreign_url", flat=True) if url]
        same.update(file="", is_taken_down=True, tries=MOST_TRIES)
    default_storage.delete(name)
    for shown_as in [address, *sources]:
        show_anew(shown_as)


def purge_unused() -> int:
    """Delete uploaded pictures older than UNUSED_DAYS that stand in no text; returns how many."""
    before = timezone.now() - datetime.timedelta(days=UNUSED_DAYS)
    old = Image.objects.filter(foreign_url=None, is_taken_down=False, created_at__lt=before)
    candidates = dict(old.exclude(file="").values_list("pk", "digest"))
    if not candidates:
        return 0
    used = _used_digests()
    unused = {pk: digest for pk, digest in candidates.items() if digest not in used}
    for pk, digest in unused.items():
        with transaction.atomic():
            image = Image.objects.select_for_update().filter(pk=pk).first()
            if image is None:
                continue
            name = image.file.name
            image.delete()
            # A younger upload, or a copy from another host, may be the same file.
            is_shared = Image.objects.filter(digest=digest).exclude(file="").exists()
        if not is_shared:
            default_storage.delete(name)
    return len(unused)


def _used_digests() -> set[str]:
    """One pass over all texts with a picture of ours, a few rows in memory at a time."""
    used: set[str] = set()
    for model in _TEXTS:
        texts = model.objects.filter(text__contains="/media/images/").order_by()
        for text in texts.values_list("text", flat=True).iterator(chunk_size=200):
            used.update(_DIGEST.findall(text))
    return used
