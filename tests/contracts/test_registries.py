"""What a registry holds stands in the documentation and in the tables of the tests, and nothing else
does: a catalogue, channel, feed, command or event that is added alone fails here."""

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.dispatch import Signal
from django.urls import reverse

from papers.sources import SOURCES
from social.channels import CHANNELS
from syndication.views.feeds import FEEDS, KINDS
from tests.contracts.test_docs import OWN_APPS
from tests.contracts.test_layers import ORDER
from tests.social import test_outbox
from tests.support import social
from tests.syndication import test_feeds

ROOT = Path(__file__).resolve().parents[2]


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rows_of_table(text: str, first_heading: str) -> list[list[str]]:
    """The cells of a Markdown table below its head, found by its first heading."""
    lines = text[text.index(f"| {first_heading} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


# -- catalogues


@pytest.mark.parametrize("key", SOURCES)
def test_every_catalogue_has_its_settings_documented_and_answers_to_test_with(key):
    source = SOURCES[key]
    documented = set(re.findall(r"`([A-Z_]+)`", page("docs/operating/configuration.md")))
    assert {source.ADDRESS, *getattr(source, "NEEDS", ())} <= documented
    module = key.replace("-", "_")
    fixtures = ROOT / "tests/fixtures" / module
    assert any(fixtures.iterdir()), fixtures
    tests = "\n".join(path.read_text() for path in (ROOT / "tests/papers").glob("test_*.py"))
    imported = rf"from papers\.sources(?: import [^\n(]*\b{module}\b|\.{module} import)"
    listed = rf"from papers\.sources import \([^)]*\b{module}\b"
    assert re.search(imported, tests) or re.search(listed, tests), module


# -- channels


def test_every_channel_stands_in_the_tables_of_the_tests():
    assert list(social.CREDENTIALS) == list(CHANNELS)
    assert list(CHANNELS) == test_outbox.SERVICES
    for kind, module in CHANNELS.items():
        # An optional one may be missing, a wrong one would be no credential at all.
        assert social.CREDENTIALS[kind].keys() <= module.CREDENTIALS.keys()


def test_the_documentation_tells_of_each_channel_what_it_can_do():
    rows = {
        row[0]: row[1:] for row in rows_of_table(page("docs/developing/channels.md"), "service")
    }
    assert list(rows) == [module.NAME for module in CHANNELS.values()]
    for module in CHANNELS.values():
        credentials, two_tries, correction, removal = rows[module.NAME]
        assert re.findall(r"`(\w+)`", credentials) == list(module.CREDENTIALS)
        assert (two_tries == "two") == (module.REPEATABLE_SECONDS == 0)
        assert correction == ("edited" if hasattr(module, "edit") else "not changed")
        assert removal == ("deleted" if hasattr(module, "delete") else "not removed")


# -- feeds


def feed_paths() -> dict[str, str]:
    """{name of the page: its address before "feed.atom", numbers and names as in FEEDS}."""
    return {name: f"/{where}" for name, (where, _, _) in FEEDS.items()}


def test_every_feed_is_documented():
    text = page("docs/reference/feeds-api-embedding.md").replace("…", "")
    told = {
        re.sub(r"<[a-z]+>|(?<=/)\d+(?=/)|(?<=/)(?:neurips)(?=/)", "*", path)
        for path in re.findall(r"(/[^\s`?]*)feed\.atom", text)
        if path != "/letters/"  # A former address.
    }
    assert told == {re.sub(r"<[^>]+>", "*", path) for path in feed_paths().values()}
    for page_name, (_, _, parameters) in FEEDS.items():
        for parameter in parameters:
            assert f"{parameter}=" in text, (page_name, parameter)
    for kind in KINDS:
        assert f"feed.{kind}" in text


@pytest.mark.django_db
def test_every_feed_is_in_the_table_of_the_tests(alice, bob):
    world = test_feeds.make_world(alice, bob)
    asked = {address.partition("?")[0] for address in test_feeds.feeds(world)}
    for path in feed_paths().values():
        pattern = re.sub(r"<[^>]+>", "[^/]+", path) + "feed"
        assert any(re.fullmatch(pattern, address) for address in asked), path
    assert reverse("home-atom") == "/feed.atom"


# -- commands and periodic tasks


def test_every_periodic_task_has_a_command_for_sites_without_workers():
    """docs/operating/ tells cron of them; "send_weekly_newsletter" is part of what sends mail."""
    own = {name for name, app in get_commands().items() if app in OWN_APPS}
    commands = {
        "fetch_missing_abstracts": "fetch_abstracts",
        "harvest_followed": "harvest_arxiv",
        "social.tasks.send_due": "post_to_feeds",
        "retry_pending": "tell_followers",
        "mailing.tasks.send_due": "send_digests",
        "send_weekly_newsletter": "send_digests",
        "copy_waiting": "copy_pictures",
        "bring_up_to_date": "prepare",
        "examine": "doctor",
    }
    told = "\n".join(path.read_text() for path in (ROOT / "docs/operating").glob("*.md"))
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        task = entry["task"]
        short = task.rpartition(".")[2]
        command = commands.get(task) or commands.get(short, short)
        assert command in own, task
        assert command in told, command


# -- events

EVENT_MODULES = [
    *("summaries.events", "papers.events", "accounts.usernames", "accounts.verification"),
    *("accounts.locks", "accounts.suspensions", "accounts.export.registry"),
]


def events() -> dict[str, Signal]:
    """The signals that these modules make; what they import from elsewhere is not theirs."""
    found = {}
    for name in EVENT_MODULES:
        module = import_module(name)
        made = set(re.findall(r"^(\w+) = Signal\(\)", inspect.getsource(module), re.MULTILINE))
        found |= {event: getattr(module, event) for event in made}
    return found


def test_all_events_are_known_here():
    made = set()
    for app in ORDER:
        for path in (ROOT / app).rglob("*.py"):
            made |= set(re.findall(r"^(\w+) = Signal\(\)", path.read_text(), re.MULTILINE))
    assert made == events().keys()


def listeners(event: Signal) -> set[str]:
    """The apps that have connected a function to an event."""
    connected = [entry[1]() for entry in event.receivers]  # Weak references.
    return {receiver.__module__.partition(".")[0] for receiver in connected}


def test_the_architecture_tells_of_every_event_and_who_listens():
    told: dict[str, list[str]] = {}
    for names, _, apps in rows_of_table(page("ARCHITECTURE.md"), "event"):
        for name in re.findall(r"`(\w+)`", names):
            assert name not in told, f"{name} is told twice"
            told[name] = apps.split(", ")
    found = {name: listeners(event) for name, event in events().items()}
    assert {name: set(apps) for name, apps in told.items()} == found
    assert all(apps == sorted(apps, key=ORDER.index) for apps in told.values())
