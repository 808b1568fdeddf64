"""The Follow button, and the page of what a person follows."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import display_preferences
from common.http import ratelimit
from common.http.redirects import is_own_page, redirect_back
from following import follow as choosing
from following.follow_list import followed_by
from following.models import Follow
from following.timeline import news_page
from notifications.models import SecretFeed
from summaries.views.list_params import ORDERS, SHOWN, address, choice
from summaries.views.login_required import login_required_keeping_text

PAGE_SIZE = 25
CHANGES_PER_MINUTE = 60


@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follow (POST `value` 1) or unfollow (0) a `target` of a `kind`, then return to the page."""
    kind, target = request.POST.get("kind", ""), request.POST.get("target", "")
    value = request.POST.get("value")
    if value not in {"0", "1"} or kind not in Follow.Kind:
        return HttpResponseBadRequest("kind and value must be what the button says")
    if not request.user.is_authenticated:
        return _to_sign_in(request)
    if not throttled(request):
        try:
            operation = choosing.follow if value == "1" else choosing.unfollow
            operation(user=request.user, kind=kind, target=target)
        except choosing.TargetNotFoundError:
            raise Http404 from None
        except choosing.FollowNotAllowedError as error:
            messages.error(request, str(error))
    return redirect_back(request, reverse("following"))


@require_safe
@never_cache
@login_required_keeping_text()
def following(request: HttpRequest) -> HttpResponse:
    """Show new summaries on what the person follows; reads `show` and `cursor`."""
    shown = choice(
        request, "show", SHOWN, display_preferences.choice(request.user, "lists") or "excerpts"
    )
    page = news_page(request.user, cursor=request.GET.get("cursor", ""), size=PAGE_SIZE)
    context = {
        "orders": [
            {"label": label, "url": f"{reverse('home')}?{urlencode({'sort': key})}"}
            for key, label in ORDERS.items()
        ],
        "items": [{"paper": summary.paper, "summary": summary} for summary in page.items],
        "followed_by_kind": followed_by(request.user),
        "shown_choices": SHOWN,
        "shown": shown,
        "next_page": address(request, cursor=page.next_cursor) if page.next_cursor else "",
        "is_first_page": not request.GET.get("cursor"),
        "feed": SecretFeed.objects.filter(user=request.user, kind="following").first(),
    }
    return render(request, "following/following.html", context)


def throttled(request: HttpRequest) -> bool:
    """Return whether the request exceeds the limit, with a message to the reader."""
    return ratelimit.throttled(request, action="follow", per_minute=CHANGES_PER_MINUTE)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to sign-in and then back to the page of the button."""
    page = request.POST.get("next", "")
    if not is_own_page(request, page):
        page = reverse("following")
    return redirect(f"{resolve_url('account_login')}?{urlencode({'next': page})}")
