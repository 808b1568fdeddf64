"""What summaries tell the apps above them. Each is sent inside the transaction of the deed."""

from django.dispatch import Signal

# `summary` can be read by everybody for the first time.
summary_published = Signal()
# `comment` can be read by everybody for the first time.
comment_published = Signal()
# `comment` names `people` with an @ for the first time; never its own author.
mentioned = Signal()
# `written`, a summary or a comment, waits for a moderator.
text_waits = Signal()
# Somebody proposes the change `suggestion` to the author of a summary.
suggestion_made = Signal()
# The author has accepted or declined `suggestion`.
suggestion_decided = Signal()
