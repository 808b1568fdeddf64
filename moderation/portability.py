"""What a person takes along from here: the reports that the person made."""

import json
from collections.abc import Iterator

from accounts.models import User
from moderation.models import Report


def files(user: User) -> Iterator[tuple[str, bytes]]:
    """`reports.json`; of what was reported only where it stands, the texts are others'."""
    reports = Report.objects.filter(reporter=user).select_related("case__summary", "case__comment")
    told = [
        {
            "text": report.case.text.get_absolute_url(),
            "reason": report.reason,
            "words": report.words,
            "reported_at": report.created_at.isoformat(),
            "settled_at": report.settled_at.isoformat() if report.settled_at else None,
        }
        for report in reports
    ]
    if told:
        yield "reports.json", json.dumps(told, ensure_ascii=False, indent=2).encode()
