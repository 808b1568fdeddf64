"""The queue of corrections: what was, what is, what is proposed, and one decision for all of it."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from common.admin import RestrictedLookupsMixin
from papers.curation import corrections
from papers.models import Correction, Decision


@admin.register(Correction)
class CorrectionAdmin(RestrictedLookupsMixin):
    """Moderators decide by named deeds; a form that saves would go around the operations."""

    list_display = ["paper", "readable_fields", "entry", "state", "proposed_by", "created_at"]
    list_filter = ["state", "created_at"]
    list_select_related = ["paper", "proposed_by"]
    search_fields = ["paper__title", "note", "entry", "=paper__id"]
    change_form_template = "admin/papers/correction/decide.html"
    # "waiting" is the last state in the alphabet: what waits comes first, the longest wait on top.
    ordering = ["-state", "created_at", "id"]
    actions = None
    show_full_result_count = False

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def get_urls(self):
        own = path(
            "<int:pk>/decide",
            self.admin_site.admin_view(self.decide),
            name="papers_correction_decide",
        )
        return [own, *super().get_urls()]

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        return [field.name for field in Correction._meta.fields]

    @admin.display(description="fields")
    def readable_fields(self, correction: Correction) -> str:
        labels = corrections.LABELS
        return ", ".join(str(labels[field]) for field in labels if field in correction.changes)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            now = corrections.values_of(obj.paper)
            context |= {
                "correction": obj,
                "lines": corrections.lines_of(obj, now),
                "is_waiting": obj.state == Decision.WAITING,
                "may_decide": _may_decide(request),
                # Nothing is ticked then: one click must not make a paper another work.
                "may_be_other_work": bool(obj.entry) and {"title", "authors"} <= set(obj.changes),
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @method_decorator(require_POST)
    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST `accept` or `decline`, `field` for each field chosen, `answer`."""
        if not _may_decide(request):
            raise PermissionDenied
        answer = request.POST.get("answer", "").strip()[:500]
        how = {"correction_id": pk, "moderator": request.user, "answer": answer}
        try:
            if "accept" in request.POST:
                corrections.accept(**how, fields=request.POST.getlist("field"))
                said = "Accepted: the record is written, and imports leave these fields alone."
            elif "decline" in request.POST:
                corrections.decline(**how)
                said = "Declined. The record is as it was."
            else:
                raise ValueError("Accept or decline.")
        except Correction.DoesNotExist:
            messages.error(request, "There is no such correction any more.")
            return redirect("admin:papers_correction_changelist")
        except (
            corrections.AlreadyDecidedError,
            corrections.NothingChangedError,
            ValueError,
        ) as error:
            messages.error(request, str(error))
            return redirect("admin:papers_correction_change", pk)
        messages.success(request, said)
        return redirect(f"{reverse('admin:papers_correction_changelist')}?state=waiting")


def _may_decide(request: HttpRequest) -> bool:
    return request.user.has_perms(["papers.change_correction", "papers.change_paper"])
