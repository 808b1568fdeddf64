"""{% decision summary %}: what moderators decided about a text, on the pages of its author."""

from django import template
from django.conf import settings

from moderation.decisions import decision_on

register = template.Library()


@register.inclusion_tag("moderation/_decision.html", takes_context=True)
def decision(context, text, *, is_editor: bool = False):
    """Render the decision for the author only; in the editor without the link to the editor."""
    return {
        "decision": decision_on(text, context["user"]) if text else None,
        "text": text,
        "is_editor": is_editor,
        "contact": settings.CONTACT_EMAIL,
    }
