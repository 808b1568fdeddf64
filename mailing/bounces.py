"""What mail services tell of mail that came back: its address gets no more of it."""

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
    """Every other event, such as a delivery or a delay, changes nothing; a repeated one neither."""
    reason = REASONS.get(event.event_type)
    if reason and event.recipient:
        words = event.mta_response or event.description or ""
        suppress(event.recipient, reason=reason, words=words)
