"""What every test starts from: an empty cache, plain static files, two people."""

import pytest
from django.core.cache import cache

from tests.factories import make_user

pytest_plugins = ["tests.replay", "tests.services"]


@pytest.fixture(autouse=True)
def _clean(settings):
    """No counted deed or rest of a service outlives its test; hashed names need collectstatic."""
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
