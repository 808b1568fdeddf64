"""Those who look after the site, for tests."""

from moderation import roles
from moderation.models import Case
from moderation.reporting import report
from tests.support.factories import make_summary, make_user

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


def make_case(of=None, *, reporter=None, reason: str = "spam", words: str = "", **how) -> Case:
    """The case of a text that somebody has reported, by default of a new summary."""
    made = report(
        text=of or make_summary(**how),
        reporter=reporter or make_user(),
        reason=reason,
        details=words,
    )
    return Case.objects.get(pk=made.case_id)
