"""The base of this app's admin pages."""

from django.http import Http404

from common.admin import RestrictedLookupsMixin


class ReadOnlyAdmin(RestrictedLookupsMixin):
    """A read-only admin: moderators use named actions, since a form would bypass them."""

    actions = None
    show_full_result_count = False

    class Media:
        css = {"all": ["css/admin/moderation.css"]}

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def history_view(self, request, object_id, extra_context=None):
        """Raise Http404: the page itself shows the history."""
        raise Http404
