"""What must hold for share images."""

from collections.abc import Iterable, Sequence

from doctor.files import FileInvariant, is_young
from doctor.invariants import Damage, register
from summaries.models import Summary
from syndication.share_images.storage import SUMMARY_FOLDER


class HiddenShareImages(FileInvariant):
    """What is hidden leaves no image behind."""

    name = "share-images"
    sentence = "Only published summaries have share images on the disk."
    folder = SUMMARY_FOLDER

    def damage(self, names: Sequence[str]) -> Iterable[Damage]:
        """Return the images of summaries that nobody may see.

        A task deletes them after a change, and a task may be lost with its queue.
        """
        subjects = {name: _subject(name) for name in names}
        known = {pk for pk in subjects.values() if pk is not None}
        published = Summary.objects.published().filter(pk__in=known).values_list("pk", flat=True)
        shown = set(published)
        for name, pk in subjects.items():
            if pk not in shown and not is_young(name):
                yield Damage(name, "the summary is not published")


def _subject(name: str) -> int | None:
    """Return the primary key in "pictures/summary/12/<digest>.png"."""
    pk = name.removeprefix(f"{SUMMARY_FOLDER}/").partition("/")[0]
    return int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 18 else None


register(HiddenShareImages())
