"""Whom comments name with an @: links in the text, rows, and a signal for each new person."""

from django.db.models.functions import Lower

from accounts.models import PreviousUsername, User
from summaries.events import mentioned
from summaries.models import Comment, Mention
from summaries.rendering import MOST_MENTIONS, MentionedPerson, mention_names


def mentioned_people(text: str) -> dict[str, MentionedPerson]:
    """Those of the names in a text that somebody has or had, for the renderer; two queries."""
    return {
        name: MentionedPerson(url=person.get_absolute_url())
        for name, person in _called(mention_names(text)).items()
    }


def record_mentions(comment: Comment, names: tuple[str, ...]) -> None:
    """Remember who is named in a comment that all can read, and tell those who are new.

    Nobody is told of naming themselves, nor twice; and over all its edits a comment calls no more
    people than one text may. Inside a transaction.
    """
    if not names:
        return
    known = set(Mention.objects.filter(comment=comment).values_list("person_id", flat=True))
    called = {person.pk: person for person in _called(names).values()}
    new = [
        called[number] for number in sorted(called) if number not in {*known, comment.author_id}
    ][: max(MOST_MENTIONS - len(known), 0)]
    if new:
        Mention.objects.bulk_create(Mention(comment=comment, person=person) for person in new)
        mentioned.send(Comment, comment=comment, people=new)


def unlink(person: User) -> None:
    """Leave comments that name somebody to `rerender_old`, as when the account goes."""
    Comment.objects.filter(mentions__person=person).update(renderer_version=0)


def _called(names: tuple[str, ...]) -> dict[str, User]:
    """{"mara": Mara}: by the user name now, and by an earlier one, all in lower case."""
    if not names:
        return {}
    former = PreviousUsername.objects.filter(name__in=names, person__is_active=True)
    people = User.objects.filter(is_active=True).annotate(lower=Lower("username"))
    return {
        **{row.name: row.person for row in former.select_related("person")},
        **{person.lower: person for person in people.filter(lower__in=names)},
    }
