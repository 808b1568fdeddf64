"""Pages that add, find, cite, correct and merge papers."""
