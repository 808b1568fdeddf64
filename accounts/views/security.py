"""The settings tab for signing in: passkeys, second step, connected accounts, open sessions."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import sessions
from accounts.adapter import MFAAdapter
from common.http.ratelimit import hit, too_many_requests
from common.text.integers import parse_positive_int


@login_required
@never_cache
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Show the tab."""
    steps = {kind: [] for kind in Authenticator.Type.values}
    for step in Authenticator.objects.filter(user=request.user).order_by("created_at"):
        steps[step.type].append(step)
    codes = steps[Authenticator.Type.RECOVERY_CODES]
    context = {
        "passkeys": steps[Authenticator.Type.WEBAUTHN],
        "app": next(iter(steps[Authenticator.Type.TOTP]), None),
        "has_second_step": bool(
            steps[Authenticator.Type.WEBAUTHN] or steps[Authenticator.Type.TOTP]
        ),
        "codes_left": len(codes[0].wrap().get_unused_codes()) if codes else None,
        "emails": EmailAddress.objects.filter(user=request.user).order_by("-primary", "email"),
        "has_password": request.user.has_usable_password(),
        "connected": _connected(request),
        "sessions": sessions.open_sessions(request.user, current_key=request.session.session_key),
    }
    return render(request, "accounts/security.html", context)


def _connected(request: HttpRequest) -> list[tuple[str, bool]]:
    """Return the providers offered, and whether this person uses them: [("ORCID", True)]."""
    offered = {provider.id: provider.name for provider in get_adapter().list_providers(request)}
    used = set(SocialAccount.objects.filter(user=request.user).values_list("provider", flat=True))
    return [(name, key in used) for key, name in offered.items()]


@login_required
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one session by its primary key, or all others."""
    selection = request.POST.get("session", "")
    if selection == "others":
        ended = sessions.end_all(request.user, but_key=request.session.session_key)
        messages.success(request, _("Other sessions signed out: %(count)d.") % {"count": ended})
    elif (pk := parse_positive_int(selection)) and sessions.end_one(request.user, pk):
        messages.success(request, _("Session signed out."))
    return redirect("settings-security")


@login_required
@never_cache
@require_safe
def totp_picture(request: HttpRequest) -> HttpResponse:
    """Draw the QR code that an authenticator app scans during set-up.

    It has its own address because the content security policy forbids data: images.
    """
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    if wait_seconds := hit(f"totp-picture:{request.user.pk}", 60, per_seconds=60):
        return too_many_requests(wait_seconds)
    adapter = MFAAdapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(picture, content_type="image/svg+xml")
