"""The queue: its tabs, filters and lines."""

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
        "unnamed": "Anonymous authors",
    },
}


def queue_context(request: HttpRequest) -> dict[str, object]:
    """Return the template context.

    Reads `tab`, `reason`, `age`, `trust` and `page` from the query or from the `back` of a form.
    """
    query = request.GET if request.method == "GET" else dict(parse_qsl(back_of(request)))
    tab = query.get("tab", "")
    tab = tab if tab in TABS else "waiting"
    chosen = {
        name: value if value in options else ""
        for name, options in FILTERS.items()
        for value in [query.get(name, "")]
    }
    cases = Case.objects.readable().in_tab(tab, request.user)
    if chosen["reason"]:
        cases = cases.reported_for(chosen["reason"])
    if chosen["age"]:
        cases = cases.opened_within(int(chosen["age"]))
    if chosen["trust"]:
        cases = cases.by_trust(chosen["trust"])
    page = Paginator(cases.for_lists(), PAGE_SIZE).get_page(query.get("page"))
    parameters = {"tab": tab, **{name: value for name, value in chosen.items() if value}}
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
        "query": urlencode(parameters),
        "back": urlencode({**parameters, "page": page.number}),
        "ticked": request.POST.getlist("case"),
        "reasons": reasons(),
        "may_act": request.user.has_perm("moderation.act_on_case"),
    }


def ticked_cases(request: HttpRequest) -> list[tuple[int, int]]:
    """Return (primary key, change_count) of the selected cases, as their lines showed them."""
    values = request.POST.getlist("case")[:PAGE_SIZE]
    return [pair for pair in map(_pair, values) if pair]


def to_queue(request: HttpRequest, *, after: int | None = None) -> HttpResponse:
    """Redirect to the list that a page was opened from, at the case after the one that is done."""
    parameters = [(name, value) for name, value in parse_qsl(back_of(request)) if name != "next"]
    address = reverse("admin:moderation_case_changelist")
    next_id = request.POST.get("next", "")
    anchor = f"#case-{next_id}" if after and parse_positive_int(next_id) else ""
    return redirect(
        f"{address}?{urlencode(parameters)}{anchor}" if parameters else f"{address}{anchor}"
    )


def back_of(request: HttpRequest) -> str:
    """Return the query string of the list that a page was opened from."""
    return request.POST.get("back", "")[:500]


def _lines(cases) -> list[dict[str, object]]:
    cases = list(cases)
    open_reports = (
        Report.objects.filter(case__in=cases, settled_at=None)
        .order_by()
        .values("case", "reason")
        .annotate(count=Count("pk"))
        .order_by("-count", "reason")
    )
    reasons_by_case: dict[int, list[str]] = {}
    for row in open_reports:
        label = Reason(row["reason"]).label
        reasons_by_case.setdefault(row["case"], []).append(str(label).lower())
    next_ids = [*(case.pk for case in cases[1:]), None][: len(cases)]
    return [
        {
            "next": next_pk,
            "case": case,
            "heading": heading_of(case),
            "reasons": reasons_by_case.get(case.pk, []),
            "value": f"{case.pk}:{case.change_count}",
            "excerpt": case.summary.plain_text if case.summary_id else case.comment.text,
        }
        for case, next_pk in zip(cases, next_ids, strict=True)
    ]


def _pair(text: str) -> tuple[int, int] | None:
    pk, seen = (parse_positive_int(part) for part in text.partition(":")[::2])
    return None if pk is None or seen is None else (pk, seen)
