"""Deeds that need an account: what was typed is given back when the session or its place is gone."""

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
    """What was typed for a place that is gone, to be copied.

    `own` is the writer's text that moderators took away; of anything else nothing is told, since
    it may never have been there for this person.
    """
    paper = (own.paper or own.summary.paper) if own else None
    context = {"kept": request.POST.get("text", ""), "own": own, "paper": paper}
    return render(request, "summaries/place_gone.html", context, status=status)


def removed_summary(request: HttpRequest, pk: int) -> Summary | None:
    """The reader's own one, when moderators took it away for good."""
    removed = Summary.objects.removed_from(request.user).select_related("paper")
    return removed.filter(pk=pk).first()


def _address(page: str, numbers: dict[str, object]) -> str:
    """Of the page with the view's numbers, or of one that has none: the list that a row is in."""
    try:
        return reverse(page, kwargs=numbers)
    except NoReverseMatch:
        return reverse(page)


def login_required_keeping_text(page: str = "") -> Callable:
    """Like login_required, but what was typed is given back, and signing in leads to a page.

    `page` is the name of the address to return to, with the view's number where it has one; by
    default the view's own one, which must then answer a GET.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.user.is_authenticated:
                try:
                    return view(request, *args, **kwargs)
                except GONE as error:
                    # It was there when the view looked, and gone when its operation did.
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
