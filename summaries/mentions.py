"""Whom comments name with an @: links in the text, rows, and a signal for each new person."""

from django.db.models.functions import Lower

from accounts.models import User
from summaries.models import Comment, Mention
from summaries.rendering import MOST_MENTIONS, MentionedPerson, mention_names
from summaries.signals import mentioned


def mentioned_people(text: str) -> dict[str, MentionedPerson]:
    """Those of the names in a text that somebody has, for the renderer; at most one query."""
    names = mention_names(text)
    if not names:
        return {}
    return {
        person.username.lower(): MentionedPerson(url=person.get_absolute_url())
        for person in _called(names)
    }


def record_mentions(comment: Comment, names: tuple[str, ...]) -> None:
    """Remember who is named in a comment that all can read, and tell those who are new.

    Nobody is told of naming themselves, nor twice; and over all its edits a comment calls no more
    people than one text may. Inside a transaction.
    """
    if not names:
        return
    known = set(Mention.objects.filter(comment=comment).values_list("person_id", flat=True))
    new = [
        person
        for person in _called(names)
        if person.pk not in known and person.pk != comment.author_id
    ][: max(MOST_MENTIONS - len(known), 0)]
    if new:
        Mention.objects.bulk_create(Mention(comment=comment, person=person) for person in new)
        mentioned.send(Comment, comment=comment, people=new)


def unlink(person: User) -> None:
    """Leave comments that name somebody to `rerender_old`, as when the account goes."""
    Comment.objects.filter(mentions__person=person).update(renderer_version=0)


def _called(names: tuple[str, ...]):
    return (
        User.objects.filter(is_active=True)
        .annotate(lower=Lower("username"))
        .filter(lower__in=names)
        .order_by("pk")
    )
