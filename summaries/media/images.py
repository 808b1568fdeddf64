"""The pictures in texts: taken in, found again by their address."""

import hashlib
import re
from collections.abc import Iterable

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from common.db.transactions import transactional
from common.storage import keep
from common.tasks import delay_on_commit
from summaries.media.image_processing import ImageRefusedError, Picture, read_picture
from summaries.models import Image
from summaries.rendering import ShownPicture

_ADDRESS = re.compile(r"(?:https?://|/media/)[^\s<>\"'\\]+")
_OWN = re.compile(r"/media/images/([0-9a-f]{64})\.(?:png|jpg|webp)\Z")
# What one text may show; the rest are links.
MOST = 200
STORED_FIELDS = ["file", "digest", "width", "height", "byte_count", "problem"]
# So many pictures of other hosts are copied for one text.
MOST_COPIED = 40


def add_image(*, uploader: User, data: bytes) -> Image:
    """Keep a picture that somebody sent; the same one again is the same row.

    Raises ImageRefusedError, and StorageFullError when there is no room for it.
    """
    picture = read_picture(data)
    digest = hashlib.sha256(picture.data).hexdigest()
    kept = Image.objects.filter(uploader=uploader, digest=digest, foreign_url=None).first()
    image = kept or Image(uploader=uploader)
    # Also when there is a row: its file may be gone, or ruined.
    store_file(image, picture)
    save_stored(image)
    return image


def store_file(image: Image, picture: Picture) -> None:
    """Write the file, named by what is in it, and note it in the row, which is not saved.

    One that a full disk ruined is replaced. Raises ImageRefusedError for what moderators took down,
    and StorageFullError.
    """
    image.digest = hashlib.sha256(picture.data).hexdigest()
    if Image.objects.filter(digest=image.digest, is_taken_down=True).exists():
        raise ImageRefusedError(_("Moderators have removed this image."))
    name = f"images/{image.digest}.{picture.ending}"
    keep(name, picture.data)
    image.file = name
    image.width, image.height = picture.width, picture.height
    image.byte_count = len(picture.data)


@transactional
def save_stored(image: Image) -> None:
    """Save a row whose file was just kept; raises ImageRefusedError when moderators took the picture
    down meanwhile."""
    lock_same(image.digest)
    if Image.objects.filter(digest=image.digest, is_taken_down=True).exists():
        default_storage.delete(image.file.name)
        raise ImageRefusedError(_("Moderators have removed this image."))
    # Who has claimed the row for copying is written by others.
    image.save(update_fields=STORED_FIELDS if image.pk else None)


def lock_same(digest: str) -> None:
    """Lock all rows of one picture, in one order. Inside a transaction."""
    rows = Image.objects.select_for_update(no_key=True).filter(digest=digest).order_by("pk")
    list(rows.values_list("pk", flat=True))


def image_url(image: Image) -> str:
    """Where readers get it: "/media/images/<digest>.png"."""
    return f"/media/{image.file.name}"


def pictures_in(text: str) -> dict[str, ShownPicture]:
    """What stands for the addresses in a text of which we have the picture; one query."""
    names = _addresses(text)
    if not names:
        return {}
    # A picture of ours may be written with the site before it.
    paths = {name: name.removeprefix(settings.SITE_URL) for name in names}
    digests = {found[1]: name for name, path in paths.items() if (found := _OWN.match(path))}
    found = Image.objects.exclude(file="").filter(Q(digest__in=digests) | Q(foreign_url__in=names))
    shown: dict[str, ShownPicture] = {}
    for image in found:
        picture = ShownPicture(image_url(image), image.width, image.height)
        for name in names:
            if name == image.foreign_url or paths[name] == picture.url:
                shown[name] = picture
    return shown


def _addresses(text: str) -> list[str]:
    """All that may be the address of a picture: one in brackets may end before each of them."""
    names: dict[str, None] = {}
    for found in _ADDRESS.finditer(text):
        whole = found[0]
        ends = [at for at, letter in enumerate(whole) if letter in ")]"][:5]
        for end in [*ends, len(whole)]:
            names[whole[:end]] = None
        if len(names) > 5 * MOST:
            break
    return [name for name in names if len(name) <= 1000]


def want_copies(sources: Iterable[str]) -> list[int]:
    """Rows for pictures of other hosts, to be copied; returns those that are not here yet.

    Inside the transaction of the text that shows them.
    """
    foreign = [name for name in dict.fromkeys(sources) if _is_foreign(name)][:MOST_COPIED]
    if not foreign:
        return []
    rows = [Image(foreign_url=name) for name in foreign]
    Image.objects.bulk_create(rows, ignore_conflicts=True)
    wanted = Image.objects.filter(foreign_url__in=foreign, file="")
    return list(wanted.values_list("pk", flat=True))


def copy_soon(sources: Iterable[str]) -> None:
    """Have those of other hosts copied, by a worker, once the text that shows them is saved.

    The rows are the queue: a task that is lost is made up for by the next `copy_waiting`.
    """
    wanted = want_copies(sources)
    if wanted and settings.CELERY_TASK_ALWAYS_EAGER:
        # Also those that waited when a process ended.
        delay_on_commit("summaries.tasks.copy_new")
        return
    for number in wanted:
        delay_on_commit("summaries.tasks.copy_image", number)


def problems_of_copies(sources: Iterable[str]) -> dict[str, str]:
    """Of pictures of other hosts that are not here: why, or "" while nobody tried; one query."""
    foreign = [name for name in dict.fromkeys(sources) if _is_foreign(name)]
    if not foreign:
        return {}
    rows = Image.objects.filter(foreign_url__in=foreign).values_list(
        "foreign_url", "file", "problem"
    )
    told = {name: (file, problem) for name, file, problem in rows}
    return {
        name: told[name][1] if name in told else ""
        for name in foreign
        if not told.get(name, [""])[0]
    }


def _is_foreign(source: str) -> bool:
    return (
        source.startswith(("https://", "http://"))
        and not source.startswith(f"{settings.SITE_URL}/")
        and len(source) <= 1000
    )
