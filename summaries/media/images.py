"""Images in texts: stored once, and found by their addresses."""

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
# The most images that one text may show; the others are links.
MOST = 200
STORED_FIELDS = ["file", "digest", "width", "height", "byte_count", "problem"]
# The most images from other hosts that are copied for one text.
MOST_COPIED = 40


def add_image(*, uploader: User, data: bytes) -> Image:
    """Store an uploaded image; the same image again gives the same row.

    Raises ImageRefusedError, and StorageFullError when there is no space for it.
    """
    picture = read_picture(data)
    digest = hashlib.sha256(picture.data).hexdigest()
    stored = Image.objects.filter(uploader=uploader, digest=digest, foreign_url=None).first()
    image = stored or Image(uploader=uploader)
    # Also when there is a row: its file may be missing or damaged.
    store_file(image, picture)
    save_stored(image)
    return image


def store_file(image: Image, picture: Picture) -> None:
    """Write the file, named by its digest, and set the fields of the row, which is not saved.

    A file that a full disk has damaged is replaced. Raises ImageRefusedError for an image that
    moderators took down, and StorageFullError.
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
    """Save a row whose file was written by `keep_file`.

    Raises ImageRefusedError when moderators took the image down in the meantime.
    """
    lock_same(image.digest)
    if Image.objects.filter(digest=image.digest, is_taken_down=True).exists():
        default_storage.delete(image.file.name)
        raise ImageRefusedError(_("Moderators have removed this image."))
    # Not all fields: other processes write the claim.
    image.save(update_fields=STORED_FIELDS if image.pk else None)


def lock_same(digest: str) -> None:
    """Lock all rows of one image, in one order, inside a transaction."""
    rows = Image.objects.select_for_update(no_key=True).filter(digest=digest).order_by("pk")
    list(rows.values_list("pk", flat=True))


def image_url(image: Image) -> str:
    """Return the path of the file: "/media/images/<digest>.png"."""
    return f"/media/{image.file.name}"


def pictures_in(text: str) -> dict[str, ShownPicture]:
    """Return {address: image} for the addresses in a text that are stored here; one query."""
    addresses = _addresses(text)
    if not addresses:
        return {}
    # The address of a stored image may be written as a full URL.
    paths = {address: address.removeprefix(settings.SITE_URL) for address in addresses}
    digests = {match[1]: address for address, path in paths.items() if (match := _OWN.match(path))}
    matches = Image.objects.exclude(file="").filter(
        Q(digest__in=digests) | Q(foreign_url__in=addresses)
    )
    shown: dict[str, ShownPicture] = {}
    for image in matches:
        picture = ShownPicture(image_url(image), image.width, image.height)
        for address in addresses:
            if address == image.foreign_url or paths[address] == picture.url:
                shown[address] = picture
    return shown


def _addresses(text: str) -> list[str]:
    """Return all strings in a text that may be the address of an image.

    An address in brackets may end before each closing bracket in it.
    """
    addresses: dict[str, None] = {}
    for match in _ADDRESS.finditer(text):
        whole = match[0]
        ends = [at for at, letter in enumerate(whole) if letter in ")]"][:5]
        for end in [*ends, len(whole)]:
            addresses[whole[:end]] = None
        if len(addresses) > 5 * MOST:
            break
    return [address for address in addresses if len(address) <= 1000]


def want_copies(sources: Iterable[str]) -> list[int]:
    """Create rows for images on other hosts; return the ids of those not copied yet.

    Inside the transaction of the text that shows them.
    """
    foreign = [address for address in dict.fromkeys(sources) if _is_foreign(address)][:MOST_COPIED]
    if not foreign:
        return []
    rows = [Image(foreign_url=address) for address in foreign]
    Image.objects.bulk_create(rows, ignore_conflicts=True)
    missing = Image.objects.filter(foreign_url__in=foreign, file="")
    return list(missing.values_list("pk", flat=True))


def copy_soon(sources: Iterable[str]) -> None:
    """Let a worker copy the images on other hosts once the text that shows them is saved.

    The rows are the queue: `copy_waiting` makes up for a lost task.
    """
    image_ids = want_copies(sources)
    if image_ids and settings.CELERY_TASK_ALWAYS_EAGER:
        # Including those that were waiting when a process ended.
        delay_on_commit("summaries.tasks.copy_new")
        return
    for image_id in image_ids:
        delay_on_commit("summaries.tasks.copy_image", image_id)


def problems_of_copies(sources: Iterable[str]) -> dict[str, str]:
    """Return {address: problem} of images on other hosts that are not copied.

    "" while there was no attempt. One query.
    """
    foreign = [address for address in dict.fromkeys(sources) if _is_foreign(address)]
    if not foreign:
        return {}
    rows = Image.objects.filter(foreign_url__in=foreign).values_list(
        "foreign_url", "file", "problem"
    )
    rows_by_url = {address: (file, problem) for address, file, problem in rows}
    return {
        address: rows_by_url[address][1] if address in rows_by_url else ""
        for address in foreign
        if not rows_by_url.get(address, [""])[0]
    }


def _is_foreign(source: str) -> bool:
    return (
        source.startswith(("https://", "http://"))
        and not source.startswith(f"{settings.SITE_URL}/")
        and len(source) <= 1000
    )
