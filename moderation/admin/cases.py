"""The queue, and one case of it: what was written, by whom, what is said of it, what to do."""

from urllib.parse import parse_qsl, urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from moderation import deeds, dossiers, reporting
from moderation.admin.deeds_only import DeedsOnly
from moderation.forms import BulkForm, DeedForm
from moderation.models import Case, Report
from moderation.reasons import OF_REPORTS, TEMPLATES, Reason
from summaries.models import Comment, Summary

PAGE_SIZE = 50
TABS = {"waiting": "Waiting", "mine": "Mine", "done": "Done"}
FILTERS = {
    "reason": {
        "": "All reasons",
        "first": "First texts with links",
        **{reason.value: reason.label for reason in OF_REPORTS},
    },
    "age": {"": "Any age", "1": "Today", "7": "Within a week", "30": "Within a month"},
    "trust": {
        "": "All authors",
        "new": "New accounts",
        "known": "Known accounts",
        "trusted": "Trusted accounts",
        "unnamed": "Unnamed authors",
    },
}
KINDS = {"summary": Summary, "comment": Comment}
DONE = {
    "kept": "Kept.",
    "shown": "Shown: everyone can read it now.",
    "restored": "Shown again.",
    "hidden": "Hidden. Here you can show it again.",
    "declined": "Not shown; the author is told why.",
    "asked": "The author is asked to edit it. It stands under Mine.",
    "removed": "Removed. For 30 days you can show it again here.",
    "suspended": "The account is suspended. The text is as it was.",
}


@admin.register(Case)
class CaseAdmin(DeedsOnly):
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
        return self._page(request, self._case(object_id))

    # -- deeds ------------------------------------------------------------------------------

    @method_decorator(require_POST)
    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        _must(request, "act_on_case")
        case = self._case(pk)
        form = DeedForm(request.POST)
        if not form.is_valid():
            return self._page(request, case, form=form, problem=form.faults, status=422)
        told = form.cleaned_data
        how = {name: told[name] for name in ("seen", "reason", "words", "note")}
        try:
            if told["choice"] == "suspend":
                _must(request, "suspend_author")
                act = deeds.suspend_author(
                    case_id=pk, moderator=request.user, days=told["days"], **how
                )
            else:
                act = deeds.decide(case_id=pk, moderator=request.user, choice=told["choice"], **how)
        except deeds.CaseMoved as error:
            problem = f"Nothing was done. {_what_happened(error.case)} Look again, then decide."
            return self._page(request, self._case(pk), form=form, problem=problem, status=409)
        except deeds.DeedRefused as error:
            return self._page(request, case, form=form, problem=str(error), status=422)
        except Case.DoesNotExist:
            messages.error(request, "Its author has taken this text back meanwhile.")
            return _to_queue(request)
        messages.success(request, DONE[act.deed])
        return _to_queue(request, after=pk) if "back" in request.POST else _to_case(pk)

    @method_decorator(require_POST)
    def take(self, request: HttpRequest, pk: int) -> HttpResponse:
        _must(request, "act_on_case")
        self._case(pk)
        case = deeds.take(case_id=pk, moderator=request.user)
        messages.success(request, "Yours now." if case.taken_by_id else "Given back.")
        return _to_case(pk)

    @method_decorator(require_POST)
    def bulk(self, request: HttpRequest) -> HttpResponse:
        _must(request, "act_on_case")
        form = BulkForm(request.POST)
        chosen = [_pair(told) for told in request.POST.getlist("case")][:PAGE_SIZE]
        if not any(chosen):
            return self._queue(request, form, problem="Tick the texts first.", status=422)
        if not form.is_valid():
            return self._queue(request, form, problem=form.faults, status=422)
        done, left = 0, []
        for number, seen in filter(None, chosen):
            try:
                deeds.decide(case_id=number, seen=seen, moderator=request.user, **form.cleaned_data)
                done += 1
            except deeds.CaseMoved as error:
                left.append(f"Case {number}: {_what_happened(error.case)}")
            except deeds.DeedRefused as error:
                left.append(f"Case {number}: {error}")
            except Case.DoesNotExist:
                left.append(f"Case {number}: its author has taken the text back.")
        if done:
            messages.success(request, f"Done with {done}. Each author is told.")
        for sentence in left:
            messages.warning(request, f"Left as it is. {sentence}")
        return _to_queue(request)

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
        case = self._case(pk)
        context = {**self.admin_site.each_context(request), "case": case, "title": "Who wrote it"}
        template = "admin/moderation/case/author.html"
        if request.method != "POST":
            return TemplateResponse(request, template, context)
        context["note"] = request.POST.get("note", "")
        try:
            context["author"] = deeds.open_author(
                case_id=pk, administrator=request.user, note=context["note"]
            )
        except deeds.DeedRefused as error:
            context["problem"] = str(error)
            return TemplateResponse(request, template, context, status=422)
        context["is_open"] = True
        return TemplateResponse(request, template, context)

    # -- what the pages show ----------------------------------------------------------------

    def _case(self, pk: int | str) -> Case:
        number = int(pk) if str(pk).isdecimal() and len(str(pk)) < 18 else 0
        cases = Case.objects.readable().select_related(
            *("summary__paper", "summary__author", "comment__paper", "comment__author"),
            *("comment__summary__paper", "taken_by"),
        )
        case = cases.filter(pk=number).first()
        if case is None:
            raise Http404
        return case

    def _page(self, request, case, *, form=None, problem="", status=200) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": heading_of(case),
            "case": case,
            "text": case.text,
            "paper": case.text.paper or case.text.summary.paper,
            "author": dossiers.author_of(case),
            "links": dossiers.links_of(case),
            "steps": dossiers.history_of(case),
            "reports": case.reports.select_related("reporter").order_by("-created_at", "-pk"),
            "open_count": case.reports.filter(settled_at=None).count(),
            "acts": case.acts.select_related("moderator"),
            "edited_since": _edited_since(case),
            "choices": deeds.CHOICES,
            "days": deeds.SUSPENSION_DAYS,
            "reasons": _reasons(),
            "form": form or DeedForm(initial={"choice": "", "days": 7}),
            "problem": problem,
            "back": request.POST.get("back", request.GET.get("back", "")),
            "may_act": request.user.has_perm("moderation.act_on_case"),
            "may_suspend": request.user.has_perm("moderation.suspend_author"),
            "may_open": request.user.has_perm("moderation.open_author"),
            "is_own": case.text.author_id == request.user.pk,
        }
        template = "admin/moderation/case/case.html"
        return TemplateResponse(request, template, context, status=status)

    def _queue(self, request, form=None, *, problem="", status=200) -> HttpResponse:
        asked = request.GET if request.method == "GET" else dict(parse_qsl(_back(request)))
        tab = asked.get("tab", "")
        tab = tab if tab in TABS else "waiting"
        chosen = {
            name: value if value in options else ""
            for name, options in FILTERS.items()
            for value in [asked.get(name, "")]
        }
        cases = Case.objects.readable().in_tab(tab, request.user)
        if chosen["reason"]:
            cases = cases.reported_for(chosen["reason"])
        if chosen["age"]:
            cases = cases.opened_within(int(chosen["age"]))
        if chosen["trust"]:
            cases = cases.by_trust(chosen["trust"])
        page = Paginator(cases.for_lists(), PAGE_SIZE).get_page(asked.get("page"))
        kept = {"tab": tab, **{name: value for name, value in chosen.items() if value}}
        context = {
            **self.admin_site.each_context(request),
            "title": "Moderation",
            "tabs": [
                (name, label, Case.objects.readable().in_tab(name, request.user).count())
                for name, label in TABS.items()
                if name != "done"
            ]
            + [("done", "Done", None)],
            "tab": tab,
            "filters": [(name, options.items(), chosen[name]) for name, options in FILTERS.items()],
            "is_filtered": any(chosen.values()),
            "page": page,
            "lines": _lines(page.object_list),
            "query": urlencode(kept),
            "back": urlencode({**kept, "page": page.number}),
            "form": form or BulkForm(),
            "ticked": request.POST.getlist("case"),
            "problem": problem,
            "reasons": _reasons(),
            "may_act": request.user.has_perm("moderation.act_on_case"),
        }
        template = "admin/moderation/case/queue.html"
        return TemplateResponse(request, template, context, status=status)


def heading_of(case: Case) -> str:
    text = case.text
    paper = text.paper or text.summary.paper
    kind = "Summary" if case.summary_id else "Question" if text.paper_id else "Comment"
    preposition = "on" if case.summary_id or text.paper_id else "under a summary of"
    return f"{kind} by {text.byline_name} {preposition} “{paper.title}”"


def _lines(cases) -> list[dict[str, object]]:
    cases = list(cases)
    told = (
        Report.objects.filter(case__in=cases, settled_at=None)
        .order_by()
        .values("case", "reason")
        .annotate(count=Count("pk"))
        .order_by("-count", "reason")
    )
    reasons: dict[int, list[str]] = {}
    for row in told:
        label = Reason(row["reason"]).label
        reasons.setdefault(row["case"], []).append(str(label).lower())
    follows = [*(case.pk for case in cases[1:]), None][: len(cases)]
    return [
        {
            "next": next_pk,
            "case": case,
            "heading": heading_of(case),
            "reasons": reasons.get(case.pk, []),
            "value": f"{case.pk}:{case.change_count}",
            "excerpt": case.summary.plain_text if case.summary_id else case.comment.text,
        }
        for case, next_pk in zip(cases, follows, strict=True)
    ]


def _reasons() -> list[tuple[str, str, str]]:
    return [(reason.value, reason.label, TEMPLATES[reason]) for reason in Reason]


def _edited_since(case: Case) -> bool:
    edited_at = case.text.edited_at
    return bool(
        case.state == Case.State.ASKED and edited_at and edited_at > (case.decided_at or edited_at)
    )


def _what_happened(case: Case) -> str:
    act = case.acts.select_related("moderator").first()
    if case.state == Case.State.WAITING or act is None:
        return "There is something new: another report, or the author has changed the text."
    return f"{act.moderator or 'Somebody'} was quicker: {act.get_deed_display().lower()}."


def _pair(told: str) -> tuple[int, int] | None:
    number, _, seen = told.partition(":")
    if not (number.isdecimal() and seen.isdecimal() and len(told) < 20):
        return None
    return int(number), int(seen)


def _back(request: HttpRequest) -> str:
    return request.POST.get("back", "")[:500]


def _to_queue(request: HttpRequest, *, after: int | None = None) -> HttpResponse:
    asked = [(name, value) for name, value in parse_qsl(_back(request)) if name != "next"]
    address = reverse("admin:moderation_case_changelist")
    follows = request.POST.get("next", "")
    mark = f"#case-{follows}" if after and follows.isdecimal() else ""
    return redirect(f"{address}?{urlencode(asked)}{mark}" if asked else f"{address}{mark}")


def _to_case(pk: int) -> HttpResponse:
    return redirect("admin:moderation_case_change", pk)


def _must(request: HttpRequest, codename: str) -> None:
    if not request.user.has_perm(f"moderation.{codename}"):
        raise PermissionDenied
