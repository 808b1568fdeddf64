"""Feeds, share images, schema.org and embeds; listens to `summaries.events`."""
