"""Pictures go when moderators take them down, or when no text shows them."""

import datetime
import io

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image as Pillow

from summaries.actions.comment import comment
from summaries.media.image_cleanup import UNUSED_DAYS, purge_unused, take_down
from summaries.media.image_processing import ImageRefusedError
from summaries.media.images import add_image, image_url
from summaries.models import Image
from tests.support.factories import make_summary, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def author():
    return make_user("mara", is_trusted=True)


def picture(color: int = 0) -> bytes:
    file = io.BytesIO()
    Pillow.new("L", (30, 20), color).save(file, "PNG")
    return file.getvalue()


def test_a_picture_taken_down_is_shown_nowhere_and_stays_away(client, author):
    image = add_image(uploader=author, data=picture())
    name, shown = image.file.name, f"![A plot]({image_url(image)})"
    summary = make_summary(author=author, text=shown)
    said = comment(summary_id=summary.pk, author=author, text=shown)
    assert client.get(image_url(image)).status_code == 200
    assert 'width="30"' in summary.html and 'width="30"' in said.html
    address = image_url(image)
    take_down(image_id=image.pk)
    take_down(image_id=image.pk)
    summary.refresh_from_db()
    said.refresh_from_db()
    assert 'width="30"' not in summary.html + said.html and "A plot" in summary.html
    assert client.get(address).status_code == 404
    assert not default_storage.exists(name)
    with pytest.raises(ImageRefusedError):
        add_image(uploader=make_user(), data=picture())


def test_only_old_pictures_that_no_text_shows_are_deleted(author):
    used, unused, young = (add_image(uploader=author, data=picture(c)) for c in (1, 2, 3))
    make_summary(author=author, text=f"![A plot]({image_url(used)})")
    shared = add_image(uploader=make_user(), data=picture(2))
    old = timezone.now() - datetime.timedelta(days=UNUSED_DAYS + 1)
    Image.objects.exclude(pk__in=[young.pk, shared.pk]).update(created_at=old)
    assert purge_unused() == 1
    assert set(Image.objects.values_list("pk", flat=True)) == {used.pk, young.pk, shared.pk}
    # The same file belongs to somebody else, too.
    assert default_storage.exists(unused.file.name)
    Image.objects.filter(pk=shared.pk).update(created_at=old)
    assert purge_unused() == 1
    assert not default_storage.exists(unused.file.name)
    assert purge_unused() == 0


def test_a_moderator_takes_down_and_sees_no_uploader(client, author):
    moderator = make_user("jonas")
    moderator.groups.add(Group.objects.get(name="moderator"))
    image = add_image(uploader=author, data=picture())
    client.force_login(moderator)
    page = client.get(f"/admin/summaries/image/{image.pk}/change/")
    assert page.status_code == 200 and image_url(image) in page.text
    assert author.username not in page.text
    client.post("/admin/summaries/image/", {"action": "take_down", "_selected_action": [image.pk]})
    image.refresh_from_db()
    assert image.is_taken_down and not image.file
