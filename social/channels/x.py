"""X: https://docs.x.com/x-api/posts/create-post.

Every post costs money, so the channel needs a budget. Posts cannot be edited.
"""

import unicodedata
from datetime import timedelta
from urllib.parse import urlsplit

import regex
from django.utils import timezone
from oauthlib.oauth1 import Client

from common.http.webhook import Reply, http_send
from social.channels.errors import (
    ChannelAuthError,
    ChannelUnavailableError,
    Post,
    Posted,
    check,
    garbled,
    new_key,
)
from social.post_text import LINK

__all__ = ["new_key"]
NAME = "X"
ADDRESS = "https://api.x.com"
CREDENTIALS = {
    "consumer_key": "of the app",
    "consumer_secret": "of the app",
    "token": "of the account",
    "token_secret": "of the account",
    "budget": "US dollars per 30 days; without one nothing is posted",
}
LIMIT = 280
REPEATABLE_SECONDS = 0
# The price of a post with a link in 2026.
DOLLARS_A_POST = 0.20


def count(text: str) -> int:
    """Count weighted characters: Latin and a few more count one, all others two, a link 23.

    https://docs.x.com/fundamentals/counting-characters
    """
    links = LINK.findall(text)
    plain = unicodedata.normalize("NFC", LINK.sub("", text))
    return 23 * len(links) + sum(_weight(letter) for letter in regex.findall(r"\X", plain))


def _weight(grapheme: str) -> int:
    if len(grapheme) > 1 and any(ord(letter) >= 0x1F000 for letter in grapheme):
        return 2  # An emoji of several parts.
    return sum(
        1
        if code <= 0x10FF or 0x2000 <= code <= 0x200D or 0x2010 <= code <= 0x201F
        or 0x2032 <= code <= 0x2037
        else 2
        for code in map(ord, grapheme)
    )  # fmt: skip


def post(channel, message: Post, key: str) -> Posted:
    """Post within the budget."""
    _check_budget(channel)
    body = {"text": message.text}
    reply = check(_signed(channel, "POST", "/2/tweets", body))
    post_id = (reply.json.get("data") or {}).get("id")
    if not post_id:
        raise garbled(reply)
    return Posted(remote_id=str(post_id), url=f"https://x.com/i/status/{post_id}")


def delete(channel, remote_id: str) -> None:
    """Delete a post; one that is already deleted is no error."""
    reply = _signed(channel, "DELETE", f"/2/tweets/{remote_id}", None)
    if reply.status != 404:
        check(reply)


def _check_budget(channel) -> None:
    try:
        budget = float(channel.credentials.get("budget") or 0)
    except ValueError:
        budget = 0.0
    if budget < DOLLARS_A_POST:
        raise ChannelAuthError("Set a budget for X. Nothing is posted without one.")
    month = timezone.now() - timedelta(days=30)
    spent = channel.announcements.filter(first_sent_at__gte=month).count() * DOLLARS_A_POST
    # This post is already counted.
    if spent > budget + 1e-9:
        raise ChannelUnavailableError(
            "The budget of the last 30 days is used up.", after_seconds=86_400
        )


def _signed(channel, method: str, path: str, body: dict | None) -> Reply:
    secrets = channel.credentials
    address = f"{channel.address or ADDRESS}{path}"
    client = Client(
        secrets.get("consumer_key", ""),
        client_secret=secrets.get("consumer_secret", ""),
        resource_owner_key=secrets.get("token", ""),
        resource_owner_secret=secrets.get("token_secret", ""),
    )
    # A JSON body is not part of the signature (RFC 5849, 3.4.1.3.1).
    _, headers, _ = client.sign(
        address, http_method=method, headers={"Host": urlsplit(address).netloc}
    )
    return http_send(
        method, address, json=body, headers={"Authorization": headers["Authorization"]}
    )
