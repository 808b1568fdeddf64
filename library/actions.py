"""Save papers to the library, and organise them in folders."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.db.transactions import transactional
from library.models import Folder, SavedPaper
from papers.models import Paper

MOST_PAPERS = 5_000
MOST_FOLDERS = 100


class LibraryNotAllowedError(Exception):
    """The message tells the reader why, and what to do."""


@transactional
def save(*, paper_id: int, user: User) -> SavedPaper:
    """Save a paper to the user's library; saving it again changes nothing.

    Raises Paper.DoesNotExist, and LibraryNotAllowedError when the library is full.
    """
    paper = Paper.objects.only("pk").get(pk=paper_id)
    saved = SavedPaper.objects.filter(user=user, paper=paper).first()
    if saved:
        return saved
    if SavedPaper.objects.filter(user=user).count() >= MOST_PAPERS:
        raise LibraryNotAllowedError(
            _("Your library can hold at most %(count)s papers. Remove some first.")
            % {"count": MOST_PAPERS}
        )
    return SavedPaper.objects.get_or_create(user=user, paper=paper)[0]


def forget(*, paper_id: int, user: User) -> None:
    """Remove a paper from the user's library; a paper that is not in it changes nothing."""
    SavedPaper.objects.filter(user=user, paper_id=paper_id).delete()


def arrange(saved: SavedPaper, *, state: str, folder: Folder | None) -> None:
    """Set the reading state and the folder; `folder` must belong to the same person."""
    saved.state, saved.folder = state, folder
    saved.save(update_fields=["state", "folder"])


def make_folder(*, user: User, name: str) -> Folder:
    """Create a folder.

    Raises LibraryNotAllowedError when there are too many, or one has that name in any case.
    """
    if Folder.objects.filter(user=user).count() >= MOST_FOLDERS:
        raise LibraryNotAllowedError(
            _("You can have at most %(count)s folders. Delete one first.") % {"count": MOST_FOLDERS}
        )
    return _named(Folder(user=user), name)


def rename_folder(folder: Folder, name: str) -> Folder:
    """Rename a folder. Raises LibraryNotAllowedError like `make_folder`."""
    return _named(folder, name)


def _named(folder: Folder, name: str) -> Folder:
    folder.name = name
    try:
        with transaction.atomic():
            folder.save()
    except IntegrityError:
        raise LibraryNotAllowedError(
            _("You already have a folder named “%(name)s”.") % {"name": name}
        ) from None
    return folder
