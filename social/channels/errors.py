"""What can go wrong at a service, named by the remedy, and what a module returns."""

import secrets
from dataclasses import dataclass

from common.http.webhook import DeliveryUnknownError, Reply


class ChannelError(Exception):
    """The message is the service's, without secrets."""


class ChannelUnavailableError(ChannelError):
    """Nothing was posted; try again, after `after_seconds` if the service says so."""

    def __init__(self, message: str, *, after_seconds: float | None = None):
        super().__init__(message)
        self.after_seconds = after_seconds


class ChannelAuthError(ChannelError):
    """The service refuses the credentials: nothing can be sent until a person checks them."""


class ChannelRefusedError(ChannelError):
    """The service refuses this post, however often it is sent."""


@dataclass(frozen=True, kw_only=True)
class Post:
    """A post; `link` and `title` are in `text` too, `card` is one line about the link."""

    text: str
    link: str
    title: str
    card: str
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class Posted:
    """The result of a post; `remote_id` is the service's identifier of it."""

    remote_id: str
    url: str = ""
    answer: str = "posted"


def new_key() -> str:
    """Return a random key with which a post can be repeated."""
    return secrets.token_hex(16)


def check(reply: Reply, *, sure_of: tuple[int, ...] = (429, 503)) -> Reply:
    """Return a successful reply, or raise the error that says what to do.

    After a 5xx it is unknown whether the post was made, except for the statuses in `sure_of`, which
    a service sends before it does anything.
    """
    problem = _words(reply)
    if 200 <= reply.status < 300:
        return reply
    if reply.status in sure_of:
        raise ChannelUnavailableError(problem, after_seconds=reply.retry_after_seconds)
    if reply.status >= 500:
        raise DeliveryUnknownError(problem)
    if reply.status in {401, 403}:
        raise ChannelAuthError(problem)
    raise ChannelRefusedError(problem)


def _words(reply: Reply) -> str:
    """Return the status and the service's message, at most 250 characters."""
    payload = reply.json
    message = next(
        (
            str(payload[name])
            for name in ("error_description", "message", "error", "detail", "title")
            if payload.get(name)
        ),
        reply.body[:200].decode("utf-8", "replace"),
    )
    return f"{reply.status} {' '.join(message.split())}"[:250].strip()


def garbled(reply: Reply) -> DeliveryUnknownError:
    """Return the error for a good status with an unreadable body: it may have been posted."""
    return DeliveryUnknownError(f"{reply.status}, but the response cannot be parsed.")
