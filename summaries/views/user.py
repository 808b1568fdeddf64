"""The page of one person: signed texts; to themselves also drafts and liked summaries."""

from collections.abc import Callable

from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.usernames import current_holder
from summaries.models import Comment, Summary
from summaries.querysets import UNDO_DAYS
from summaries.views.list_params import numbered

TABS = {"summaries": _("Summaries"), "comments": _("Comments")}
OWN_TABS = {**TABS, "liked": _("Liked"), "drafts": _("Drafts")}
# The tab had another name, and people have bookmarks.
OLD_TABS = {"mine": "drafts"}


@require_safe
def user(request: HttpRequest, username: str) -> HttpResponse:
    """Show a person; ?show= is one of the tabs. Private tabs show others the summaries."""
    person = User.objects.filter(username__iexact=username, is_active=True).first()
    if person is None:
        person = current_holder(username)
        if person is None:
            raise Http404
    if person.username != username:
        # Not permanent: names can change back.
        return redirect(person)
    is_owner = request.user == person
    tabs = OWN_TABS if is_owner else TABS
    shown = request.GET.get("show", "")
    shown = OLD_TABS.get(shown, shown)
    shown = shown if shown in tabs else "summaries"
    context = {
        "person": person,
        "is_owner": is_owner,
        "tabs": tabs,
        "shown": shown,
        "totals": _totals(person),
        "fields": _fields(person),
        **LISTS[shown](person, request),
    }
    return render(request, "summaries/user.html", context)


def _summaries(person: User, request: HttpRequest) -> dict[str, object]:
    signed = Summary.objects.signed_by(person).for_lists()
    return numbered(signed.order_by("-published_at", "-pk"), request)


def _comments(person: User, request: HttpRequest) -> dict[str, object]:
    comments = Comment.objects.signed_by(person).select_related("paper", "summary__paper")
    page = numbered(comments.order_by("-created_at", "-pk"), request)
    for comment in page["items"]:
        comment.on_paper = comment.paper or comment.summary.paper
    return page


def _liked(person: User, request: HttpRequest) -> dict[str, object]:
    """Return the liked summaries, the latest vote first; votes are secret."""
    liked = Summary.objects.published().filter(votes__voter=person, votes__value=1)
    return numbered(liked.for_lists().order_by("-votes__created_at", "-pk"), request)


def _drafts(person: User, request: HttpRequest) -> dict[str, object]:
    mine = Summary.objects.visible_to(person).filter(author=person).select_related("draft")
    is_open = ~Q(state=Summary.State.PUBLISHED) | Q(draft__isnull=False)
    unnamed = mine.filter(is_anonymous=True, state=Summary.State.PUBLISHED)
    gone = Summary.objects.deleted_by(person)
    return {
        **numbered(_for_drafts_tab(mine.filter(is_open)).order_by("-created_at", "-pk"), request),
        "unnamed": _for_drafts_tab(unnamed).order_by("-published_at", "-pk"),
        "gone": _for_drafts_tab(gone).order_by("-deleted_at", "-pk"),
        "undo_days": UNDO_DAYS,
    }


def _for_drafts_tab(summaries: QuerySet[Summary]) -> QuerySet[Summary]:
    return summaries.for_lists().defer("text", "html", "excerpt_html", "plain_text")


LISTS: dict[str, Callable[[User, HttpRequest], dict[str, object]]] = {
    "summaries": _summaries,
    "comments": _comments,
    "liked": _liked,
    "drafts": _drafts,
}


def _totals(person: User) -> dict[str, int]:
    """Count what is signed and public: the same for every visitor."""
    return {
        **Summary.objects.signed_by(person).aggregate(
            summaries=Count("pk"), votes=Sum("score", default=0)
        ),
        "comments": Comment.objects.signed_by(person).count(),
    }


def _fields(person: User) -> QuerySet:
    """Return what the person writes most about: [{"name": "Language", "count": 18}]."""
    signed = Summary.objects.signed_by(person).filter(paper__field__isnull=False)
    return (
        signed.values(name=F("paper__field__name"), slug=F("paper__field__slug"))
        .annotate(count=Count("pk"))
        .order_by("-count", "name")[:4]
    )
