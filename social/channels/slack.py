"""Slack's incoming webhooks.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. A webhook returns "ok"
and no id, so a post can be neither edited nor deleted.
"""

from common.http.webhook import http_send
from social.channels.errors import (
    ChannelAuthError,
    ChannelRefusedError,
    Post,
    Posted,
    check,
    garbled,
    new_key,
)

__all__ = ["new_key"]
NAME = "Slack"
ADDRESS = ""
CREDENTIALS = {"webhook": "https://hooks.slack.com/services/…"}
LIMIT = 3000
REPEATABLE_SECONDS = 0


def count(text: str) -> int:
    """Count characters after escaping."""
    return len(_escaped(text))


def post(channel, message: Post, key: str) -> Posted:
    """Post a message."""
    reply = http_send(
        "POST", channel.credentials.get("webhook", ""), json={"text": _escaped(message.text)}
    )
    if reply.status in {404, 410}:
        raise ChannelAuthError(f"{reply.status}: this webhook no longer exists.")
    check(reply)
    if reply.json.get("ok") is False:
        raise ChannelRefusedError(str(reply.json.get("error", "not ok"))[:200])
    if reply.body.strip() != b"ok" and reply.json.get("ok") is not True:
        raise garbled(reply)
    return Posted(remote_id="")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
