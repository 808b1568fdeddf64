"""Moderation's part of a person's export: the reports that the person made."""

import json
from collections.abc import Iterator

from accounts.models import User
from moderation.models import Report


def files(user: User) -> Iterator[tuple[str, bytes]]:
    """Yield `reports.json`; it has the addresses of the texts, which belong to others."""
    reports = Report.objects.filter(reporter=user).select_related("case__summary", "case__comment")
    payload = [
        {
            "text": report.case.text.get_absolute_url(),
            "reason": report.reason,
            "words": report.words,
            "reported_at": report.created_at.isoformat(),
            "settled_at": report.settled_at.isoformat() if report.settled_at else None,
        }
        for report in reports
    ]
    if payload:
        yield "reports.json", json.dumps(payload, ensure_ascii=False, indent=2).encode()
