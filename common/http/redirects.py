"""Redirect to the page from which a form was submitted."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def redirect_back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """Redirect with 303 to the form's `next` if it is a page of this site, else to `otherwise`."""
    address = request.POST.get("next", "")
    response = redirect(address if is_own_page(request, address) else otherwise)
    response.status_code = 303
    return response


def is_own_page(request: HttpRequest, address: str) -> bool:
    """Return whether an address from a form is a page of this site."""
    # `redirect` would take an address without a slash for the name of a view.
    return "/" in address and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
