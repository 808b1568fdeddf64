"""What every test starts from: an empty cache, plain static files, two people."""

import time

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache

from common.http import ratelimit
from shortscience.celery import app as celery_app
from tests.support import own_machine
from tests.support.factories import make_user
from tests.support.markup import PageClient
from tests.support.parallel import own_redis

own_machine.stay()

# Tasks run in the process, as on a site without Redis; tests of real workers send theirs.
celery_app.conf.task_always_eager = True
# Also what would run in a thread: a test that is about the threads asks for them.
django_settings.BACKGROUND_THREADS = False

# Parallel test processes each clear a Redis database of their own, once the first cache is made.
if django_settings.REDIS_URL:
    django_settings.CACHES["default"]["LOCATION"] = own_redis(django_settings.REDIS_URL)

# WhiteNoise warns of a folder that is not there; tests serve nothing from it.
django_settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)

# Fixtures of pytest-django that all others get to a database by.
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_serialized_rollback"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-services",
        action="store_true",
        help="Leave out tests that use neither a database nor the cache: they need no second run.",
    )


def _empties_tables_for_good(item: pytest.Item) -> bool:
    """Whether a test leaves the next one without the rows that migrations made."""
    marker = item.get_closest_marker("django_db")
    is_transactional = "transactional_db" in item.fixturenames or (
        marker is not None and marker.kwargs.get("transaction", False)
    )
    return is_transactional and not (marker and marker.kwargs.get("serialized_rollback"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if careless := [item.nodeid for item in items if _empties_tables_for_good(item)]:
        raise pytest.UsageError(f"These need serialized_rollback=True: {careless}")
    if not config.getoption("only_services"):
        return
    again = [item for item in items if _uses_a_service(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _uses_a_service(item)])
    items[:] = again


def _uses_a_service(item: pytest.Item) -> bool:
    """Whether another database or cache can make a difference to a test."""
    return bool(
        item.get_closest_marker("django_db")
        or item.get_closest_marker("cache")
        or DATABASE_FIXTURES & set(item.fixturenames)
    )


pytest_plugins = [
    "tests.support.firefox",
    "tests.support.full_disk",
    "tests.support.replay",
    "tests.support.services",
    "tests.support.social",
]


@pytest.fixture
def client():
    return PageClient()


@pytest.fixture(autouse=True)
def _clean(settings, monkeypatch):
    """No counted deed or rest of a service outlives its test; hashed names need collectstatic."""
    cache.clear()
    # All deeds of a test fall into one window of the limits, also when a minute ends meanwhile.
    began = time.time()
    monkeypatch.setattr(ratelimit, "_now", lambda: began)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alice(db):
    return make_user("alice", name="Alice Munro")


@pytest.fixture
def bob(db):
    return make_user("bob", name="Bob Ross")
