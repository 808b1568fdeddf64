"""Events of summaries and comments, each sent inside the transaction of the change.

Whatever follows from a change elsewhere (counts, search, feeds, posts, notifications) is done by
listeners that each app registers in its `apps.py`; an operation only sends the event.
"""

from django.dispatch import Signal

# `summary` is public for the first time.
summary_published = Signal()
# Text, state, byline or existence of `summary` changed, and this is not its first publication.
summary_changed = Signal()
# The byline of `summary` is about to change; listeners can still read the old one.
byline_changing = Signal()
# `summary` was rendered again, unedited, and its plain text differs.
summary_rerendered = Signal()
# The row of `summary` is about to be deleted from the database.
summary_purged = Signal()
# `comment` can be read by everybody for the first time.
comment_published = Signal()
# `comment` names `people` with an @ for the first time; never its own author.
mentioned = Signal()
# `text`, a summary or a comment, waits for a moderator.
text_waits = Signal()
# Somebody suggests the edit `suggestion` to the author of a summary.
suggestion_made = Signal()
# The author has accepted or declined `suggestion`.
suggestion_decided = Signal()
