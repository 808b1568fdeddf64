"""Warnings before a change that cannot undo what readers have already seen."""

from django.utils.translation import gettext_lazy as _

from summaries.models import Summary

# Shown beside the choice of readers of a published summary.
NO_LONGER_PUBLIC = _(
    "It disappears immediately from all pages, lists, feeds and search, with its "
    "history and comments. We remove posts about it where the service allows it. "
    "People keep what they have already read, copied, or received by feed or "
    "e-mail. If you publish it again later, it is not announced again."
)
# Shown beside the choice of the signature.
NOW_ANONYMOUS = _(
    "Your name is removed immediately from this summary and from your comments on "
    "it, which would identify you. People who have read it with your name, or have "
    "it in a feed reader, a newsletter or an archive, can still know."
)
NOW_SIGNED = _(
    "Everyone will see that you wrote this summary and your comments on it, "
    "including earlier ones. What people have read under your name can't be made "
    "anonymous again."
)
# Shown beside the choice of the licence.
NEW_LICENCE = _(
    "The new licence applies from now on. Earlier published versions can still be "
    "used under the licence they had then, which the history shows."
)
# Shown beside the secret link.
SHARED_BY_LINK = _(
    "Anyone with the link can read it and share it, without an account. If you "
    "replace or remove the link, the old one stops working. People keep what they "
    "have already read or copied."
)
DELETED = _(
    "It disappears immediately from all pages, lists, feeds and search. You can "
    "restore it with its votes and comments for 30 days. After that, it is "
    "permanently deleted."
)


def of_change(
    summary: Summary, *, state: str, is_anonymous: bool, licence: str | None = None
) -> list[str]:
    """Return the warnings to show before a summary changes to the given values.

    [] when no reader has seen it yet; `licence` None means unchanged.
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
