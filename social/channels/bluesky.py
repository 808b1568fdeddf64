"""Bluesky: https://docs.bsky.app/docs/api/com-atproto-repo-put-record.

We choose the key of the record, so that a second try writes the same record again.
"""

import secrets
import time
from datetime import UTC, datetime
from hashlib import sha256

from django.core.cache import cache

from common.http.webhook import NotSentError, Reply, http_send
from common.text.shorten import shorten
from social.channels.errors import ChannelAuthError, Post, Posted, check, garbled
from social.post_text import LINK, graphemes

NAME = "Bluesky"
ADDRESS = "https://bsky.social"
CREDENTIALS = {"handle": "name.bsky.social", "password": "an app password"}
LIMIT = 300
MAX_BYTES = 3000
REPEATABLE_SECONDS = None
_COLLECTION = "app.bsky.feed.post"
_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
# A session lasts some hours; logins are limited to 300 a day.
SESSION_SECONDS = 3600


def count(text: str) -> int:
    """Count graphemes; a text over the limit of bytes counts as too long as well."""
    return graphemes(text) if len(text.encode()) <= MAX_BYTES else MAX_BYTES


def new_key() -> str:
    """Return a timestamp identifier: 53 bits of microseconds and 10 random bits.

    13 characters that sort by time: https://atproto.com/specs/tid
    """
    value = (int(time.time() * 1_000_000) << 10) | secrets.randbelow(1024)
    return "".join(_SORTABLE[(value >> (5 * digit)) & 31] for digit in range(12, -1, -1))


def post(channel, message: Post, key: str) -> Posted:
    """Write the record of a post."""
    session = _session(channel)
    record = {"repo": session["did"], "collection": _COLLECTION, "rkey": key}
    record["record"] = _record(message, key)
    reply = check(_call(channel, session, "putRecord", record))
    if not reply.json.get("uri"):
        raise garbled(reply)
    handle = channel.credentials.get("handle", session["did"])
    return Posted(remote_id=key, url=f"https://bsky.app/profile/{handle}/post/{key}")


def edit(channel, message: Post, remote_id: str) -> Posted:
    """Overwrite the record of a post."""
    return post(channel, message, remote_id)


def delete(channel, remote_id: str) -> None:
    """Delete the record of a post."""
    session = _session(channel)
    record = {"repo": session["did"], "collection": _COLLECTION, "rkey": remote_id}
    check(_call(channel, session, "deleteRecord", record))


def _record(message: Post, key: str) -> dict[str, object]:
    return {
        "$type": _COLLECTION,
        "text": message.text,
        "createdAt": _time_of(key),
        "langs": [message.language],
        "facets": _facets(message.text),
        "embed": {
            "$type": "app.bsky.embed.external",
            "external": {
                "uri": message.link,
                "title": shorten(message.title, 300),
                "description": shorten(message.card, 300),
            },
        },
    }


def _time_of(key: str) -> str:
    """Return when the key was made, so that a second try has the same time."""
    value = 0
    for letter in key:
        value = value * 32 + _SORTABLE.index(letter)
    at = datetime.fromtimestamp((value >> 10) / 1_000_000, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _facets(text: str) -> list[dict[str, object]]:
    """Mark the links, which the service does not detect; positions are in bytes of UTF-8."""
    return [
        {
            "index": {
                "byteStart": len(text[: match.start()].encode()),
                "byteEnd": len(text[: match.end()].encode()),
            },
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": match[0]}],
        }
        for match in LINK.finditer(text)
    ]


def _call(channel, session: dict[str, str], method: str, body: dict) -> Reply:
    reply = _send(channel, method, body, session["token"])
    if reply.status in {400, 401} and reply.json.get("error") in {"ExpiredToken", "InvalidToken"}:
        cache.delete(_memory(channel))
        reply = _send(channel, method, body, _session(channel)["token"])
    return reply


def _send(channel, method: str, body: dict, token: str) -> Reply:
    address = f"{channel.address or ADDRESS}/xrpc/com.atproto.repo.{method}"
    return http_send("POST", address, json=body, headers={"Authorization": f"Bearer {token}"})


def _session(channel) -> dict[str, str]:
    """Return {did, token}; a failed login has posted nothing."""
    session = cache.get(_memory(channel))
    if session:
        return session
    address = f"{channel.address or ADDRESS}/xrpc/com.atproto.server.createSession"
    login = {
        "identifier": channel.credentials.get("handle", ""),
        "password": channel.credentials.get("password", ""),
    }
    reply = http_send("POST", address, json=login)
    if reply.status in {400, 401, 403}:
        raise ChannelAuthError("Bluesky refused this handle and password.")
    if reply.status >= 500:
        raise NotSentError("Bluesky's login is unavailable.")
    check(reply)
    session = {"did": reply.json.get("did"), "token": reply.json.get("accessJwt")}
    if not all(session.values()):
        raise NotSentError("Bluesky's response to the login cannot be parsed.")
    cache.set(_memory(channel), session, SESSION_SECONDS)
    return session


def _memory(channel) -> str:
    # With the credentials in it, so that new ones start a new session.
    digest = sha256(repr(sorted(channel.credentials.items())).encode()).hexdigest()[:16]
    return f"bluesky:{channel.pk}:{digest}"
