"""People mentioned in comments with an @: links in the text, rows, and an event."""

from django.db.models.functions import Lower

from accounts.models import PreviousUsername, User
from summaries.events import mentioned
from summaries.models import Comment, Mention
from summaries.rendering import MOST_MENTIONS, MentionedPerson, mention_names


def mentioned_people(text: str) -> dict[str, MentionedPerson]:
    """Return {name: person} for the current and previous user names in a text.

    For the renderer; two queries.
    """
    return {
        name: MentionedPerson(url=person.get_absolute_url())
        for name, person in _called(mention_names(text)).items()
    }


def record_mentions(comment: Comment, names: tuple[str, ...]) -> None:
    """Store who is mentioned in a public comment, and send `mentioned` for the new ones.

    Nobody is notified of mentioning themselves, nor twice. All edits of a comment together notify at
    most MOST_MENTIONS people. Inside a transaction.
    """
    if not names:
        return
    known = set(Mention.objects.filter(comment=comment).values_list("person_id", flat=True))
    mentioned_users = {person.pk: person for person in _called(names).values()}
    new = [
        mentioned_users[pk]
        for pk in sorted(mentioned_users)
        if pk not in {*known, comment.author_id}
    ][: max(MOST_MENTIONS - len(known), 0)]
    if new:
        Mention.objects.bulk_create(Mention(comment=comment, person=person) for person in new)
        mentioned.send(Comment, comment=comment, people=new)


def unlink(person: User) -> None:
    """Mark comments that mention the person for `rerender_old`, as when the account is deleted."""
    Comment.objects.filter(mentions__person=person).update(renderer_version=0)


def _called(names: tuple[str, ...]) -> dict[str, User]:
    """Return {"mara": Mara} by current and previous user names, in lower case."""
    if not names:
        return {}
    former = PreviousUsername.objects.filter(name__in=names, person__is_active=True)
    people = User.objects.filter(is_active=True).annotate(lower=Lower("username"))
    return {
        **{row.name: row.person for row in former.select_related("person")},
        **{person.lower: person for person in people.filter(lower__in=names)},
    }
