"""Those who look after the site, for tests."""

from moderation import roles
from moderation.models import Case
from moderation.reporting import report
from tests.factories import make_summary, make_user

LINK = "See [this](https://shop.example/cheap)."


def make_moderator(name: str = "mia", **fields):
    person = make_user(name, name=name.capitalize(), **fields)
    roles.give(person, roles.MODERATOR)
    person.refresh_from_db()
    return person


def make_administrator(name: str = "ada", **fields):
    person = make_user(name, name=name.capitalize(), **fields)
    roles.give(person, roles.ADMINISTRATOR)
    person.refresh_from_db()
    return person


def make_case(text=None, *, reporter=None, reason: str = "spam", words: str = "", **how) -> Case:
    """A text that somebody has reported."""
    text = text or make_summary(**how)
    made = report(text=text, reporter=reporter or make_user(), reason=reason, words=words)
    return Case.objects.get(pk=made.case_id)
