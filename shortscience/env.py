"""Read settings from the environment; a malformed value stops the start with its name."""

import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from common.files import write_whole


def text(name: str, default: str = "") -> str:
    """Return a variable without surrounding space, or the default when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """Return a boolean: 1, true, yes, on, or 0, false, no, off."""
    value = text(name).lower()
    if value in {"", "default"}:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}")


def number(name: str, default: float) -> float:
    """Return a number."""
    value = text(name)
    try:
        return float(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {value!r}") from None


def hour(name: str, default: int) -> int:
    """Return an hour of the day, 0 to 23."""
    value = number(name, default)
    if value != int(value) or not 0 <= value <= 23:
        raise ImproperlyConfigured(f"{name} must be an hour from 0 to 23, not {value:g}")
    return int(value)


def one_of(name: str, default: str, *others: str) -> str:
    """Return one of several words in lower case; the first is the default."""
    value = text(name, default).lower()
    if value not in {default, *others}:
        raise ImproperlyConfigured(
            f"{name} must be {' or '.join([default, *others])}, not {value!r}"
        )
    return value


def ports(name: str, default: str) -> set[int]:
    """Return a set of TCP ports: "80,443" gives {80, 443}."""
    items = words(name, default)
    if not all(item.isdecimal() and 0 < int(item) < 65_536 for item in items):
        raise ImproperlyConfigured(f"{name} must be ports with commas, not {text(name)!r}")
    return {int(item) for item in items}


def beginning_with(prefix: str) -> dict[str, str]:
    """Return the variables with a prefix, without it.

    `ANYMAIL_WEBHOOK_SECRET=a:b` gives {"WEBHOOK_SECRET": "a:b"} for "ANYMAIL_".
    """
    return {
        name.removeprefix(prefix): value.strip()
        for name, value in os.environ.items()
        if name.startswith(prefix) and value.strip()
    }


def words(name: str, default: str = "") -> list[str]:
    """Split a comma-separated value: "a, b" gives ["a", "b"]."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def address(name: str, default: str) -> str:
    """Return an absolute http(s) address without a final slash.

    It may be "" only where that is the default.
    """
    value = text(name, default).rstrip("/")
    if not value and not default:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ImproperlyConfigured(f"{name} must be an http or https address, not {value!r}")
    return value


def secret_key(*, may_create: bool, folder: Path) -> str:
    """Return the signing key: SECRET_KEY, or one that is stored in `folder`.

    The embedded site has no operator to choose a key, so it creates one once. A site with a
    database server needs SECRET_KEY, because several processes share it.
    """
    key = text("SECRET_KEY")
    if key:
        return key
    if not may_create:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Create one with: "
            "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    path = folder / "secret_key"
    # A full disk leaves an empty file.
    if not path.exists() or not path.read_text().strip():
        write_whole(path, secrets.token_urlsafe(50).encode(), mode=0o600)
    return path.read_text().strip()


def email_server(name: str) -> dict[str, object]:
    """Return Django's e-mail settings for smtp://user:password@host:port or smtps://….

    An empty value means the console. anymail://postmark selects that service of django-anymail.
    """
    value = text(name)
    if not value:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(value)
    if parts.scheme == "anymail" and find_spec(f"anymail.backends.{parts.hostname}"):
        return {"EMAIL_BACKEND": f"anymail.backends.{parts.hostname}.EmailBackend"}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name} must look like smtp://user:password@host:587 or anymail://postmark"
        )
    tls = parse_qs(parts.query).get("tls", ["true"])[0] != "false"
    return {
        "EMAIL_BACKEND": "common.http.mail_server.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and tls,
    }
