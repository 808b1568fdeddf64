"""What happens to summaries and comments. Each event is sent inside the transaction of the change.

Whatever follows from a change elsewhere (counts, search, feeds, posts, notifications) is a listener
that an app registers in its `apps.py`; an operation sends the event and calls nobody.
"""

from django.dispatch import Signal

# `summary` is public for the first time.
summary_published = Signal()
# Text, state, byline or existence of `summary` changed, and this is not its first publication.
summary_changed = Signal()
# The byline of `summary` is about to change: what depends on the old one can still be read.
byline_changing = Signal()
# The stored HTML of `summary` was made again and its words differ; nobody has edited it.
summary_rerendered = Signal()
# The row of `summary` is about to be deleted from the database.
summary_purged = Signal()
# `comment` can be read by everybody for the first time.
comment_published = Signal()
# `comment` names `people` with an @ for the first time; never its own author.
mentioned = Signal()
# `text`, a summary or a comment, waits for a moderator.
text_waits = Signal()
# Somebody proposes the change `suggestion` to the author of a summary.
suggestion_made = Signal()
# The author has accepted or declined `suggestion`.
suggestion_decided = Signal()
