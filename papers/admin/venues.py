"""The admin of venues and fields; provisional venues are confirmed or merged here."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.template.response import TemplateResponse

from common.admin import RestrictedLookupsMixin
from common.db.transactions import transactional
from papers.admin.autocomplete import TypedChoice
from papers.admin.history import HistoryAdmin
from papers.models import Field, Paper, Venue, VenueAlias
from papers.search import index_papers
from papers.venues import keep_address, merge_venues, normalise_venue_name


class VenueAliasForm(forms.ModelForm):
    """A form that normalises the alias."""

    class Meta:
        model = VenueAlias
        fields = ["scheme", "value"]

    def clean(self) -> dict[str, object]:
        """Normalise the alias that a moderator typed, so that `find_venue` finds it."""
        data = super().clean()
        value = data.get("value", "")
        if data.get("scheme") == VenueAlias.Scheme.NAME:
            data["value"] = normalise_venue_name(value)
        elif data.get("scheme") == VenueAlias.Scheme.ISSN:
            data["value"] = value.replace("-", "").upper()
        if value and not data["value"]:
            self.add_error("value", "This name has no part that is the same every year.")
        return data


class VenueAliasInline(admin.TabularInline):
    """The aliases of a venue."""

    model = VenueAlias
    form = VenueAliasForm
    extra = 0


class MergeForm(forms.Form):
    """Choose the venue to merge into."""

    kept = forms.ModelChoiceField(
        Venue.objects.all(),
        label="Merge into",
        widget=TypedChoice(Paper._meta.get_field("venue"), admin.site),
    )


@admin.register(Venue)
class VenueAdmin(HistoryAdmin):
    """Venues, with actions that confirm and merge them."""

    list_display = ["name", "full_name", "kind", "field", "paper_count", "is_provisional"]
    list_filter = ["is_provisional", "kind", "field"]
    list_select_related = ["field"]
    search_fields = ["name", "full_name", "aliases__value"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [VenueAliasInline]
    actions = ["confirm", "merge_into"]

    def get_queryset(self, request):
        papers = (
            Paper.objects.filter(venue=OuterRef("pk"))
            .order_by()
            .values("venue")
            .annotate(count=Count("pk"))
        )
        count = Subquery(papers.values("count"), output_field=IntegerField())
        return super().get_queryset(request).annotate(papers_here=Coalesce(count, 0))

    @admin.display(description="papers", ordering="papers_here")
    def paper_count(self, venue: Venue) -> int:
        return venue.papers_here

    @admin.action(description="Confirm: these venues are real", permissions=["change"])
    def confirm(self, request, queryset) -> None:
        count = 0
        for venue in queryset.filter(is_provisional=True):
            venue.is_provisional = False
            venue.save()
            count += 1
        self.message_user(request, f"{count} venues confirmed.")

    @admin.action(description="Merge into …", permissions=["change"])
    def merge_into(self, request, queryset):
        """Show a page to choose the target, then merge the selected venues into it."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        chosen = list(queryset)
        form = MergeForm(request.POST if "kept" in request.POST else None)
        if form.is_valid():
            target = form.cleaned_data["kept"]
            if target not in chosen:
                self._merge(request, chosen, target)
                return None
            form.add_error("kept", f"{target} is one of the venues to merge. Choose another one.")
        context = {
            **self.admin_site.each_context(request),
            "title": "Merge venues",
            "opts": self.model._meta,
            "venues": chosen,
            "total": sum(venue.papers_here for venue in chosen),
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/papers/venue/merge.html", context)

    def _merge(self, request, chosen: list[Venue], target: Venue) -> None:
        moved = _merge_all([venue.pk for venue in chosen], target.pk)
        names = ", ".join(venue.name for venue in chosen)
        self.message_user(
            request, f"Merged {names} into {target}; {moved} papers moved.", messages.SUCCESS
        )

    def save_model(self, request, obj, form, change) -> None:
        super().save_model(request, obj, form, change)
        if change and "slug" in form.changed_data:
            keep_address(obj, form.initial["slug"])

    def save_related(self, request, form, formsets, change) -> None:
        """Save the aliases and reindex the papers, which are found by the names of their venue."""
        super().save_related(request, form, formsets, change)
        is_renamed = {"name", "full_name"} & set(form.changed_data)
        if change and (is_renamed or any(formset.has_changed() for formset in formsets)):
            index_papers(form.instance.papers.values_list("pk", flat=True))


@transactional
def _merge_all(merged_pks: list[int], target_pk: int) -> int:
    """Merge venues into one, all by primary key; return how many papers moved."""
    target = Venue.objects.get(pk=target_pk)
    return sum(merge_venues(merged=Venue.objects.get(pk=pk), target=target) for pk in merged_pks)


@admin.register(Field)
class FieldAdmin(RestrictedLookupsMixin):
    """Fields of research; the nightly import covers the followed ones."""

    list_display = ["name", "parent", "is_followed"]
    list_filter = ["is_followed"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
