"""{% follow kind="venue" target=venue.pk name=venue.name %}: the Follow button.

Any number of buttons on a page cost one query together, and none for readers who are signed out.
"""

from django import template

register = template.Library()


@register.inclusion_tag("following/_follow.html", takes_context=True)
def follow(
    context, *, kind: str, target: object, name: object, style: str = "btn", is_named: bool = False
):
    """Render the button.

    `target` is as in `following.follow.follow`; screen readers hear `name`, and with `is_named` the
    button shows it, for places where no heading does.
    """
    user, request = context.get("user"), context.get("request")
    is_member = bool(user and user.is_authenticated)
    return {
        "is_shown": not (is_member and kind == "person" and target == user.pk),
        "is_member": is_member,
        "is_followed": is_member and (kind, str(target)) in context["followed"],
        "kind": kind,
        "target": target,
        "name": name,
        "style": style,
        "is_named": is_named,
        "here": request.get_full_path() if request else "/",
    }
