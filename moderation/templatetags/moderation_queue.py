"""How much waits, for the head of the admin's pages."""

from django import template

from moderation.models import Case
from summaries.models import VoteRing

register = template.Library()


@register.simple_tag
def waiting_cases() -> int:
    return Case.objects.readable().filter(state=Case.State.WAITING).count()


@register.simple_tag
def open_rings() -> int:
    return VoteRing.objects.filter(state=VoteRing.State.OPEN).count()
