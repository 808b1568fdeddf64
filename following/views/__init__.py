"""Pages of following, by subject."""
