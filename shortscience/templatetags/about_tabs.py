"""{% about_tabs "moderation-log" %}: the tabs of the pages about the site, for other pages."""

from django import template

from shortscience.web.static_pages import tabs

register = template.Library()


@register.inclusion_tag("about/_tabs.html")
def about_tabs(current: str) -> dict[str, object]:
    """Render the tabs, with `current` selected."""
    return {"tabs": tabs(current)}
