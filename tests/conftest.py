"""What every test starts from: an empty cache, plain static files, two people."""

import os

import pytest
from django.core.cache import cache

from shortscience.celery import app as celery_app
from tests.factories import make_user

# Tasks run in the process, as on a site without Redis; tests of real workers send theirs.
celery_app.conf.task_always_eager = True

pytest_plugins = ["tests.replay", "tests.services"]


@pytest.fixture(autouse=True)
def _clean(settings):
    """No counted deed or rest of a service outlives its test; hashed names need collectstatic.

    Parallel test processes each clear a Redis database of their own.
    """
    if settings.REDIS_URL:
        worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        location = f"{settings.REDIS_URL.rpartition('/')[0]}/{worker + 1}"
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": location}}
    cache.clear()
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
