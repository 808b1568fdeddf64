"""What `following` tells the apps above it."""

from django.dispatch import Signal

# New rows of Notification are there: `numbers`. Sent inside the transaction that wrote them; the
# rows are the truth, this only wakes who waits for them.
notified = Signal()
