"""The settings tabs that have one form and one button."""

from allauth.socialaccount.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.display_preferences import THEMES, save_theme
from accounts.forms import ProfileForm, ReadingForm
from accounts.i18n import language_for
from accounts.models import User
from accounts.usernames import person_renamed
from accounts.views.languages import comes_from_elsewhere, with_language
from common.http.ratelimit import hit, too_many_message, too_many_requests
from common.http.redirects import is_own_page

A_YEAR_SECONDS = 365 * 24 * 3600
SAVES_PER_HOUR = 60


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and save the profile."""
    form = ProfileForm(request.POST or None, instance=request.user)
    wait_seconds = _wait_seconds(form, request) if request.method == "POST" else 0
    if request.method == "POST" and form.is_valid():
        form.save()
        if "name" in form.changed_data:
            person_renamed.send(User, person=request.user)
        messages.success(request, _("Profile saved."))
        return redirect("settings")
    if form.errors:
        # The header shows the stored name, not what was typed.
        request.user.refresh_from_db()
    has_orcid = _offers_orcid(request)
    return _shown(request, "accounts/profile.html", form, wait_seconds, has_orcid=has_orcid)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest) -> HttpResponse:
    """Show and save the reading preferences."""
    form = ReadingForm(request.POST or None, person=request.user)
    wait_seconds = _wait_seconds(form, request) if request.method == "POST" else 0
    if request.method == "POST" and form.is_valid():
        form.save()
        # The message is in the language that was chosen.
        with translation.override(language_for(request)):
            messages.success(request, _("Saved. Pages now use these settings."))
        response = redirect("settings-reading")
        with_language(response, request, form.cleaned_data["language"])
        return _with_theme(response, request, form.cleaned_data["theme"])
    return _shown(request, "accounts/reading.html", form, wait_seconds)


def _wait_seconds(form: BaseForm, request: HttpRequest) -> int:
    """Return 0 if the form may be saved, or else the seconds to wait, with an error in the form."""
    wait_seconds = hit(f"settings:{request.user.pk}", SAVES_PER_HOUR, 3600)
    if wait_seconds:
        form.add_error(None, too_many_message(wait_seconds))
    return wait_seconds


def _offers_orcid(request: HttpRequest) -> bool:
    return any(provider.id == "orcid" for provider in get_adapter().list_providers(request))


def _shown(
    request: HttpRequest, template: str, form, wait_seconds: int, **more: object
) -> HttpResponse:
    status = 422 if form.errors else 200
    response = render(request, template, {"form": form, **more}, status=status)
    return too_many_requests(wait_seconds, response) if wait_seconds else response


@csrf_exempt
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Store the theme on the server, so that pages don't flash while loading.

    As with the language, readers' forms carry no CSRF token: it would set a cookie for every
    reader.
    """
    return _of_member(request) if request.user.is_authenticated else _themed(request)


@csrf_protect
def _of_member(request: HttpRequest) -> HttpResponse:
    return _themed(request)


def _themed(request: HttpRequest) -> HttpResponse:
    next_page = request.POST.get("next", "")
    if not is_own_page(request, next_page):
        next_page = "/"
    choice = request.POST.get("theme", "")
    choice = choice if choice in THEMES else ""
    if comes_from_elsewhere(request):
        return redirect(next_page)
    if request.user.is_authenticated:
        save_theme(request.user, choice)
    return _with_theme(redirect(next_page), request, choice)


def _with_theme(response: HttpResponse, request: HttpRequest, choice: str) -> HttpResponse:
    """Set the cookie that keeps the theme in this browser when signed out; "" deletes it."""
    if choice:
        response.set_cookie(
            "theme", choice, max_age=A_YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie("theme")
    return response
