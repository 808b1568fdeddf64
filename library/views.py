"""The library page, the Save button and the folders."""

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.db.keyset_pagination import keyset_page
from common.http import ratelimit
from common.http.redirects import redirect_back
from common.http.urls import parts_of
from common.text.integers import parse_positive_int
from library import actions
from library.forms import FolderForm, SavedPaperForm
from library.models import Folder, SavedPaper
from papers.citations import formats
from papers.models import Paper
from summaries.views.login_required import login_required_keeping_text

PAGE_SIZE = 25
CHANGES_PER_MINUTE = 60


@require_safe
@never_cache
@login_required_keeping_text()
def library(request: HttpRequest) -> HttpResponse:
    """Show saved papers.

    Reads `folder` (a primary key or "none"), `state`, `cursor`, and `forgotten`, the primary key of
    a paper that was removed and can be restored.
    """
    saved, folder, state = _chosen(request)
    page = keyset_page(
        saved.select_related("paper__venue", "folder").prefetch_related("paper__identifiers"),
        order="-saved_at",
        cursor=request.GET.get("cursor", ""),
        size=PAGE_SIZE,
    )
    folders = list(request.user.folders.annotate(paper_count=Count("papers")))
    context = {
        "items": page.items,
        "folders": folders,
        "folder": folder,
        "state": state,
        "states": SavedPaper.State.choices,
        "total": SavedPaper.objects.filter(user=request.user).count(),
        "query": _query(folder, state),
        "next_page": f"{reverse('library')}?{_query(folder, state, cursor=page.next_cursor)}"
        if page.next_cursor
        else "",
        "is_first_page": not request.GET.get("cursor"),
        "forgotten": _forgotten(request),
    }
    return render(request, "library/library.html", context)


@require_safe
@never_cache
@login_required_keeping_text()
def bibtex(request: HttpRequest) -> HttpResponse:
    """Export the papers that the page shows, all of them, as BibTeX."""
    saved = _chosen(request)[0]
    papers = Paper.objects.for_lists().filter(saved_by__in=saved).order_by("citation_key")
    response = HttpResponse(
        "\n".join(formats.bibtex(paper) for paper in papers),
        content_type="application/x-bibtex; charset=utf-8",
    )
    response["Content-Disposition"] = 'attachment; filename="library.bib"'
    return response


@require_POST
@login_required_keeping_text("paper-number")
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a paper (POST `value` 1) or remove it (0), then return to the previous page."""
    value = request.POST.get("value")
    if value not in {"0", "1"}:
        return HttpResponseBadRequest("value must be 1 or 0")
    paper = get_object_or_404(Paper, pk=pk)
    if not _throttled(request):
        try:
            (actions.save if value == "1" else actions.forget)(paper_id=pk, user=request.user)
        except actions.LibraryNotAllowedError as error:
            messages.error(request, str(error))
        else:
            pressed_on = parts_of(request.POST.get("next", ""))
            if value == "0" and pressed_on.path == reverse("library"):
                # The paper is no longer on that page, which offers to restore it.
                query = QueryDict(pressed_on.query, mutable=True)
                query["forgotten"] = pk
                return redirect(f"{reverse('library')}?{query.urlencode()}")
    return redirect_back(request, paper.get_absolute_url())


@require_POST
@login_required_keeping_text("library")
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the reading state and the folder of a saved paper."""
    saved = get_object_or_404(SavedPaper, pk=pk, user=request.user)
    form = SavedPaperForm(request.POST, folders=request.user.folders.all())
    if not form.is_valid():
        messages.error(request, _("That folder no longer exists. Choose another one."))
    elif not _throttled(request):
        state, folder = form.cleaned_data["state"], form.cleaned_data["folder"]
        actions.arrange(saved, state=state, folder=folder)
        parts = {"title": saved.paper.title, "state": saved.get_state_display()}
        if folder:
            message = _("%(title)s: %(state)s, in %(folder)s.") % {**parts, "folder": folder.name}
        else:
            message = _("%(title)s: %(state)s.") % parts
        messages.success(request, message)
    return redirect_back(request, reverse("library"))


@require_POST
@login_required_keeping_text("library")
def make_folder(request: HttpRequest) -> HttpResponse:
    """Create a folder."""
    form = FolderForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.fault)
    elif not _throttled(request):
        try:
            folder = actions.make_folder(user=request.user, name=form.cleaned_data["name"])
        except actions.LibraryNotAllowedError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Folder %(name)s created.") % {"name": folder.name})
    return redirect("library")


@require_POST
@login_required_keeping_text("library")
def change_folder(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a folder (POST `name`) or delete it (POST `delete`), keeping its papers."""
    folder = get_object_or_404(Folder, pk=pk, user=request.user)
    if "delete" in request.POST:
        folder.delete()
        message = _("Folder %(name)s deleted. Its papers are still in your library.")
        messages.success(request, message % {"name": folder.name})
        return redirect("library")
    form = FolderForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.fault)
    elif not _throttled(request):
        try:
            actions.rename_folder(folder, form.cleaned_data["name"])
        except actions.LibraryNotAllowedError as error:
            messages.error(request, str(error))
    return redirect(f"{reverse('library')}?folder={folder.pk}")


def _chosen(request: HttpRequest) -> tuple[QuerySet[SavedPaper], Folder | str | None, str]:
    """Return the saved papers that the query asks for, with the folder and the state.

    The folder is "none" for papers without one, and None when the query names no folder.
    """
    saved = SavedPaper.objects.filter(user=request.user)
    folder: Folder | str | None = None
    selection = request.GET.get("folder", "")
    if selection == "none":
        folder, saved = "none", saved.filter(folder=None)
    elif folder_id := parse_positive_int(selection):
        folder = get_object_or_404(Folder, pk=folder_id, user=request.user)
        saved = saved.filter(folder=folder)
    state = request.GET.get("state", "")
    if state in SavedPaper.State.values:
        return saved.filter(state=state), folder, state
    return saved, folder, ""


def _forgotten(request: HttpRequest) -> Paper | None:
    """Return the paper that was removed a moment ago, if it is still not in the library."""
    pk = parse_positive_int(request.GET.get("forgotten", ""))
    if pk is None:
        return None
    return Paper.objects.filter(pk=pk).exclude(saved_by__user=request.user).first()


def _query(folder: Folder | str | None, state: str, *, cursor: str = "") -> str:
    parameters = {"folder": getattr(folder, "pk", folder) or "", "state": state, "cursor": cursor}
    return "&".join(f"{key}={value}" for key, value in parameters.items() if value)


def _throttled(request: HttpRequest) -> bool:
    return ratelimit.throttled(request, action="library", per_minute=CHANGES_PER_MINUTE)
