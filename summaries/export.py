"""What a person takes along of everything written, said and marked here."""

import json
from collections.abc import Iterator

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from papers.models import Paper
from summaries.models import (
    AuthorClaim,
    Comment,
    Draft,
    Image,
    Revision,
    Suggestion,
    Summary,
    Vote,
    Wish,
)

BATCH = 200
File = tuple[str, bytes]


def files_of(person: User) -> Iterator[File]:
    yield from _summaries(person)
    yield from _revisions(person)
    for name, rows in (
        ("comments.json", _comments(person)),
        ("votes.json", _votes(person)),
        ("suggestions.json", _suggestions(person)),
        ("wishes.json", _papers_of(Wish.objects.filter(user=person))),
        ("author-of.json", _papers_of(AuthorClaim.objects.filter(user=person))),
    ):
        if rows:
            yield name, json.dumps(rows, ensure_ascii=False, indent=2).encode()
    for image in Image.objects.filter(uploader=person).exclude(file="").order_by("pk"):
        yield from _image(image)


def _summaries(person: User) -> Iterator[File]:
    written = Summary.objects.filter(author=person).select_related("paper").order_by("pk")
    for summary in written.iterator(chunk_size=BATCH):
        name = f"{summary.pk}-{summary.paper.slug}.md"
        yield f"summaries/{name}", _with_head(_head(summary), summary.text)
    drafts = Draft.objects.filter(summary__author=person).select_related("summary__paper")
    for draft in drafts.order_by("pk").iterator(chunk_size=BATCH):
        head = {**_paper(draft.summary.paper), "summary": _url(draft.summary), "note": draft.note}
        head["saved_at"] = draft.saved_at.isoformat()
        name = f"{draft.summary_id}-{draft.summary.paper.slug}.md"
        yield f"drafts/{name}", _with_head(head, draft.text)


def _revisions(person: User) -> Iterator[File]:
    every = Revision.objects.filter(summary__author=person).order_by("summary_id", "number")
    for revision in every.iterator(chunk_size=BATCH):
        head = {
            "revision": revision.number,
            "note": revision.note,
            "licence": revision.licence,
            "created_at": revision.created_at.isoformat(),
        }
        path = f"revisions/{revision.summary_id}/{revision.number}.md"
        yield path, _with_head(head, revision.text)


def _head(summary: Summary) -> dict[str, object]:
    return {
        **_paper(summary.paper),
        "summary": _url(summary),
        "state": summary.state,
        "signed": not summary.is_anonymous,
        "licence": summary.licence,
        "votes": summary.score,
        "created_at": summary.created_at.isoformat(),
        "published_at": _time(summary.published_at),
        "edited_at": _time(summary.edited_at),
        "deleted_at": _time(summary.deleted_at),
    }


def _comments(person: User) -> list[dict[str, object]]:
    said = Comment.objects.filter(author=person).order_by("pk")
    return [
        {
            "url": f"{settings.SITE_URL}{comment.get_absolute_url()}",
            "answers": comment.parent_id,
            "number": comment.pk,
            "text": comment.text,
            "state": comment.state,
            "signed": not comment.is_anonymous,
            "created_at": comment.created_at.isoformat(),
            "edited_at": _time(comment.edited_at),
            "deleted_at": _time(comment.deleted_at),
        }
        for comment in said.iterator(chunk_size=BATCH)
    ]


def _votes(person: User) -> list[dict[str, object]]:
    cast = Vote.objects.filter(voter=person).select_related("summary__paper").order_by("pk")
    return [
        {
            "summary": _url(vote.summary),
            "paper": vote.summary.paper.title,
            "value": vote.value,
            "at": vote.created_at.isoformat(),
        }
        for vote in cast.defer("summary__text", "summary__html", "summary__plain_text")
    ]


def _suggestions(person: User) -> list[dict[str, object]]:
    made = Suggestion.objects.filter(proposer=person).select_related("summary").order_by("pk")
    return [
        {
            "summary": _url(suggestion.summary),
            "text": suggestion.text,
            "note": suggestion.note,
            "state": suggestion.state,
            "answer": suggestion.answer,
            "created_at": suggestion.created_at.isoformat(),
        }
        for suggestion in made.iterator(chunk_size=BATCH)
    ]


def _papers_of(rows: QuerySet) -> list[dict[str, object]]:
    return [
        {**_paper(row.paper), "at": row.created_at.isoformat()}
        for row in rows.select_related("paper").order_by("pk")
    ]


def _image(image: Image) -> Iterator[File]:
    try:
        with image.file.open("rb") as file:
            yield f"images/{image.file.name.rpartition('/')[2]}", file.read()
    except OSError:
        # A picture that its disk has lost must not cost somebody the rest.
        return


def _paper(paper: Paper) -> dict[str, object]:
    return {
        "title": paper.title,
        "paper": f"{settings.SITE_URL}{paper.get_absolute_url()}",
        "citation_key": paper.citation_key,
    }


def _url(summary: Summary) -> str:
    return f"{settings.SITE_URL}{summary.get_absolute_url()}"


def _time(at) -> str | None:
    return at and at.isoformat()


def _with_head(head: dict[str, object], text: str) -> bytes:
    """The text below lines like `title: "Attention"`, which YAML and people read."""
    lines = [f"{name}: {json.dumps(told, ensure_ascii=False)}" for name, told in head.items()]
    return "\n".join(["---", *lines, "---", "", text, ""]).encode()
