"""The Follow button, and the page of what somebody follows."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import display_preferences
from common.http import ratelimit
from common.http.redirects import back, is_own_page
from following import follow as choosing
from following.follow_list import followed_by
from following.models import Follow
from following.timeline import news_page
from notifications.models import SecretFeed
from summaries.views.list_params import ORDERS, SHOWN, address, choice
from summaries.views.login_required import signed_in

PAGE_SIZE = 25
CHANGES_PER_MINUTE = 60


@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """POST kind, target and value 1 or 0; back to where it was pressed."""
    kind, target = request.POST.get("kind", ""), request.POST.get("target", "")
    value = request.POST.get("value")
    if value not in {"0", "1"} or kind not in Follow.Kind:
        return HttpResponseBadRequest("kind and value must be what the button says")
    if not request.user.is_authenticated:
        return _to_sign_in(request)
    if not is_too_quick(request):
        try:
            deed = choosing.follow if value == "1" else choosing.unfollow
            deed(user=request.user, kind=kind, target=target)
        except choosing.TargetNotFoundError:
            raise Http404 from None
        except choosing.FollowNotAllowedError as error:
            messages.error(request, str(error))
    return back(request, reverse("following"))


@require_safe
@never_cache
@signed_in()
def following(request: HttpRequest) -> HttpResponse:
    """New summaries of what the person follows, and what that is; ?show=, ?cursor=."""
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


def is_too_quick(request: HttpRequest) -> bool:
    return ratelimit.is_too_quick(request, action="follow", per_minute=CHANGES_PER_MINUTE)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """And back to the page of the button, whose session ended."""
    page = request.POST.get("next", "")
    if not is_own_page(request, page):
        page = reverse("following")
    return redirect(f"{resolve_url('account_login')}?{urlencode({'next': page})}")
