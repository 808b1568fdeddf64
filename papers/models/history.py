"""The user that the history of a record names for a change."""

from django.urls import reverse


def moderator_of(request=None, **kwargs):
    """Return the user of a change in the admin, otherwise None.

    A person who adds a paper to write an anonymous summary must not be named in its history.
    """
    is_in_admin = request is not None and request.path.startswith(reverse("admin:index"))
    return request.user if is_in_admin else None
