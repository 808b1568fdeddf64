"""E-mail preferences, and unsubscribing without signing in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from common.http.ratelimit import hit, too_many_message, too_many_requests
from mailing.deliverability import lift_suppression, proved_address, suppression_of
from mailing.forms import EmailPreferencesForm
from mailing.models import NEWSLETTER
from mailing.preferences import ALL, read_stop_token, stop
from notifications.models import Notification

CHANGES_PER_HOUR = 60
STARTS_PER_DAY = 3


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and save how often each kind of mail is sent."""
    form = EmailPreferencesForm(request.POST or None, person=request.user)
    wait_seconds = 0
    if request.method == "POST":
        wait_seconds = hit(f"mail-settings:{request.user.pk}", CHANGES_PER_HOUR, 3600)
        if wait_seconds:
            form.add_error(None, too_many_message(wait_seconds))
        elif form.is_valid():
            form.save()
            messages.success(request, _("Saved."))
            return redirect("settings-mail")
    address = proved_address(request.user)
    context = {"form": form, "address": address, "stop": suppression_of(address)}
    status = 422 if form.errors else 200
    response = render(request, "mailing/settings.html", context, status=status)
    return too_many_requests(wait_seconds, response) if wait_seconds else response


@require_POST
@login_required
def resume_email(request: HttpRequest) -> HttpResponse:
    """Lift the suppression of the person's own address."""
    wait_seconds = hit(f"mail-start:{request.user.pk}", STARTS_PER_DAY, 24 * 3600)
    if wait_seconds:
        messages.error(request, too_many_message(wait_seconds))
    elif lift_suppression(request.user):
        messages.success(request, _("E-mail is back on."))
    return redirect("settings-mail")


@csrf_exempt  # RFC 8058: mail programs send this POST without a session.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Unsubscribe by POST only: programs that scan mail open every link."""
    token_data = read_stop_token(token)
    if token_data is None:
        return render(request, "mailing/unsubscribe.html", {"is_broken": True}, status=404)
    pk, scope = token_data
    person = get_object_or_404(User, pk=pk)
    is_done = False
    if request.method == "POST":
        wait_seconds = hit(f"mail-stop:{pk}", CHANGES_PER_HOUR, 3600)
        if wait_seconds:
            return too_many_requests(wait_seconds)
        scope = ALL if request.POST.get("scope") == ALL else scope
        stop(person, scope)
        is_done = True
    context = {"what": describe(scope), "is_all": scope == ALL, "is_done": is_done}
    return render(request, "mailing/unsubscribe.html", context)


def describe(scope: str) -> str:
    """Return what a scope covers, to follow "Mail: "."""
    if scope in Notification.Kind:
        return Notification.Kind(scope).label
    return {
        NEWSLETTER: _("Weekly newsletter"),
        ALL: _("All e-mail notifications"),
        "now": _("All instant e-mail"),
        "daily": _("Daily digest"),
        "weekly": _("Weekly digest"),
    }[scope]
