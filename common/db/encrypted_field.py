"""Store the credentials of other services encrypted."""

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
    """A dict of strings, stored encrypted.

    The first of CREDENTIAL_KEYS encrypts and all of them decrypt, so that keys can be rotated.
    """

    def from_db_value(
        self, value: str | None, expression: Combinable, connection: BaseDatabaseWrapper
    ) -> dict[str, str]:
        if not value:
            return {}
        try:
            stored: dict[str, str] = json.loads(_box().decrypt(value.encode()))
            return stored
        except InvalidToken:
            # The page must still load; the credentials have to be entered again.
            return {}

    def to_python(self, value: Any) -> dict[str, str]:
        return value if isinstance(value, dict) else {}

    def get_prep_value(self, value: Any) -> str:
        return _box().encrypt(json.dumps(value, sort_keys=True).encode()).decode() if value else ""

    def value_to_string(self, obj: models.Model) -> str:
        """Return the encrypted value, so that dumps contain no secrets."""
        return self.get_prep_value(self.value_from_object(obj))


def encrypt(text: str) -> str:
    """Encrypt a text with the current key."""
    return _box().encrypt(text.encode()).decode()


def decrypt(sealed: str) -> str:
    """Decrypt a text that was encrypted with a current or an older key.

    Raises InvalidToken when none of CREDENTIAL_KEYS decrypts it.
    """
    return _box().decrypt(sealed.encode()).decode()


def _box() -> MultiFernet:
    keys = settings.CREDENTIAL_KEYS or [f"site:{settings.SECRET_KEY}"]
    return MultiFernet([Fernet(_as_key(key)) for key in keys])


def _as_key(passphrase: str) -> bytes:
    """Derive a Fernet key, 32 bytes in URL-safe base64, from a passphrase."""
    return base64.urlsafe_b64encode(hashlib.sha256(passphrase.encode()).digest())
