"""Pictures of other hosts are copied to us: there they rot, and readers' browsers talk to us alone."""

from shortscience.lib.addresses import parts_of
from shortscience.lib.http import HttpError, Refused, get_public
from summaries.images import keep_file
from summaries.imaging import MAX_BYTES, PictureRefused, read_picture
from summaries.models import Image
from summaries.rerendering import show_anew

MOST_TRIES = 5
ACCEPT = "image/png,image/jpeg,image/webp,image/gif"


def copy_image(*, image_id: int, seconds: float = 20.0) -> bool:
    """Fetch a picture that summaries show and render them anew; False when it is still not here.

    One try. What keeps it from us stands in `problem`; `tries` counts, and is at MOST_TRIES when no
    later try will help.
    """
    image = Image.objects.filter(pk=image_id, file="", tries__lt=MOST_TRIES).first()
    if image is None:
        return True
    try:
        answer = get_public(image.foreign_url, max_bytes=MAX_BYTES, accept=ACCEPT, seconds=seconds)
        if answer.status != 200:
            raise Refused(f"{parts_of(image.foreign_url).hostname} answers {answer.status}.")
        keep_file(image, read_picture(answer.body))
    except (HttpError, PictureRefused) as error:
        # A page that is not found today may be back tomorrow; what is no picture stays none.
        is_final = isinstance(error, PictureRefused)
        image.tries = MOST_TRIES if is_final else image.tries + 1
        image.problem = str(error)[:200]
        image.save(update_fields=["tries", "problem"])
        return False
    image.problem = ""
    image.save()
    show_anew(image.foreign_url)
    return True


def copy_waiting() -> int:
    """Try all that wait once more; returns how many came."""
    waiting = Image.objects.filter(file="", foreign_url__isnull=False, tries__lt=MOST_TRIES)
    return sum(copy_image(image_id=number) for number in list(waiting.values_list("pk", flat=True)))
