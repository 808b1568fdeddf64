"""The part of following and notifications in a person's export."""

import json
from collections.abc import Iterator

from accounts.models import User
from following.models import Follow
from papers.serializers import paper_reference


def files(user: User) -> Iterator[tuple[str, bytes]]:
    """Yield `following.json` with what is followed and the notifications, unless both are empty."""
    follows = user.follows.select_related("person", "paper", "venue", "field")
    payload = {
        "follows": [
            {
                "kind": follow.kind,
                "what": _name(follow),
                "since": follow.created_at.isoformat(),
            }
            for follow in follows.order_by("pk")
        ],
        "notifications": [
            {
                "kind": row.kind,
                "at": row.created_at.isoformat(),
                "read_at": row.read_at and row.read_at.isoformat(),
            }
            for row in user.notifications.visible_to(user).order_by("pk").iterator()
        ],
    }
    if any(payload.values()):
        yield "following.json", json.dumps(payload, ensure_ascii=False, indent=2).encode()


def _name(follow: Follow) -> str:
    if follow.person:
        return follow.person.username
    if follow.paper:
        return paper_reference(follow.paper)["citation_key"]
    return str(follow.venue or follow.field or follow.words)
