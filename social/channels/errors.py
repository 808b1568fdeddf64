"""What can go wrong at a service, by what there is to do, and what a module answers."""

import secrets
from dataclasses import dataclass

from common.http.webhook import DeliveryUnknownError, Reply


class ChannelError(Exception):
    """The message says what the service said, without secrets."""


class ChannelUnavailableError(ChannelError):
    """The service did not take it and may do so later."""

    def __init__(self, message: str, *, after_seconds: float | None = None):
        super().__init__(message)
        self.after_seconds = after_seconds


class ChannelAuthError(ChannelError):
    """The service does not know us any more: nothing can be sent before a person looks."""


class ChannelRefusedError(ChannelError):
    """The service will not take this one, however often it is sent."""


@dataclass(frozen=True, kw_only=True)
class Post:
    """`link` and `title` are in `text` as well; `card` is one line about the link."""

    text: str
    link: str
    title: str
    card: str
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class Posted:
    remote_id: str
    url: str = ""
    answer: str = "posted"


def new_key() -> str:
    return secrets.token_hex(16)


def check(reply: Reply, *, sure_of: tuple[int, ...] = (429, 503)) -> Reply:
    """The reply when it is a good one; else the error that says what to do.

    A 5xx says nothing of whether it was taken, but for those that a service sends before it looks.
    """
    told = _words(reply)
    if 200 <= reply.status < 300:
        return reply
    if reply.status in sure_of:
        raise ChannelUnavailableError(told, after_seconds=reply.retry_after_seconds)
    if reply.status >= 500:
        raise DeliveryUnknownError(told)
    if reply.status in {401, 403}:
        raise ChannelAuthError(told)
    raise ChannelRefusedError(told)


def _words(reply: Reply) -> str:
    """Status and what the service says of it, at most 250 letters."""
    told = reply.json
    words = next(
        (
            str(told[name])
            for name in ("error_description", "message", "error", "detail", "title")
            if told.get(name)
        ),
        reply.body[:200].decode("utf-8", "replace"),
    )
    return f"{reply.status} {' '.join(words.split())}"[:250].strip()


def garbled(reply: Reply) -> DeliveryUnknownError:
    """A good status with an answer that nobody can read: it may have been taken."""
    return DeliveryUnknownError(f"{reply.status}, but the answer cannot be read.")
