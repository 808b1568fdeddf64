"""Venues and fields as a moderator sees them."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from papers.models import Field, Venue, VenueAlias


class VenueAliasInline(admin.TabularInline):
    model = VenueAlias
    extra = 0


@admin.register(Venue)
class VenueAdmin(SimpleHistoryAdmin):
    list_display = ["name", "full_name", "kind", "field", "is_provisional"]
    list_filter = ["is_provisional", "kind", "field"]
    list_select_related = ["field"]
    search_fields = ["name", "full_name", "aliases__value"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [VenueAliasInline]
    actions = ["confirm"]

    @admin.action(description="Confirm: these venues are real")
    def confirm(self, request, queryset) -> None:
        count = queryset.update(is_provisional=False)
        self.message_user(request, f"{count} venues confirmed.")


@admin.register(Field)
class FieldAdmin(admin.ModelAdmin):
    list_display = ["name", "parent"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
