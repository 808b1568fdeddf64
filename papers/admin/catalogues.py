"""The catalogues and the imports from them, read-only."""

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Max
from django.template.response import TemplateResponse
from django.urls import path

from common.admin import RestrictedLookupsMixin
from common.http import client
from papers.checks import missing_text
from papers.models import Identifier, ImportRun, SourceRecord
from papers.sources import SOURCES


@admin.register(ImportRun)
class ImportRunAdmin(RestrictedLookupsMixin):
    """A read-only list of imports, with a page about the catalogues."""

    list_display = ["command", "subject", "outcome", "started_at", "finished_at"]
    list_filter = ["command"]
    search_fields = ["subject"]
    fields = readonly_fields = [*list_display, "updated_at", "position"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    @admin.display(description="counts")
    def outcome(self, run: ImportRun) -> str:
        """Return the counts as text: {"added": 12, "known": 3} gives "added 12, known 3"."""
        return ", ".join(f"{name} {count}" for name, count in run.counts.items()) or "-"

    def get_urls(self):
        page = self.admin_site.admin_view(self.catalogues)
        return [path("catalogues/", page, name="papers_catalogues"), *super().get_urls()]

    def catalogues(self, request) -> TemplateResponse:
        """Show a row for each source, in the order in which they are queried."""
        context = {
            **self.admin_site.each_context(request),
            "title": "Catalogues",
            "opts": self.opts,
            "has_view_permission": self.has_view_permission(request),
            "catalogues": catalogues(),
            "patience_seconds": settings.SOURCE_PATIENCE_SECONDS,
        }
        return TemplateResponse(request, "admin/papers/importrun/catalogues.html", context)


def catalogues() -> list[dict[str, object]]:
    """Return the rows of the page, one per source, with one query."""
    statistics = {
        row["source"]: row
        for row in SourceRecord.objects.values("source").annotate(
            records=Count("id"), newest=Max("fetched_at")
        )
    }
    return [_catalogue(key, source, statistics.get(key, {})) for key, source in SOURCES.items()]


def _catalogue(key: str, source, statistics: dict) -> dict[str, object]:
    labels = [str(Identifier.Scheme(scheme).label) for scheme in source.SCHEMES]
    return {
        "key": key,
        "name": source.NAME,
        "looks_up": ", ".join([*labels, *(["words"] if hasattr(source, "search") else [])]),
        "address": getattr(settings, source.ADDRESS),
        "spacing_seconds": settings.SOURCE_SPACING_SECONDS[getattr(source, "SPACING", key)],
        "missing": missing_text(key),
        "rests_until": client.rests_until(source.NAME),
        "records": statistics.get("records", 0),
        "newest": statistics.get("newest"),
    }
