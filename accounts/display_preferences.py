"""How a person likes pages shown: stored in `User.reading`, read by every page.

Only what differs from the default is stored, so that a default can change for all who never chose.
"""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# What can be chosen, with the words of the form; the first value is the default.
THEMES = {"": _("System"), "light": _("Light"), "dark": _("Dark")}
TEXT_SIZES = {
    "": _("Normal"),
    "small": _("Small"),
    "large": _("Large"),
    "larger": _("Very large"),
}
LISTS = {"": _("Excerpts"), "titles": _("Titles only"), "full": _("Full text")}
# Each language is called as it calls itself.
LANGUAGES = {"": _("Same as browser"), **dict(settings.LANGUAGES)}
CHOICES = {"theme": THEMES, "text": TEXT_SIZES, "lists": LISTS, "language": LANGUAGES}


def choice(person, name: str) -> str:
    """A person's choice, "" for the default and for those who are signed out.

    `choice(mara, "theme")` gives "dark". Nothing but what is offered comes back.
    """
    stored = getattr(person, "reading", None) or {}
    value = stored.get(name, "")
    return value if value in CHOICES[name] else ""


def theme_of(person, *, cookies: dict[str, str]) -> str:
    """ "light", "dark" or "": of a member the stored one, of all others what their cookie says."""
    if person is not None and person.is_authenticated:
        return choice(person, "theme")
    value = cookies.get("theme", "")
    return value if value in THEMES else ""


def has_shortcuts(person) -> bool:
    """Single keys act as long as nobody switched them off."""
    return (getattr(person, "reading", None) or {}).get("shortcuts", True) is not False


def has_cards(person) -> bool:
    """Citations show a card of the paper as long as nobody switched that off."""
    return (getattr(person, "reading", None) or {}).get("cards", True) is not False


def save_theme(person: User, theme: str) -> None:
    save_one(person, "theme", theme)


def save_one(person: User, name: str, value: str) -> None:
    """Replace one choice; "" goes back to the default."""
    person.reading = {key: kept for key, kept in person.reading.items() if key != name}
    if value:
        person.reading[name] = value
    person.save(update_fields=["reading"])


def save(person: User, *, shortcuts: bool, cards: bool, **choices: str) -> None:
    """Replace all choices: save(mara, shortcuts=True, cards=True, theme="dark", lists="titles")."""
    person.reading = {name: value for name, value in choices.items() if value}
    for name, is_on in (("shortcuts", shortcuts), ("cards", cards)):
        if not is_on:
            person.reading[name] = False
    person.save(update_fields=["reading"])
