"""New summaries told on social feeds: an outbox in the database, and a module for each service."""
