"""The admin of papers."""

from django.contrib import admin

from papers.admin.autocomplete import TypedChoice
from papers.admin.history import HistoryAdmin
from papers.curation.corrections import record_previous_state
from papers.events import paper_changed
from papers.importing.paper_bundle import author_slug, typeset
from papers.models import Authorship, Identifier, Paper, SourceRecord
from papers.search import index_papers


class IdentifierInline(admin.TabularInline):
    """The identifiers of a paper."""

    model = Identifier
    extra = 0


class AuthorshipInline(admin.TabularInline):
    """The authors of a paper in byline order."""

    model = Authorship
    extra = 0
    fields = ["position", "name"]


class SourceRecordInline(admin.TabularInline):
    """The catalogue records of a paper, read-only."""

    model = SourceRecord
    extra = 0
    fields = readonly_fields = ["source", "name", "fetched_at"]
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Paper)
class PaperAdmin(HistoryAdmin):
    """Papers; imports do not overwrite the fields that a moderator changes."""

    list_display = ["title", "venue", "year", "field", "summary_count", "created_at"]
    list_filter = ["is_preprint", "is_withdrawn", "field", "kind", "year"]
    list_select_related = ["venue", "field"]
    search_fields = ["title", "authors_text", "identifiers__value", "citation_key"]
    autocomplete_fields = ["venue"]
    readonly_fields = ["summary_count", "corrected_fields", "created_at", "updated_at"]
    inlines = [IdentifierInline, AuthorshipInline, SourceRecordInline]
    show_full_result_count = False

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = TypedChoice(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change) -> None:
        """Save the paper and mark the changed fields, so that imports do not overwrite them."""
        if change:
            record_previous_state(Paper.objects.get(pk=obj.pk))
        # For a new paper these are all fields with a value.
        corrected = {*obj.corrected_fields, *form.changed_data} - {"corrected_fields"}
        obj.corrected_fields = sorted(corrected)
        typeset(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        paper = form.instance
        byline = list(paper.authorships.all())
        for authorship in byline:
            authorship.name_slug = author_slug(authorship.name)
        Authorship.objects.bulk_update(byline, ["name_slug"])
        if any(formset.model is Authorship and formset.has_changed() for formset in formsets):
            paper.authors_text = "; ".join(authorship.name for authorship in byline)
            paper.corrected_fields = sorted({*paper.corrected_fields, "authors"})
            paper.save(update_fields=["authors_text", "corrected_fields"])
        index_papers([paper])
        paper_changed.send(sender=Paper, paper=paper)
