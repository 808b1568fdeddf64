"""What mail stores about a person: for the export, and for deleting the account."""

import json
from collections.abc import Iterator

from allauth.account.models import EmailAddress

from accounts.models import User
from mailing.deliverability import proved_address, suppression_of
from mailing.models import Suppression
from mailing.preferences import frequencies_of


def files_of(person: User) -> Iterator[tuple[str, bytes]]:
    """Yield `mail.json` with the preferences, a suppression and the mails that were sent."""
    stop = suppression_of(proved_address(person))
    payload = {
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
    yield "mail.json", json.dumps(payload, indent=2).encode()


def forget(person: User, **kwargs) -> None:
    """Delete suppressions of the person's addresses, which no foreign key would delete."""
    addresses = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    Suppression.objects.filter(address__in=[address.lower() for address in addresses]).delete()
