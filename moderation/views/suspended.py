"""The page that explains a suspension after signing in with the right password."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.suspensions import is_suspended, read_signed_person
from moderation.author_notices import why
from moderation.models import ModerationAction


@never_cache
@require_safe
def suspended(request: HttpRequest, sealed: str) -> HttpResponse:
    """Show until when and why the account is suspended."""
    person = read_signed_person(sealed)
    if person is None:
        raise Http404
    act = ModerationAction.objects.filter(
        person=person, deed=ModerationAction.Action.SUSPENDED
    ).first()
    context = {
        "until": person.suspended_until if is_suspended(person) else None,
        "why": why(act) if act else "",
        "contact": settings.CONTACT_EMAIL,
    }
    return render(request, "moderation/suspended.html", context)
