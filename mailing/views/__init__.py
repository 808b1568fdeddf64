"""Pages about mail, by subject."""
