"""How a person likes pages shown: stored in `User.reading`, read by every page.

Only what differs from the default is stored, so that a default can change for all who never chose.
"""

from accounts.models import User

# What can be chosen, with the words of the form; the first value is the default.
THEMES = {"": "As the system", "light": "Light", "dark": "Dark"}
TEXT_SIZES = {"": "Normal", "small": "Small", "large": "Large", "larger": "Very large"}
LISTS = {"": "Excerpts", "titles": "Titles only", "full": "Full text"}
CHOICES = {"theme": THEMES, "text": TEXT_SIZES, "lists": LISTS}


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


def save_theme(person: User, theme: str) -> None:
    person.reading = {name: value for name, value in person.reading.items() if name != "theme"}
    if theme:
        person.reading["theme"] = theme
    person.save(update_fields=["reading"])


def save(person: User, *, shortcuts: bool, **choices: str) -> None:
    """Replace all choices: save(mara, shortcuts=True, theme="dark", text="", lists="titles")."""
    person.reading = {name: value for name, value in choices.items() if value}
    if not shortcuts:
        person.reading["shortcuts"] = False
    person.save(update_fields=["reading"])
