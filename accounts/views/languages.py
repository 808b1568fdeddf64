"""Choose the language of the pages in the footer."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from accounts import display_preferences
from common.http.redirects import is_own_page
from common.http.urls import parts_of

A_YEAR_SECONDS = 365 * 24 * 3600


@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Store the language in a cookie, and in the account of someone who is signed in.

    A CSRF token would set a cookie for every reader on every page, so only members' forms carry
    one. For other readers it is enough that the browser does not name another site as the origin.
    """
    return _of_member(request) if request.user.is_authenticated else _of_reader(request)


@csrf_protect
def _of_member(request: HttpRequest) -> HttpResponse:
    chosen = _chosen(request)
    display_preferences.save_one(request.user, "language", chosen)
    return with_language(_back(request), request, chosen)


def _of_reader(request: HttpRequest) -> HttpResponse:
    if comes_from_elsewhere(request):
        return _back(request)
    return with_language(_back(request), request, _chosen(request))


def comes_from_elsewhere(request: HttpRequest) -> bool:
    """Return whether the browser names another site as the origin of the form."""
    origin = request.headers.get("Origin")
    return bool(origin) and parts_of(origin).netloc != request.get_host()


def _chosen(request: HttpRequest) -> str:
    code = request.POST.get("language", "")
    return code if code in display_preferences.LANGUAGES else ""


def _back(request: HttpRequest) -> HttpResponse:
    address = request.POST.get("next", "")
    return redirect(address if is_own_page(request, address) else "/")


def with_language(response: HttpResponse, request: HttpRequest, code: str) -> HttpResponse:
    """Set the cookie that keeps the language when signed out; "" deletes it."""
    if code:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=A_YEAR_SECONDS,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    elif settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response
