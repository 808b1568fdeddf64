"""What all admin pages of this app have in common."""

from django.http import Http404

from common.admin import RestrictedLookupsMixin


class DeedsOnly(RestrictedLookupsMixin):
    """Moderators act by named deeds; a form that saves would go around the operations."""

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
        """What happened stands on the page itself."""
        raise Http404
