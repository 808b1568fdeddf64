"""What mail services tell of mail that came back: its address gets no more of it."""

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
    """Every other event, such as a delivery or a delay, changes nothing; a repeated one neither."""
    reason = REASONS.get(event.event_type)
    if reason and event.recipient:
        words = event.mta_response or event.description or ""
        stop_address(event.recipient, reason=reason, words=words)
