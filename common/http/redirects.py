"""Back to the page that a form stood on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def redirect_back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """303 to the form's `next` when that is an address of this site, else to `otherwise`."""
    wanted = request.POST.get("next", "")
    response = redirect(wanted if is_own_page(request, wanted) else otherwise)
    response.status_code = 303
    return response


def is_own_page(request: HttpRequest, address: str) -> bool:
    """Whether an address that came with a form leads to a page of this site."""
    # A bare word would be taken for the name of a view, which there may not be.
    return "/" in address and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
