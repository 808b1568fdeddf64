"""Suppress addresses whose mail came back, as reported by mail services."""

from anymail.signals import EventType

from mailing.deliverability import suppress
from mailing.models import Suppression

REASONS = {
    EventType.BOUNCED: Suppression.Reason.BOUNCED,
    EventType.COMPLAINED: Suppression.Reason.COMPLAINED,
    EventType.REJECTED: Suppression.Reason.REJECTED,
    EventType.UNSUBSCRIBED: Suppression.Reason.UNSUBSCRIBED,
}


def on_event(event, **kwargs) -> None:
    """Suppress the address of a bounce or complaint; other and repeated events change nothing."""
    reason = REASONS.get(event.event_type)
    if reason and event.recipient:
        response = event.mta_response or event.description or ""
        suppress(event.recipient, reason=reason, response=response)
