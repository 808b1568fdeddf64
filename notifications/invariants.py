"""What must hold for notifications."""

from doctor.invariants import Unique, register
from notifications.models import Notification, SecretFeed

register(
    Unique(
        "notifications-once",
        "A person is notified of an event once.",
        Notification,
        ["user", "event"],
    ),
    Unique(
        "secret-feeds-once",
        "A person has one secret feed of each kind.",
        SecretFeed,
        ["user", "kind"],
    ),
)
