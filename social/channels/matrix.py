"""Matrix: https://spec.matrix.org/latest/client-server-api/#sending-events-to-a-room.

We choose the transaction ID: the server accepts the same one once.
"""

from html import escape
from urllib.parse import quote

from common.http.webhook import Reply, http_send
from social.channels.errors import ChannelUnavailableError, Post, Posted, check, garbled, new_key
from social.post_text import LINK

__all__ = ["new_key"]
NAME = "Matrix"
ADDRESS = "https://matrix.org"
CREDENTIALS = {"token": "an access token", "room": "!number:server"}
LIMIT = 4000
REPEATABLE_SECONDS = None
count = len


def post(channel, message: Post, key: str) -> Posted:
    """Send a message to the room."""
    return _send(channel, f"send/m.room.message/{key}", _content(message))


def edit(channel, message: Post, remote_id: str) -> Posted:
    """Replace the text of a message."""
    content = {
        **_content(message),
        "body": f"* {message.text}",
        "m.new_content": _content(message),
        "m.relates_to": {"rel_type": "m.replace", "event_id": remote_id},
    }
    _send(channel, f"send/m.room.message/{new_key()}", content)
    # Later edits refer to the first event as well.
    return Posted(remote_id=remote_id, url=_url(channel, remote_id), answer="edited")


def delete(channel, remote_id: str) -> None:
    """Redact a message."""
    _send(channel, f"redact/{quote(remote_id, safe='')}/{new_key()}", {})


def _content(message: Post) -> dict[str, str]:
    html = LINK.sub(
        lambda match: f'<a href="{match[0]}">{match[0]}</a>', escape(message.text)
    ).replace("\n", "<br>")
    return {
        "msgtype": "m.notice",
        "body": message.text,
        "format": "org.matrix.custom.html",
        "formatted_body": html,
    }


def _send(channel, path: str, content: dict) -> Posted:
    room = quote(channel.credentials.get("room", ""), safe="")
    reply = http_send(
        "PUT",
        f"{channel.address or ADDRESS}/_matrix/client/v3/rooms/{room}/{path}",
        json=content,
        headers={"Authorization": f"Bearer {channel.credentials.get('token', '')}"},
    )
    if reply.status == 429:
        raise ChannelUnavailableError("429 M_LIMIT_EXCEEDED", after_seconds=_pause(reply))
    event = check(reply).json.get("event_id")
    if not event:
        raise garbled(reply)
    return Posted(remote_id=str(event), url=_url(channel, str(event)))


def _pause(reply: Reply) -> float | None:
    milliseconds = reply.json.get("retry_after_ms")
    return (
        milliseconds / 1000 if isinstance(milliseconds, int | float) else reply.retry_after_seconds
    )


def _url(channel, event: str) -> str:
    room = quote(channel.credentials.get("room", ""), safe="!:")
    return f"https://matrix.to/#/{room}/{quote(event, safe='$')}"
