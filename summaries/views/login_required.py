"""Views that need an account, and do not lose the typed text when the session has expired."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import NoReverseMatch, reverse

from summaries.models import Comment, Suggestion, Summary

GONE = (Summary.DoesNotExist, Comment.DoesNotExist, Suggestion.DoesNotExist)


def return_typed_text(
    request: HttpRequest, *, own: Summary | Comment | None = None, status: int = 410
) -> HttpResponse:
    """Show the typed text for copying, when what it was written for no longer exists.

    `own` is the writer's text that moderators removed; anything else gets no explanation, since it
    may never have existed for this person.
    """
    paper = (own.paper or own.summary.paper) if own else None
    context = {"kept": request.POST.get("text", ""), "own": own, "paper": paper}
    return render(request, "summaries/place_gone.html", context, status=status)


def removed_summary(request: HttpRequest, pk: int) -> Summary | None:
    """Return the reader's own summary, if moderators removed it."""
    removed = Summary.objects.removed_from(request.user).select_related("paper")
    return removed.filter(pk=pk).first()


def _address(page: str, kwargs: dict[str, object]) -> str:
    """Return the URL of a page with the view's arguments, or without for a list."""
    try:
        return reverse(page, kwargs=kwargs)
    except NoReverseMatch:
        return reverse(page)


def login_required_keeping_text(page: str = "") -> Callable:
    """Require an account, like login_required, but show the typed text when signed out.

    `page` is the URL name to return to after signing in, reversed with the view's arguments if it
    takes them; by default the view's own URL, which must then accept GET.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.user.is_authenticated:
                try:
                    return view(request, *args, **kwargs)
                except GONE as error:
                    # It was deleted between the query of the view and its operation.
                    raise Http404 from error
            back = _address(page, kwargs) if page else request.get_full_path()
            sign_in = f"{resolve_url('account_login')}?{urlencode({'next': back}, safe='/')}"
            text = request.POST.get("text", "")
            if not text.strip():
                return redirect(sign_in)
            context = {"kept": text, "sign_in": sign_in}
            return render(request, "summaries/signed_out.html", context, status=403)

        return guarded

    return decorate
