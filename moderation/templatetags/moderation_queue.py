"""The number of open cases, for the header of the admin."""

from django import template

from moderation.models import Case
from summaries.models import VoteRing

register = template.Library()


@register.simple_tag
def waiting_cases() -> int:
    """Return the number of cases that wait for a moderator."""
    return Case.objects.readable().filter(state=Case.State.WAITING).count()


@register.simple_tag
def open_rings() -> int:
    """Return the number of undecided vote rings."""
    return VoteRing.objects.filter(state=VoteRing.State.OPEN).count()
