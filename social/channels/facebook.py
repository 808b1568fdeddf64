"""Pages on Facebook: https://developers.facebook.com/docs/pages-api/posts."""

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
CREDENTIALS = {"page": "the ID of the page", "token": "a page token", "version": "v25.0"}
LIMIT = 5000
REPEATABLE_SECONDS = 0
count = len
# Error codes of the Graph API: an invalid token; rate limits.
_DEAD_TOKEN, _LIMITS = {102, 190}, {4, 17, 32, 613}


def post(channel, message: Post, key: str) -> Posted:
    """Post to the page."""
    fields = {"message": message.text, "link": message.link}
    reply = _call(channel, "POST", f"{channel.credentials.get('page', '')}/feed", fields)
    if not reply.json.get("id"):
        raise garbled(reply)
    post_id = str(reply.json["id"])
    return Posted(remote_id=post_id, url=f"https://www.facebook.com/{post_id}")


def edit(channel, message: Post, remote_id: str) -> Posted:
    """Replace the text of a post."""
    _call(channel, "POST", remote_id, {"message": message.text})
    return Posted(remote_id=remote_id, url=f"https://www.facebook.com/{remote_id}", answer="edited")


def delete(channel, remote_id: str) -> None:
    """Delete a post."""
    _call(channel, "DELETE", remote_id, {})


def _call(channel, method: str, path: str, fields: dict[str, str]) -> Reply:
    version = channel.credentials.get("version") or "v25.0"
    # The token is sent in a header, because URLs are written to logs.
    reply = http_send(
        method,
        f"{channel.address or ADDRESS}/{version}/{path}",
        form=fields,
        headers={"Authorization": f"Bearer {channel.credentials.get('token', '')}"},
    )
    error = reply.json.get("error")
    if isinstance(error, dict):
        message = f"{reply.status} {error.get('message', '')}"[:250]
        if error.get("code") in _DEAD_TOKEN:
            raise ChannelAuthError(message)
        if error.get("code") in _LIMITS:
            raise ChannelUnavailableError(message, after_seconds=3600)
    return check(reply)
