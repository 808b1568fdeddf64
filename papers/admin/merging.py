"""Decide about possible duplicates side by side, and undo merges."""

import datetime
from collections.abc import Iterable

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from common.admin import RestrictedLookupsMixin
from common.db.transactions import transactional
from common.text.shorten import shorten
from papers.curation.merge import GONE, MergeError, consequences, merge
from papers.curation.unmerge import UnmergeError, undo, why_not_undo
from papers.importing.duplicates import decline
from papers.models import ArxivVersion, Decision, Merge, MergeProposal, Paper

# The compared fields, in the order of the page.
COLUMNS = (
    *("title", "authors_text", "year", "venue", "field", "kind", "volume", "number", "pages"),
    *("publisher", "published_on", "abstract", "url", "code_url", "data_url", "licence"),
    *("categories", "arxiv_version", "is_preprint", "is_withdrawn", "is_retracted"),
    *("citation_key", "corrected_fields", "created_at"),
)
LABELS = {
    "authors_text": "authors",
    "url": "address",
    "arxiv_version": "version on arXiv",
    "corrected_fields": "corrected by a person",
    "created_at": "added here",
}


class ReadOnlyAdmin(RestrictedLookupsMixin):
    """Moderators use the actions of the page; a form that saves would bypass the operations."""

    actions = None
    show_full_result_count = False

    class Media:
        css = {"all": ["css/admin/merging.css"]}

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def get_fields(self, request, obj=None) -> list[str]:
        """Return no fields: the templates show what is needed.

        A snapshot must not be shown, because it reveals which summaries have the same author.
        """
        return []


@admin.register(MergeProposal)
class MergeProposalAdmin(ReadOnlyAdmin):
    """The queue of possible duplicates."""

    list_display = ["first_title", "second_title", "summaries", "state", "why", "since"]
    list_display_links = ["first_title", "second_title"]
    list_filter = ["state", "created_at"]
    list_select_related = ["first", "second", "proposed_by"]
    search_fields = ["first__title", "second__title", "note", "=first__id", "=second__id"]
    change_form_template = "admin/papers/mergeproposal/compare.html"

    def get_ordering(self, request) -> list:
        """Return the order: waiting proposals first, the oldest on top."""
        waiting = When(state=Decision.WAITING, then=Value(0))
        rank = Case(waiting, default=Value(1), output_field=IntegerField())
        return [rank.asc(), "created_at", "id"]

    def get_urls(self):
        own = path(
            "<int:pk>/decide",
            self.admin_site.admin_view(self.decide),
            name="papers_mergeproposal_decide",
        )
        return [own, *super().get_urls()]

    @admin.display(description="one paper")
    def first_title(self, proposal: MergeProposal) -> str:
        return _named(proposal.first)

    @admin.display(description="other paper")
    def second_title(self, proposal: MergeProposal) -> str:
        return _named(proposal.second)

    @admin.display(description="summaries")
    def summaries(self, proposal: MergeProposal) -> str:
        return f"{proposal.first.summary_count} and {proposal.second.summary_count}"

    @admin.display(description="why")
    def why(self, proposal: MergeProposal) -> str:
        return f"{proposal.proposed_by or 'An import'}: {shorten(proposal.note, 100) or 'no reason given'}"

    @admin.display(description="since")
    def since(self, proposal: MergeProposal) -> str:
        return _day(proposal.created_at)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context |= {
                "title": "One work or two?",
                "proposal": obj,
                "papers": [obj.first, obj.second],
                "lines": compare(obj.first, obj.second),
                "choices": _choices(obj),
                "may_decide": _may_decide(request),
                "is_waiting": obj.state == Decision.WAITING,
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @method_decorator(require_POST)
    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Merge two papers, or record that they are different.

        The form has `decision` ("merge" or "decline"), `sure`, `keep` (the primary key of a paper)
        and `seen`, the state that the page showed.
        """
        if not _may_decide(request):
            raise PermissionDenied
        proposal = self.get_queryset(request).filter(pk=pk).first()
        if proposal is None:
            messages.error(
                request, "This proposal no longer exists. The papers may have been merged."
            )
            return redirect("admin:papers_mergeproposal_changelist")
        if proposal.state != request.POST.get("seen"):
            messages.error(request, "Another moderator has decided this. Check it again.")
            return redirect("admin:papers_mergeproposal_change", pk)
        if not request.POST.get("sure"):
            messages.error(request, "Tick the box above the button to confirm.")
            return redirect("admin:papers_mergeproposal_change", pk)
        if request.POST.get("decision") == "merge":
            return self._merge(request, proposal)
        decline(proposal, decided_by=request.user)
        self.log_change(request, proposal, "Found to be two papers.")
        messages.success(request, "Saved as two papers. Imports will not propose them again.")
        return redirect("admin:papers_mergeproposal_changelist")

    def _merge(self, request: HttpRequest, proposal: MergeProposal) -> HttpResponse:
        pks = {str(pk): pk for pk in (proposal.first_id, proposal.second_id)}
        kept_pk = pks.pop(request.POST.get("keep", ""), None)
        if kept_pk is None:
            messages.error(request, "Choose which of the two papers to keep.")
            return redirect("admin:papers_mergeproposal_change", proposal.pk)
        try:
            merge_row = self._merge_and_log(request, kept_pk, *pks.values())
        except MergeError as error:
            messages.error(request, str(error))
            return redirect("admin:papers_mergeproposal_changelist")
        messages.success(
            request,
            f"Paper {merge_row.merged_number} was merged into paper {merge_row.kept_id}, and its address "
            "redirects there. You can undo the merge below.",
        )
        return redirect("admin:papers_merge_change", merge_row.pk)

    @transactional
    def _merge_and_log(self, request: HttpRequest, kept_pk: int, merged_pk: int) -> Merge:
        """Merge two papers by primary key; raises MergeError."""
        papers = Paper.objects.in_bulk([kept_pk, merged_pk])
        if len(papers) < 2:
            raise MergeError(GONE)
        merge_row = merge(kept=papers[kept_pk], merged=papers[merged_pk], merged_by=request.user)
        self.log_addition(
            request, merge_row, f"Paper {merge_row.merged_number} into {merge_row.kept_id}"
        )
        return merge_row


class Undone(admin.SimpleListFilter):
    """Filter merges by whether they were undone."""

    title = "whether it was undone"
    parameter_name = "undone"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [("no", "Still merged"), ("yes", "Undone")]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        return queryset.filter(undone_at__isnull=self.value() == "no")


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    """The list of merges, each of which can be undone."""

    list_display = ["merged", "into", "merged_on", "by", "undone_on"]
    list_filter = [Undone, "created_at"]
    list_select_related = ["kept", "merged_by"]
    search_fields = ["merged_title", "kept__title", "=merged_number", "=kept__id"]
    change_form_template = "admin/papers/merge/undo.html"

    def get_queryset(self, request):
        return super().get_queryset(request).defer("snapshot")

    def get_urls(self):
        own = path("<int:pk>/undo", self.admin_site.admin_view(self.undo), name="papers_merge_undo")
        return [own, *super().get_urls()]

    @admin.display(description="merged paper")
    def merged(self, merge_row: Merge) -> str:
        return f"{merge_row.merged_number}: {merge_row.merged_title}"

    @admin.display(description="merged on")
    def merged_on(self, merge_row: Merge) -> str:
        return _day(merge_row.created_at)

    @admin.display(description="by")
    def by(self, merge_row: Merge) -> str:
        return str(merge_row.merged_by or "an import")

    @admin.display(description="undone on")
    def undone_on(self, merge_row: Merge) -> str:
        return _day(merge_row.undone_at) if merge_row.undone_at else "–"

    @admin.display(description="into")
    def into(self, merge_row: Merge) -> str:
        return _named(merge_row.kept)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context |= {
                "title": "A merge",
                "merge": obj,
                "why_not": why_not_undo(obj),
                "may_decide": _may_undo(request),
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @method_decorator(require_POST)
    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Undo a merge; the form has `sure`."""
        if not _may_undo(request):
            raise PermissionDenied
        merge_row = self.get_queryset(request).filter(pk=pk).first()
        if merge_row is None:
            messages.error(request, "This merge does not exist.")
            return redirect("admin:papers_merge_changelist")
        if not request.POST.get("sure"):
            messages.error(request, "Tick the box above the button to confirm.")
            return redirect("admin:papers_merge_change", pk)
        try:
            restored = self._undo_and_log(request, merge_row)
        except UnmergeError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request, f"The merge was undone. Paper {restored.pk} was restored with its data."
            )
        return redirect("admin:papers_merge_change", pk)

    @transactional
    def _undo_and_log(self, request: HttpRequest, merge_row: Merge) -> Paper:
        """Undo a merge and log it; raises UnmergeError."""
        restored = undo(merge_row, undone_by=request.user)
        self.log_change(request, merge_row, f"Paper {restored.pk} was restored.")
        return restored


def compare(first: Paper, second: Paper) -> list[dict[str, object]]:
    """Return {"label", "sides", "differs"} for each field in which a paper has a value."""
    lines = [
        _line(LABELS.get(name) or str(Paper._meta.get_field(name).verbose_name), *values)
        for name in COLUMNS
        if any(values := [_text(getattr(paper, name)) for paper in (first, second)])
    ]
    lists = {
        "identifiers": lambda paper: [str(row) for row in paper.identifiers.all()],
        "arXiv versions": lambda paper: [_version(row) for row in paper.versions.all()],
        "catalogue records": lambda paper: [
            f"{row.source}, {_day(row.fetched_at)}: {row.name}"
            for row in paper.source_records.order_by("source", "name").defer("record")
        ],
        "summaries": lambda paper: [str(paper.summary_count)],
        "wishes": lambda paper: [str(paper.wish_count)],
    }
    for label, items_of in lists.items():
        values = ["\n".join(items_of(paper)) for paper in (first, second)]
        if any(values):
            lines.append(_line(label, *values))
    return lines


def _line(label: str, left: str, right: str) -> dict[str, object]:
    return {"label": label, "sides": [left, right], "differs": left != right}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, datetime.date):
        return _day(value)
    return "" if value is None else str(value)


def _day(when: datetime.date) -> str:
    return date_format(when, "j F Y")


def _named(paper: Paper) -> str:
    return f"{paper.pk}: {paper.title}{f' ({paper.year})' if paper.year else ''}"


def _version(version: ArxivVersion) -> str:
    when = f", {_day(version.submitted_on)}" if version.submitted_on else ""
    return f"{version}{when}{', withdrawn' if version.is_withdrawn else ''}"


def _choices(proposal: MergeProposal) -> Iterable[dict[str, object]]:
    """Return both ways to merge; the default keeps the one with more summaries, then the older."""
    both = (proposal.first, proposal.second)
    best = max(both, key=lambda paper: (paper.summary_count, -paper.pk))
    return [
        {
            "kept": target,
            "merged": duplicate,
            "is_default": target is best,
            "consequences": consequences(kept=target, merged=duplicate),
        }
        for target, duplicate in (both, both[::-1])
    ]


def _may_decide(request: HttpRequest) -> bool:
    return request.user.has_perms(["papers.change_mergeproposal", "papers.change_paper"])


def _may_undo(request: HttpRequest) -> bool:
    return request.user.has_perms(["papers.change_merge", "papers.change_paper"])
