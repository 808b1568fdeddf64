"""A page on Facebook: https://developers.facebook.com/docs/pages-api/posts."""

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

__all__ = ["new_key"]
NAME = "Facebook page"
ADDRESS = "https://graph.facebook.com"
CREDENTIALS = {"page": "the number of the page", "token": "a page token", "version": "v25.0"}
LIMIT = 5000
REPEATABLE_SECONDS = 0
count = len
# Codes of the Graph API: a dead token; limits of calls.
_DEAD_TOKEN, _LIMITS = {102, 190}, {4, 17, 32, 613}


def post(channel, message: Post, key: str) -> Posted:
    told = {"message": message.text, "link": message.link}
    reply = _call(channel, "POST", f"{channel.credentials.get('page', '')}/feed", told)
    if not reply.json.get("id"):
        raise garbled(reply)
    number = str(reply.json["id"])
    return Posted(remote_id=number, url=f"https://www.facebook.com/{number}")


def edit(channel, message: Post, remote_id: str) -> Posted:
    _call(channel, "POST", remote_id, {"message": message.text})
    return Posted(remote_id=remote_id, url=f"https://www.facebook.com/{remote_id}", answer="edited")


def delete(channel, remote_id: str) -> None:
    _call(channel, "DELETE", remote_id, {})


def _call(channel, method: str, path: str, told: dict[str, str]) -> Reply:
    version = channel.credentials.get("version") or "v25.0"
    # The token goes with the header: addresses are written to logs.
    reply = http_send(
        method,
        f"{channel.address or ADDRESS}/{version}/{path}",
        form=told,
        headers={"Authorization": f"Bearer {channel.credentials.get('token', '')}"},
    )
    error = reply.json.get("error")
    if isinstance(error, dict):
        words = f"{reply.status} {error.get('message', '')}"[:250]
        if error.get("code") in _DEAD_TOKEN:
            raise ChannelAuthError(words)
        if error.get("code") in _LIMITS:
            raise ChannelUnavailableError(words, after_seconds=3600)
    return check(reply)
