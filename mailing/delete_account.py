"""What mail knows of a person: for the download, and for the day the person leaves."""

import json
from collections.abc import Iterator

from allauth.account.models import EmailAddress

from accounts.models import User
from mailing.deliverability import proved_address, suppression_of
from mailing.models import Suppression
from mailing.preferences import frequencies_of


def files_of(person: User) -> Iterator[tuple[str, bytes]]:
    stop = suppression_of(proved_address(person))
    told = {
        "how_often": frequencies_of(person),
        "stopped": {"why": stop.reason, "at": stop.at.isoformat()} if stop else None,
        "mails": [
            {
                "form": mail.form,
                "state": mail.state,
                "sent_at": mail.sent_at and mail.sent_at.isoformat(),
            }
            for mail in person.mails.order_by("pk")
        ],
    }
    yield "mail.json", json.dumps(told, indent=2).encode()


def forget(person: User, **kwargs) -> None:
    """Rows of the person go by themselves; a stop is kept by its address."""
    addresses = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    Suppression.objects.filter(address__in=[address.lower() for address in addresses]).delete()
