"""The queue of corrections: the old, current and proposed values, and a decision about them."""

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
    """Moderators accept or decline; a form that saves would bypass the operations."""

    list_display = ["paper", "readable_fields", "entry", "state", "proposed_by", "created_at"]
    list_filter = ["state", "created_at"]
    list_select_related = ["paper", "proposed_by"]
    search_fields = ["paper__title", "note", "entry", "=paper__id"]
    change_form_template = "admin/papers/correction/decide.html"
    # "waiting" is the last state in the alphabet, so waiting rows come first, the oldest on top.
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
                # No field is preselected then: one click must not turn a paper into another work.
                "may_be_other_work": bool(obj.entry) and {"title", "authors"} <= set(obj.changes),
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @method_decorator(require_POST)
    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept or decline a correction.

        The form has `accept` or `decline`, a `field` for each accepted field, and `answer`.
        """
        if not _may_decide(request):
            raise PermissionDenied
        answer = request.POST.get("answer", "").strip()[:500]
        how = {"correction_id": pk, "moderator": request.user, "answer": answer}
        try:
            if "accept" in request.POST:
                corrections.accept(**how, fields=request.POST.getlist("field"))
                message = (
                    "Accepted. The record was updated, and imports will not change these fields."
                )
            elif "decline" in request.POST:
                corrections.decline(**how)
                message = "Declined. The record was not changed."
            else:
                raise ValueError("Accept or decline.")
        except Correction.DoesNotExist:
            messages.error(request, "This correction no longer exists.")
            return redirect("admin:papers_correction_changelist")
        except (
            corrections.AlreadyDecidedError,
            corrections.NothingChangedError,
            ValueError,
        ) as error:
            messages.error(request, str(error))
            return redirect("admin:papers_correction_change", pk)
        messages.success(request, message)
        return redirect(f"{reverse('admin:papers_correction_changelist')}?state=waiting")


def _may_decide(request: HttpRequest) -> bool:
    return request.user.has_perms(["papers.change_correction", "papers.change_paper"])
