"""Discord's webhooks: https://docs.discord.com/developers/resources/webhook.

They take no key that would prevent a second post.
"""

from common.http.webhook import Reply, http_send
from social.channels.errors import ChannelUnavailableError, Post, Posted, check, garbled, new_key

__all__ = ["new_key"]
NAME = "Discord"
ADDRESS = ""
CREDENTIALS = {"webhook": "https://discord.com/api/webhooks/…"}
LIMIT = 2000
REPEATABLE_SECONDS = 0
count = len


def post(channel, message: Post, key: str) -> Posted:
    """Post a message; ?wait=true makes Discord return its id."""
    reply = _check(http_send("POST", f"{_webhook(channel)}?wait=true", json=_content(message)))
    if not reply.json.get("id"):
        raise garbled(reply)
    return Posted(remote_id=str(reply.json["id"]))


def edit(channel, message: Post, remote_id: str) -> Posted:
    """Replace the text of a message."""
    _check(http_send("PATCH", f"{_webhook(channel)}/messages/{remote_id}", json=_content(message)))
    return Posted(remote_id=remote_id, answer="edited")


def delete(channel, remote_id: str) -> None:
    """Delete a message; one that is already deleted is no error."""
    reply = http_send("DELETE", f"{_webhook(channel)}/messages/{remote_id}")
    if reply.status != 404:
        _check(reply)


def _webhook(channel) -> str:
    return channel.credentials.get("webhook", "").partition("?")[0].rstrip("/")


def _content(message: Post) -> dict[str, object]:
    # A title like "@everyone" must not notify anyone.
    return {"content": message.text, "allowed_mentions": {"parse": []}}


def _check(reply: Reply) -> Reply:
    if reply.status == 429 and isinstance(reply.json.get("retry_after"), int | float):
        raise ChannelUnavailableError(
            "429 rate limited", after_seconds=float(reply.json["retry_after"])
        )
    return check(reply)
