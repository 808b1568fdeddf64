"""Posts of new summaries on other services: channels, outbox, text; listens to summaries.events."""
