"""Add papers by identifier, from a catalogue search, from BibTeX or manually."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.http.former_fields import Sent, in_current_names
from common.http.ratelimit import hit, too_many_message, too_many_requests
from common.http.urls import parts_of
from papers import sources
from papers.citations.entry_types import VENUE_KINDS
from papers.forms.adding import AddByBibtexForm, AddByHandForm, AddByIdentifierForm
from papers.identifiers import parse_identifier
from papers.importing import page_reader
from papers.importing.bibtex_upload import EntryOutcome, import_bibtex
from papers.importing.contributions import Contribution, contribute
from papers.importing.federated_search import (
    ask_catalogues,
    find_stored,
    merge_hits,
    store_hits,
    stored_hit,
)
from papers.importing.pipeline import (
    UnknownIdentifierError,
    find_paper,
    import_paper,
    import_records,
)
from papers.models import Paper
from papers.search import search_papers
from papers.sources import Record, SourceError, SourceUnavailableError
from papers.tasks import fetch_abstract, read_page
from papers.views import pasted

# Every addition may query a catalogue, whose rate limit all users share.
ADDITIONS_PER_HOUR = 120
SEARCHES_PER_HOUR = 120
MAX_ENTRIES_ON_PAGE = 1000
# Few, so that the results of the catalogues are visible without much scrolling.
OWN_HITS = 6
# Characters of ?q=; longer addresses do not fit into a request line.
MAX_QUERY = 2000
MAX_WORDS = 300
# The characters of invalid entries that are offered for correction on the page.
MAX_MENDING = 50_000


FORMER_FIELDS = {"how": "method", "found": "results", "place": "result"}
FORMER_VALUES = {"method": {"found": "search", "hand": "manual"}}


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add a paper by identifier, from BibTeX or manually; with ?q=, search for it first."""
    if request.method != "POST":
        query = request.GET.get("q", "").strip()[:MAX_QUERY]
        paper = _stored_paper(query) if query else None
        return redirect(paper) if paper else _add_page(request, query=query)
    if not request.user.is_authenticated:
        return _signed_out(request)
    wait_seconds = hit(f"add:{request.user.pk}", ADDITIONS_PER_HOUR, 3600)
    if wait_seconds:
        page = _add_page(request, problem=too_many_message(wait_seconds))
        return too_many_requests(wait_seconds, page)
    handlers = {
        "identifier": _add_by_identifier,
        "search": _add_found,
        "bibtex": _add_by_bibtex,
        "manual": _add_by_hand,
    }
    sent = _sent(request)
    handler = handlers.get(sent.get("method", ""))
    if handler is None:
        raise Http404
    return handler(request)


def _stored_paper(query: str) -> Paper | None:
    """Return the paper that a query certainly names, by an identifier or by a page read before."""
    name = pasted.identifier_of(query)
    paper = find_paper(name) if name is not None else None
    if paper is not None:
        return paper
    page = pasted.page_of(query)
    reading = page_reader.reading_of(page) if page else None
    if reading and reading.paper_id:
        return Paper.objects.filter(pk=reading.paper_id).first()
    return None


def _sent(request: HttpRequest) -> Sent:
    return in_current_names(request.POST, FORMER_FIELDS, FORMER_VALUES)


def _signed_out(request: HttpRequest) -> HttpResponse:
    """Redirect to the sign-in page, or show the form again so that long input is not lost."""
    sent = _sent(request)
    method = sent.get("method", "")
    if method == "manual":
        typed = {"hand_form": AddByHandForm(request.POST)}
    elif method == "bibtex":
        typed = {"bibtex_form": AddByBibtexForm(request.POST, request.FILES)}
    else:
        return redirect(f"{reverse(settings.LOGIN_URL)}?next={reverse('add')}")
    problem = _("You are signed out. Copy what you typed, sign in, and submit it again.")
    return _add_page(request, problem=problem, status=403, **typed)


def _add_by_identifier(request: HttpRequest) -> HttpResponse:
    form = AddByIdentifierForm(request.POST)
    if not form.is_valid():
        return _add_page(request, identifier_form=form, status=422)
    text = form.cleaned_data["identifier"]
    if pasted.is_bibtex(text):
        return _import_text(request, text)
    page = pasted.page_of(text)
    if page:
        paper = _stored_paper(text)
        return _added(request, paper) if paper else _read_page(request, text, page)
    explanation = pasted.explain(text)
    if explanation:
        form.add_error("identifier", explanation.problem)
        hand_form = AddByHandForm(initial=explanation.initial)
        return _add_page(
            request, identifier_form=form, hand_form=hand_form, by_hand=True, status=422
        )
    if parse_identifier(text) is None and pasted.is_title(text):
        return _to_search(request, text[:MAX_WORDS])
    try:
        paper = import_paper(identifier=text)
    except UnknownIdentifierError as error:
        form.add_error("identifier", str(error))
        return _add_page(request, identifier_form=form, query=text, status=422)
    except SourceUnavailableError as error:
        alternative = _("You can also enter the paper manually.")
        form.add_error("identifier", f"{error} {alternative}")
        hand_form = AddByHandForm(initial=pasted.initial_of(text))
        return _add_page(
            request, identifier_form=form, hand_form=hand_form, by_hand=True, status=503
        )
    except SourceError as error:
        form.add_error("identifier", str(error))
        return _add_page(request, identifier_form=form, status=422)
    return _added(request, paper)


def _read_page(request: HttpRequest, text: str, page: str) -> HttpResponse:
    """Send the task that reads a page, and redirect to the page that shows its state."""
    is_wanted = not page_reader.reading_of(page) or request.POST.get("again")
    if is_wanted and page_reader.claim_reading(page):
        read_page.delay_on_commit(page)
    return _to_search(request, text[:MAX_QUERY])


def _to_search(request: HttpRequest, query: str) -> HttpResponse:
    address = {"q": query, "then": request.POST.get("then", "")}
    response = redirect(f"{reverse('add')}?{urlencode({k: v for k, v in address.items() if v})}")
    response.status_code = 303
    return response


def _add_found(request: HttpRequest) -> HttpResponse:
    """Add one result of a catalogue search, by the token of the list and the position in it."""
    sent = _sent(request)
    position = sent.get("result", "")
    records = stored_hit(sent.get("results", ""), position, user_id=request.user.pk)
    if not records:
        query = request.POST.get("q", "").strip()[:MAX_QUERY]
        problem = _("This list expired. Here is a new one. Nothing was added.")
        return _add_page(request, query=query, problem=problem, status=410)
    papers = [imported.paper for imported in import_records(records)]
    return _added(request, papers[0])


def _add_by_bibtex(request: HttpRequest) -> HttpResponse:
    form = AddByBibtexForm(request.POST, request.FILES)
    if not form.is_valid():
        return _add_page(request, bibtex_form=form, status=422)
    return _import_entries(request, form)


def _import_text(request: HttpRequest, text: str) -> HttpResponse:
    """Import an entry that was pasted into the box for identifiers."""
    form = AddByBibtexForm({"text": text})
    if not form.is_valid():
        return _add_page(request, bibtex_form=form, status=422)
    return _import_entries(request, form)


def _import_entries(request: HttpRequest, form: AddByBibtexForm) -> HttpResponse:
    data = form.bibtex()
    count = data.count(b"@" if isinstance(data, bytes) else "@")
    if count > MAX_ENTRIES_ON_PAGE:
        form.add_error(
            None,
            _(
                "You can add at most %(most)s entries at a time. Split the file, or ask an "
                "administrator to run `manage.py import_bibtex`."
            )
            % {"most": f"{MAX_ENTRIES_ON_PAGE:,}"},
        )
        return _add_page(request, bibtex_form=form, status=422)
    outcomes = list(import_bibtex(data, member=request.user))
    papers = [outcome.paper for outcome in outcomes if outcome.paper]
    if len(outcomes) == 1 and papers:
        return _contributed(request, outcomes[0])
    if not outcomes:
        form.add_error(None, _("No BibTeX entries found. An entry starts like @article{key,"))
        return _add_page(request, bibtex_form=form, status=422)
    if not settings.CELERY_TASK_ALWAYS_EAGER:
        for paper in papers:
            _want_abstract(paper)
    status = 200 if papers else 422
    context = {
        "outcomes": outcomes,
        "added_count": len(papers),
        "mending": _mending(outcomes),
        "then": request.POST.get("then", ""),
    }
    return render(request, "papers/add_outcomes.html", context, status=status)


def _mending(outcomes: Sequence[EntryOutcome]) -> AddByBibtexForm | None:
    """Return a form with the invalid entries, so that only these have to be corrected."""
    broken = "\n\n".join(item.text.strip() for item in outcomes if item.text)
    return AddByBibtexForm(initial={"text": broken[:MAX_MENDING]}) if broken else None


def _add_by_hand(request: HttpRequest) -> HttpResponse:
    form = AddByHandForm(request.POST)
    if not form.is_valid():
        return _add_page(request, hand_form=form, status=422)
    data = form.cleaned_data
    url_name = parse_identifier(data["url"]) if data["url"] else None
    record = Record(
        source="by-hand",
        title=" ".join(data["title"].split()),
        authors=data["authors"],
        has_more_authors=form.has_more_authors,
        abstract=data["abstract"].strip(),
        year=data["year"],
        venue=data["venue"].strip(),
        venue_kind=VENUE_KINDS.get(data["kind"], ""),
        kind=data["kind"] or "article",
        url=data["url"],
        identifiers=(url_name,) if url_name and url_name.scheme != "key" else (),
    )
    try:
        added = contribute(record, member=request.user)
    except ValueError as error:
        form.add_error("url", str(error))
        return _add_page(request, hand_form=form, by_hand=True, status=422)
    return _contributed(request, added)


def _contributed(request: HttpRequest, added: Contribution | EntryOutcome) -> HttpResponse:
    """Redirect to the paper, with the outcome of the entry if the paper already existed."""
    if added.notes:
        here = _("This paper is already on the site.")
        messages.info(request, " ".join([here, *added.notes]))
    return _added(request, added.paper)


def _added(request: HttpRequest, paper: Paper) -> HttpResponse:
    _want_abstract(paper)
    if request.POST.get("then") == "write":
        return redirect("summary-write", pk=paper.pk)
    if not paper.summary_count:
        messages.success(request, _("Paper added. Be the first to summarise it."))
    return redirect(paper)


def _want_abstract(paper: Paper) -> None:
    if not paper.abstract:
        fetch_abstract.delay_on_commit(paper.pk)


def _add_page(
    request: HttpRequest,
    *,
    query: str = "",
    problem: str = "",
    status: int = 200,
    identifier_form=None,
    bibtex_form=None,
    hand_form=None,
    by_hand: bool = False,
) -> HttpResponse:
    """Render the page; `by_hand` opens the form for manual entry, when everything else failed."""
    # A citation key may be any word, so only other identifiers are certainly not a search.
    name = pasted.identifier_of(query) if query else None
    page = pasted.page_of(query) if query else None
    reading = page_reader.reading_of(page) if page else None
    explanation = pasted.explain(query) if query else None
    if page and reading and reading.state == "failed":
        explanation = pasted.explain_reading(page, reading)
    is_entry = pasted.is_bibtex(query)
    initial = explanation.initial if explanation else pasted.initial_of(query)
    words = "" if page or is_entry else query[:MAX_WORDS]
    context = {
        "query": query,
        "name": None if page else name,
        "page": page,
        "page_host": parts_of(page).hostname if page else "",
        "reading": reading,
        "explanation": explanation,
        "problem": problem,
        "then": request.POST.get("then") or request.GET.get("then", ""),
        "identifier_form": identifier_form or AddByIdentifierForm(initial={"identifier": query}),
        "bibtex_form": bibtex_form or AddByBibtexForm(initial={"text": query if is_entry else ""}),
        "is_entry": is_entry,
        "hand_form": hand_form or AddByHandForm(initial=initial),
        "by_hand": by_hand or explanation is not None,
        "hits": search_papers(words)[:OWN_HITS] if words else [],
    }
    if words and request.user.is_authenticated and not name and not explanation:
        context |= _catalogue_results(request, words, context["hits"])
    return render(request, "papers/add.html", context, status=status)


def _catalogue_results(
    request: HttpRequest, query: str, ours: Sequence[Paper]
) -> dict[str, object]:
    """Return the results of the catalogues, and which of them did not respond."""
    wait_seconds = hit(f"add-search:{request.user.pk}", SEARCHES_PER_HOUR, 3600)
    if wait_seconds:
        return {"outside_problem": too_many_message(wait_seconds)}
    answers = ask_catalogues(query)
    silent = [answer for answer in answers if answer.problem]
    hits = merge_hits(answers)
    find_stored(hits)
    new_hits = [hit for hit in hits if hit.paper not in ours]
    return {
        "answers": answers,
        "silent": silent,
        "skipped": [
            sources.SOURCES[key].NAME for key in sources.SOURCES if sources.missing_settings(key)
        ],
        "found": new_hits,
        "token": store_hits(new_hits, user_id=request.user.pk) if new_hits else "",
        **({"by_hand": True} if len(silent) == len(answers) else {}),
    }
