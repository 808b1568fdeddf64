"""How a person wants pages to be displayed: stored in `User.reading`, used by every page.

Only what differs from the default is stored, so that changing a default reaches everyone who never
chose.
"""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# The choices with their labels in the form; the first value is the default.
THEMES = {"": _("System"), "light": _("Light"), "dark": _("Dark")}
TEXT_SIZES = {
    "": _("Normal"),
    "small": _("Small"),
    "large": _("Large"),
    "larger": _("Very large"),
}
LISTS = {"": _("Excerpts"), "titles": _("Titles only"), "full": _("Full text")}
# Each language has its own name for itself.
LANGUAGES = {"": _("Same as browser"), **dict(settings.LANGUAGES)}
CHOICES = {"theme": THEMES, "text": TEXT_SIZES, "lists": LISTS, "language": LANGUAGES}


def choice(person, name: str) -> str:
    """Return a person's stored choice, or "" for the default and for anonymous users.

    `choice(mara, "theme")` gives "dark". Values that are not offered any more count as the default.
    """
    stored = getattr(person, "reading", None) or {}
    value = stored.get(name, "")
    return value if value in CHOICES[name] else ""


def theme_of(person, *, cookies: dict[str, str]) -> str:
    """Return "light", "dark" or "", from the account of a member or else from the cookie."""
    if person is not None and person.is_authenticated:
        return choice(person, "theme")
    value = cookies.get("theme", "")
    return value if value in THEMES else ""


def has_shortcuts(person) -> bool:
    """Return whether keyboard shortcuts are enabled, which is the default."""
    return (getattr(person, "reading", None) or {}).get("shortcuts", True) is not False


def has_cards(person) -> bool:
    """Return whether citations show a preview on hover, which is the default."""
    return (getattr(person, "reading", None) or {}).get("cards", True) is not False


def save_theme(person: User, theme: str) -> None:
    """Store the theme of a member; "" restores the default."""
    save_one(person, "theme", theme)


def save_one(person: User, name: str, value: str) -> None:
    """Replace one choice; "" restores the default."""
    person.reading = {key: stored for key, stored in person.reading.items() if key != name}
    if value:
        person.reading[name] = value
    person.save(update_fields=["reading"])


def save(person: User, *, shortcuts: bool, cards: bool, **choices: str) -> None:
    """Replace all choices.

    `save(mara, shortcuts=True, cards=True, theme="dark", lists="titles")`
    """
    person.reading = {name: value for name, value in choices.items() if value}
    for name, is_on in (("shortcuts", shortcuts), ("cards", cards)):
        if not is_on:
            person.reading[name] = False
    person.save(update_fields=["reading"])
