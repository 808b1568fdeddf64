"""The log with what the public one omits: who acted, messages to authors, and notes."""

from django.contrib import admin

from moderation.admin.read_only import ReadOnlyAdmin
from moderation.models import ModerationAction


@admin.register(ModerationAction)
class ModerationActionAdmin(ReadOnlyAdmin):
    """The log, read-only."""

    list_display = ["created_at", "deed", "subject", "reason", "moderator", "words", "note"]
    list_filter = ["deed", "subject", "reason", "created_at"]
    list_select_related = ["moderator"]
    search_fields = ["words", "note", "moderator__username"]
    fields = readonly_fields = [
        *("created_at", "deed", "subject", "reason", "days", "words", "note"),
        *("case", "person", "moderator"),
    ]
