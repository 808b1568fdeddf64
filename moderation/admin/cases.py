"""What moderators can do to a case, from the queue and from its page."""

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
    def get_urls(self):
        def page(route: str, view, name: str):
            return path(route, self.admin_site.admin_view(view), name=f"moderation_case_{name}")

        return [
            page("bulk", self.bulk, "bulk"),
            page("open/<str:kind>/<int:number>", self.open_for, "open"),
            page("<int:pk>/decide", self.decide, "decide"),
            page("<int:pk>/take", self.take, "take"),
            page("<int:pk>/author", self.author, "author"),
            *super().get_urls(),
        ]

    # -- pages ------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """?tab= waiting, mine, done; ?reason= ?age= ?trust= ?page="""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._queue(request)

    def change_view(self, request: HttpRequest, object_id: str, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, case_or_404(object_id))

    # -- deeds ------------------------------------------------------------------------------

    @method_decorator(require_POST)
    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        _must(request, "act_on_case")
        case = case_or_404(pk)
        form = ActionForm(request.POST)
        if not form.is_valid():
            return self._page(request, case, form=form, problem=form.faults, status=422)
        told = form.cleaned_data
        how = {name: told[name] for name in ("seen", "reason", "words", "note")}
        try:
            if told["choice"] == "suspend":
                _must(request, "suspend_author")
                act = actions.suspend_author(
                    case_id=pk, moderator=request.user, days=told["days"], **how
                )
            else:
                act = actions.decide(
                    case_id=pk, moderator=request.user, choice=told["choice"], **how
                )
        except actions.StaleCaseError as error:
            problem = f"Nothing was done. {what_happened(error.case)} Look again, then decide."
            return self._page(request, case_or_404(pk), form=form, problem=problem, status=409)
        except actions.ActionNotAllowedError as error:
            return self._page(request, case, form=form, problem=str(error), status=422)
        except Case.DoesNotExist:
            messages.error(request, "Its author has taken this text back meanwhile.")
            return to_queue(request)
        messages.success(request, DONE[act.deed])
        return to_queue(request, after=pk) if "back" in request.POST else _to_case(pk)

    @method_decorator(require_POST)
    def take(self, request: HttpRequest, pk: int) -> HttpResponse:
        _must(request, "act_on_case")
        case_or_404(pk)
        case = actions.take_case(case_id=pk, moderator=request.user)
        messages.success(request, "Yours now." if case.taken_by_id else "Given back.")
        return _to_case(pk)

    @method_decorator(require_POST)
    def bulk(self, request: HttpRequest) -> HttpResponse:
        _must(request, "act_on_case")
        form = BulkForm(request.POST)
        chosen = ticked_cases(request)
        if not chosen:
            return self._queue(request, form, problem="Tick the texts first.", status=422)
        if not form.is_valid():
            return self._queue(request, form, problem=form.faults, status=422)
        done, left = 0, []
        for number, seen in chosen:
            try:
                actions.decide(
                    case_id=number, seen=seen, moderator=request.user, **form.cleaned_data
                )
                done += 1
            except actions.StaleCaseError as error:
                left.append(f"Case {number}: {what_happened(error.case)}")
            except actions.ActionNotAllowedError as error:
                left.append(f"Case {number}: {error}")
            except Case.DoesNotExist:
                left.append(f"Case {number}: its author has taken the text back.")
        if done:
            messages.success(request, f"Done with {done}. Each author is told.")
        for sentence in left:
            messages.warning(request, f"Left as it is. {sentence}")
        return to_queue(request)

    @method_decorator(require_POST)
    def open_for(self, request: HttpRequest, kind: str, number: int) -> HttpResponse:
        """The case of a text that nobody has reported: a moderator saw it."""
        _must(request, "act_on_case")
        model = KINDS.get(kind)
        text = model and model.objects.for_moderators().filter(pk=number).first()
        if text is None:
            raise Http404
        case = Case.objects.filter(**{kind: text}).first() or reporting.open_case(text)
        return _to_case(case.pk)

    @method_decorator(never_cache)
    def author(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks an administrator why; the answer to the POST shows the name, once."""
        _must(request, "open_author")
        case = case_or_404(pk)
        context = {**self.admin_site.each_context(request), "case": case, "title": "Who wrote it"}
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
