"""What papers tell the apps above them. Each is sent inside the transaction of the deed."""

from django.dispatch import Signal

# A merge is being looked at, `kept` and `merged` given: receivers answer with `Consequences`.
merge_described = Signal()
# All rows of paper `merged_number`, which is no more, point at `kept`: bring counts, lists and
# search in step.
papers_merged = Signal()
# The rows point at `restored` again, but for what came since, which stays with `kept`.
merge_undone = Signal()
# Title, authors or another field of `paper` changed: what repeats them is written anew.
paper_changed = Signal()
# Moderators have accepted or declined `correction`.
correction_decided = Signal()
