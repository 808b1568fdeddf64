"""Posts of new summaries on other services: channels, outbox and text of posts."""
