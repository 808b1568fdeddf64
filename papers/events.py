"""Signals for the apps above. Each is sent inside the transaction of the change."""

from django.dispatch import Signal

# A moderator considers merging `merged` into `kept`: receivers return `Consequences`.
merge_described = Signal()
# Paper `merged_number` was deleted, and all its rows now refer to `kept`: receivers update counts,
# lists and the search index.
papers_merged = Signal()
# The rows refer to `restored` again, except those created since, which remain with `kept`.
merge_undone = Signal()
# The title, authors or another field of `paper` changed: receivers update their copies.
paper_changed = Signal()
# A moderator has accepted or declined `correction`.
correction_decided = Signal()
