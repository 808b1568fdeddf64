"""The library's page, the Save button, and the folders."""

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
from common.http.redirects import back
from common.http.urls import parts_of
from common.text.integers import number_in
from library import actions
from library.forms import FolderForm, PlaceForm
from library.models import Folder, SavedPaper
from papers.citations import formats
from papers.models import Paper
from summaries.views.login_required import signed_in

PAGE_SIZE = 25
CHANGES_PER_MINUTE = 60


@require_safe
@never_cache
@signed_in()
def library(request: HttpRequest) -> HttpResponse:
    """?folder= a number or "none", ?state=, ?cursor=, ?forgotten= a paper that was taken out."""
    kept, folder, state = _chosen(request)
    page = keyset_page(
        kept.select_related("paper__venue", "folder").prefetch_related("paper__identifiers"),
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
@signed_in()
def bibtex(request: HttpRequest) -> HttpResponse:
    """What the page shows, all of it, for a reference manager."""
    kept = _chosen(request)[0]
    papers = Paper.objects.for_lists().filter(saved_by__in=kept).order_by("citation_key")
    response = HttpResponse(
        "\n".join(formats.bibtex(paper) for paper in papers),
        content_type="application/x-bibtex; charset=utf-8",
    )
    response["Content-Disposition"] = 'attachment; filename="library.bib"'
    return response


@require_POST
@signed_in("paper-number")
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """POST value 1 or 0; back to where it was pressed."""
    value = request.POST.get("value")
    if value not in {"0", "1"}:
        return HttpResponseBadRequest("value must be 1 or 0")
    paper = get_object_or_404(Paper, pk=pk)
    if not _is_too_quick(request):
        try:
            (actions.save if value == "1" else actions.forget)(paper_id=pk, user=request.user)
        except actions.LibraryNotAllowedError as error:
            messages.error(request, str(error))
        else:
            pressed_on = parts_of(request.POST.get("next", ""))
            if value == "0" and pressed_on.path == reverse("library"):
                # Its line is gone from that page: there it can be put back.
                query = QueryDict(pressed_on.query, mutable=True)
                query["forgotten"] = pk
                return redirect(f"{reverse('library')}?{query.urlencode()}")
    return back(request, paper.get_absolute_url())


@require_POST
@signed_in("library")
def place(request: HttpRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(SavedPaper, pk=pk, user=request.user)
    form = PlaceForm(request.POST, folders=request.user.folders.all())
    if not form.is_valid():
        messages.error(request, _("That folder no longer exists. Choose another one."))
    elif not _is_too_quick(request):
        state, folder = form.cleaned_data["state"], form.cleaned_data["folder"]
        actions.arrange(kept, state=state, folder=folder)
        told = {"title": kept.paper.title, "state": kept.get_state_display()}
        if folder:
            words = _("%(title)s: %(state)s, in %(folder)s.") % {**told, "folder": folder.name}
        else:
            words = _("%(title)s: %(state)s.") % told
        messages.success(request, words)
    return back(request, reverse("library"))


@require_POST
@signed_in("library")
def make_folder(request: HttpRequest) -> HttpResponse:
    form = FolderForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.fault)
    elif not _is_too_quick(request):
        try:
            made = actions.make_folder(user=request.user, name=form.cleaned_data["name"])
        except actions.LibraryNotAllowedError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Folder %(name)s created.") % {"name": made.name})
    return redirect("library")


@require_POST
@signed_in("library")
def change_folder(request: HttpRequest, pk: int) -> HttpResponse:
    """POST name to rename; POST delete: its papers stay in the library."""
    folder = get_object_or_404(Folder, pk=pk, user=request.user)
    if "delete" in request.POST:
        folder.delete()
        words = _("Folder %(name)s deleted. Its papers are still in your library.")
        messages.success(request, words % {"name": folder.name})
        return redirect("library")
    form = FolderForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.fault)
    elif not _is_too_quick(request):
        try:
            actions.rename_folder(folder, form.cleaned_data["name"])
        except actions.LibraryNotAllowedError as error:
            messages.error(request, str(error))
    return redirect(f"{reverse('library')}?folder={folder.pk}")


def _chosen(request: HttpRequest) -> tuple[QuerySet[SavedPaper], Folder | str | None, str]:
    """The saved papers that the address asks for, its folder ("none" for no folder), its state."""
    kept = SavedPaper.objects.filter(user=request.user)
    folder: Folder | str | None = None
    asked = request.GET.get("folder", "")
    if asked == "none":
        folder, kept = "none", kept.filter(folder=None)
    elif number := number_in(asked):
        folder = get_object_or_404(Folder, pk=number, user=request.user)
        kept = kept.filter(folder=folder)
    state = request.GET.get("state", "")
    if state in SavedPaper.State.values:
        return kept.filter(state=state), folder, state
    return kept, folder, ""


def _forgotten(request: HttpRequest) -> Paper | None:
    """The paper that was taken out a moment ago, when it is still out."""
    number = number_in(request.GET.get("forgotten", ""))
    if number is None:
        return None
    return Paper.objects.filter(pk=number).exclude(saved_by__user=request.user).first()


def _query(folder: Folder | str | None, state: str, *, cursor: str = "") -> str:
    told = {"folder": getattr(folder, "pk", folder) or "", "state": state, "cursor": cursor}
    return "&".join(f"{key}={value}" for key, value in told.items() if value)


def _is_too_quick(request: HttpRequest) -> bool:
    return ratelimit.is_too_quick(request, action="library", per_minute=CHANGES_PER_MINUTE)
