"""Pages of following and of notifications, by subject."""
