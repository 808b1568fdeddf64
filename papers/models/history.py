"""Who a change in the history of a record is told of."""

from django.urls import reverse


def moderator_of(request=None, **kwargs):
    """Whose change a record's history names: that of who makes it in the admin.

    Whoever adds a paper to write about it without a name would else stand in its history.
    """
    is_in_admin = request is not None and request.path.startswith(reverse("admin:index"))
    return request.user if is_in_admin else None
