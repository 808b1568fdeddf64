"""Forms about papers."""
