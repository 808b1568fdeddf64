"""The queue: its tabs and filters, and a line for each case."""

from urllib.parse import parse_qsl, urlencode

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from common.text.integers import parse_positive_int
from moderation.admin.labels import heading_of, reasons
from moderation.models import Case, Report
from moderation.reasons import OF_REPORTS, Reason

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


def queue_context(request: HttpRequest) -> dict[str, object]:
    """?tab= ?reason= ?age= ?trust= ?page=, or the same in the `back` of a form."""
    asked = request.GET if request.method == "GET" else dict(parse_qsl(back_of(request)))
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
    return {
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
        "ticked": request.POST.getlist("case"),
        "reasons": reasons(),
        "may_act": request.user.has_perm("moderation.act_on_case"),
    }


def ticked_cases(request: HttpRequest) -> list[tuple[int, int]]:
    """(number, change_count) of the cases that were ticked, as their lines showed them."""
    told = request.POST.getlist("case")[:PAGE_SIZE]
    return [pair for pair in map(_pair, told) if pair]


def to_queue(request: HttpRequest, *, after: int | None = None) -> HttpResponse:
    """Back to the list that a page was opened from, to the line below the one that is done."""
    asked = [(name, value) for name, value in parse_qsl(back_of(request)) if name != "next"]
    address = reverse("admin:moderation_case_changelist")
    follows = request.POST.get("next", "")
    mark = f"#case-{follows}" if after and parse_positive_int(follows) else ""
    return redirect(f"{address}?{urlencode(asked)}{mark}" if asked else f"{address}{mark}")


def back_of(request: HttpRequest) -> str:
    return request.POST.get("back", "")[:500]


def _lines(cases) -> list[dict[str, object]]:
    cases = list(cases)
    told = (
        Report.objects.filter(case__in=cases, settled_at=None)
        .order_by()
        .values("case", "reason")
        .annotate(count=Count("pk"))
        .order_by("-count", "reason")
    )
    why: dict[int, list[str]] = {}
    for row in told:
        label = Reason(row["reason"]).label
        why.setdefault(row["case"], []).append(str(label).lower())
    follows = [*(case.pk for case in cases[1:]), None][: len(cases)]
    return [
        {
            "next": next_pk,
            "case": case,
            "heading": heading_of(case),
            "reasons": why.get(case.pk, []),
            "value": f"{case.pk}:{case.change_count}",
            "excerpt": case.summary.plain_text if case.summary_id else case.comment.text,
        }
        for case, next_pk in zip(cases, follows, strict=True)
    ]


def _pair(told: str) -> tuple[int, int] | None:
    number, seen = (parse_positive_int(part) for part in told.partition(":")[::2])
    return None if number is None or seen is None else (number, seen)
