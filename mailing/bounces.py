"""Suppress addresses whose mail came back, as reported by mail services."""

from anymail.signals import EventType

from mailing.deliverability import stop_address
from mailing.models import MailStop

REASONS = {
    EventType.BOUNCED: MailStop.Reason.BOUNCED,
    EventType.COMPLAINED: MailStop.Reason.COMPLAINED,
    EventType.REJECTED: MailStop.Reason.REJECTED,
    EventType.UNSUBSCRIBED: MailStop.Reason.UNSUBSCRIBED,
}


def on_event(event, **kwargs) -> None:
    """Suppress the address of a bounce or complaint; other and repeated events change nothing."""
    reason = REASONS.get(event.event_type)
    if reason and event.recipient:
        response = event.mta_response or event.description or ""
        stop_address(event.recipient, reason=reason, response=response)
