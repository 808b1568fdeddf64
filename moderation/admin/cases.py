"""What moderators can do with a case, from the queue and from its page."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from moderation import actions, reporting
from moderation.admin.case_page import case_context, case_or_404
from moderation.admin.labels import DONE, what_happened
from moderation.admin.queue import queue_context, ticked_cases, to_queue
from moderation.admin.read_only import ReadOnlyAdmin
from moderation.forms import ActionForm, BulkForm
from moderation.models import Case
from summaries.models import Comment, Summary

KINDS = {"summary": Summary, "comment": Comment}


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """The queue, the page of a case, and the views that act on cases."""

    def get_urls(self):
        def page(route: str, view, name: str):
            return path(route, self.admin_site.admin_view(view), name=f"moderation_case_{name}")

        return [
            page("bulk", self.bulk, "bulk"),
            page("open/<str:kind>/<int:text_id>", self.open_for, "open"),
            page("<int:pk>/decide", self.decide, "decide"),
            page("<int:pk>/take", self.take, "take"),
            page("<int:pk>/author", self.author, "author"),
            *super().get_urls(),
        ]

    # -- pages ------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """Show the queue; reads `tab` (waiting, mine, done), `reason`, `age`, `trust`, `page`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._queue(request)

    def change_view(self, request: HttpRequest, object_id: str, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, case_or_404(object_id))

    # -- actions ------------------------------------------------------------------------------

    @method_decorator(require_POST)
    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        _must(request, "act_on_case")
        case = case_or_404(pk)
        form = ActionForm(request.POST)
        if not form.is_valid():
            return self._page(request, case, form=form, problem=form.faults, status=422)
        cleaned = form.cleaned_data
        explanation = {name: cleaned[name] for name in ("seen", "reason", "note")}
        explanation["message"] = cleaned["words"]
        try:
            if cleaned["choice"] == "suspend":
                _must(request, "suspend_author")
                act = actions.suspend_author(
                    case_id=pk, moderator=request.user, days=cleaned["days"], **explanation
                )
            else:
                act = actions.decide(
                    case_id=pk, moderator=request.user, choice=cleaned["choice"], **explanation
                )
        except actions.StaleCaseError as error:
            problem = (
                f"Nothing was saved. {what_happened(error.case)} Review the case, then decide."
            )
            return self._page(request, case_or_404(pk), form=form, problem=problem, status=409)
        except actions.ActionNotAllowedError as error:
            return self._page(request, case, form=form, problem=str(error), status=422)
        except Case.DoesNotExist:
            messages.error(request, "The author has withdrawn this text in the meantime.")
            return to_queue(request)
        messages.success(request, DONE[act.deed])
        return to_queue(request, after=pk) if "back" in request.POST else _to_case(pk)

    @method_decorator(require_POST)
    def take(self, request: HttpRequest, pk: int) -> HttpResponse:
        _must(request, "act_on_case")
        case_or_404(pk)
        case = actions.take_case(case_id=pk, moderator=request.user)
        messages.success(request, "Assigned to you." if case.taken_by_id else "Unassigned.")
        return _to_case(pk)

    @method_decorator(require_POST)
    def bulk(self, request: HttpRequest) -> HttpResponse:
        _must(request, "act_on_case")
        form = BulkForm(request.POST)
        chosen = ticked_cases(request)
        if not chosen:
            return self._queue(request, form, problem="Select the texts first.", status=422)
        if not form.is_valid():
            return self._queue(request, form, problem=form.faults, status=422)
        explanation = dict(form.cleaned_data)
        explanation["message"] = explanation.pop("words")
        done, left = 0, []
        for case_id, seen in chosen:
            try:
                actions.decide(case_id=case_id, seen=seen, moderator=request.user, **explanation)
                done += 1
            except actions.StaleCaseError as error:
                left.append(f"Case {case_id}: {what_happened(error.case)}")
            except actions.ActionNotAllowedError as error:
                left.append(f"Case {case_id}: {error}")
            except Case.DoesNotExist:
                left.append(f"Case {case_id}: the author has withdrawn the text.")
        if done:
            messages.success(request, f"{done} done. The authors are notified.")
        for sentence in left:
            messages.warning(request, f"Not changed. {sentence}")
        return to_queue(request)

    @method_decorator(require_POST)
    def open_for(self, request: HttpRequest, kind: str, text_id: int) -> HttpResponse:
        """Open the case of a text that nobody has reported, because a moderator saw it."""
        _must(request, "act_on_case")
        model = KINDS.get(kind)
        text = model and model.objects.for_moderators().filter(pk=text_id).first()
        if text is None:
            raise Http404
        case = Case.objects.filter(**{kind: text}).first() or reporting.open_case(text)
        return _to_case(case.pk)

    @method_decorator(never_cache)
    def author(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask an administrator for a reason; the response to the POST shows the name, once."""
        _must(request, "open_author")
        case = case_or_404(pk)
        context = {**self.admin_site.each_context(request), "case": case, "title": "Author"}
        template = "admin/moderation/case/author.html"
        if request.method != "POST":
            return TemplateResponse(request, template, context)
        context["note"] = request.POST.get("note", "")
        try:
            context["author"] = actions.open_author(
                case_id=pk, administrator=request.user, note=context["note"]
            )
        except actions.ActionNotAllowedError as error:
            context["problem"] = str(error)
            return TemplateResponse(request, template, context, status=422)
        context["is_open"] = True
        return TemplateResponse(request, template, context)

    # -- what the pages show ----------------------------------------------------------------

    def _page(self, request, case, *, form=None, problem="", status=200) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **case_context(request, case),
            "form": form or ActionForm(initial={"choice": "", "days": 7}),
            "problem": problem,
        }
        template = "admin/moderation/case/case.html"
        return TemplateResponse(request, template, context, status=status)

    def _queue(self, request, form=None, *, problem="", status=200) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **queue_context(request),
            "form": form or BulkForm(),
            "problem": problem,
        }
        template = "admin/moderation/case/queue.html"
        return TemplateResponse(request, template, context, status=status)


def _to_case(pk: int) -> HttpResponse:
    return redirect("admin:moderation_case_change", pk)


def _must(request: HttpRequest, codename: str) -> None:
    if not request.user.has_perm(f"moderation.{codename}"):
        raise PermissionDenied
