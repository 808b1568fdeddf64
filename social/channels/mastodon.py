"""Mastodon: https://docs.joinmastodon.org/methods/statuses/."""

from common.http.webhook import http_send
from social.channels.errors import Post, Posted, check, garbled, new_key
from social.post_text import graphemes, with_links_as

__all__ = ["new_key"]
NAME = "Mastodon"
ADDRESS = ""
CREDENTIALS = {"token": "an access token with the scope write:statuses"}
LIMIT = 500
# The server forgets a key after an hour.
REPEATABLE_SECONDS = 55 * 60


def count(text: str) -> int:
    """Count graphemes, a link as 23."""
    return with_links_as(23, text, graphemes)


def post(channel, message: Post, key: str) -> Posted:
    """Post a status."""
    reply = check(
        http_send(
            "POST",
            f"{channel.address}/api/v1/statuses",
            json=_status(message),
            headers=_headers(channel, key),
        )
    )
    return _posted(reply)


def edit(channel, message: Post, remote_id: str) -> Posted:
    """Replace the text of a status."""
    reply = http_send(
        "PUT",
        f"{channel.address}/api/v1/statuses/{remote_id}",
        json=_status(message),
        headers=_headers(channel),
    )
    return _posted(check(reply))


def delete(channel, remote_id: str) -> None:
    """Delete a status; one that is already deleted is no error."""
    reply = http_send(
        "DELETE", f"{channel.address}/api/v1/statuses/{remote_id}", headers=_headers(channel)
    )
    if reply.status not in {404, 410}:
        check(reply)


def _status(message: Post) -> dict[str, str]:
    return {"status": message.text, "visibility": "public", "language": message.language}


def _headers(channel, key: str = "") -> dict[str, str]:
    headers = {"Authorization": f"Bearer {channel.credentials.get('token', '')}"}
    return headers | ({"Idempotency-Key": key} if key else {})


def _posted(reply) -> Posted:
    status = reply.json
    if not status.get("id"):
        raise garbled(reply)
    return Posted(remote_id=str(status["id"]), url=str(status.get("url") or ""))
