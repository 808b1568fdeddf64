"""What an author is told before a change that cannot make the past unsaid."""

from django.utils.translation import gettext_lazy as _

from summaries.models import Summary

# Shown beside the choice of readers of a published summary.
NO_LONGER_PUBLIC = _(
    "It leaves all pages, lists, feeds and the search at once, with its history and comments, and "
    "posts about it are taken back where the service allows. What others have read, copied or "
    "received by feed or mail stays with them. Publishing again later is not announced again."
)
# Shown beside the choice of the signature.
NOW_ANONYMOUS = _(
    "Your name goes from this summary at once, and from your comments under it, which would give "
    "you away. Who has read it with your name, or has it in a feed reader, a letter or an archive, "
    "still knows."
)
NOW_SIGNED = _(
    "Everyone sees that you wrote this, and your comments under it, earlier ones too. "
    "What was read with your name on it cannot be made anonymous again."
)
# Shown beside the choice of the licence.
NEW_LICENCE = _(
    "The new licence holds from now on. What was published before may still be used under the "
    "licence that it was given then; the history names it."
)
# Shown beside the secret link.
SHARED_BY_LINK = _(
    "Everyone who has the link can read it and pass it on, without an account. A new link, or none, "
    "shuts the old one; who has read or copied the text keeps it."
)
DELETED = _(
    "It leaves all pages, lists, feeds and the search at once. For 30 days you can bring it back "
    "with its votes and comments; then it is gone for good."
)


def of_change(
    summary: Summary, *, state: str, is_anonymous: bool, licence: str | None = None
) -> list[str]:
    """What to say before a summary becomes what the arguments tell; [] when nothing was said yet.

    `licence` None stays as it is.
    """
    was_public = summary.published_at is not None
    if not was_public and summary.state != Summary.State.UNLISTED:
        return []
    warnings = []
    if summary.is_public and state != Summary.State.PUBLISHED:
        warnings.append(NO_LONGER_PUBLIC)
    if is_anonymous != summary.is_anonymous:
        warnings.append(NOW_ANONYMOUS if is_anonymous else NOW_SIGNED)
    if licence is not None and licence != summary.licence:
        warnings.append(NEW_LICENCE)
    return warnings
