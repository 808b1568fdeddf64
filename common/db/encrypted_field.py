"""Secrets of other services, encrypted where they are stored."""

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Combinable


class EncryptedJSONField(models.TextField):  # type: ignore[type-arg]  # Not subscriptable at run time.
    """A dict of strings. The first key writes, all read, so that keys can be changed in turn."""

    def from_db_value(
        self, value: str | None, expression: Combinable, connection: BaseDatabaseWrapper
    ) -> dict[str, str]:
        if not value:
            return {}
        try:
            stored: dict[str, str] = json.loads(_box().decrypt(value.encode()))
            return stored
        except InvalidToken:
            # A page must come up all the same; what was stored has to be typed in again.
            return {}

    def to_python(self, value: Any) -> dict[str, str]:
        return value if isinstance(value, dict) else {}

    def get_prep_value(self, value: Any) -> str:
        return _box().encrypt(json.dumps(value, sort_keys=True).encode()).decode() if value else ""

    def value_to_string(self, obj: models.Model) -> str:
        """What a dump of the database holds is sealed as well."""
        return self.get_prep_value(self.value_from_object(obj))


def encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def decrypt(sealed: str) -> str:
    """Raises InvalidToken when no key of today sealed it."""
    return _box().decrypt(sealed.encode()).decode()


def _box() -> MultiFernet:
    keys = settings.CREDENTIAL_KEYS or [f"site:{settings.SECRET_KEY}"]
    return MultiFernet([Fernet(_as_key(key)) for key in keys])


def _as_key(words: str) -> bytes:
    """Fernet wants 32 bytes in URL-safe base64; people may choose any words."""
    return base64.urlsafe_b64encode(hashlib.sha256(words.encode()).digest())
