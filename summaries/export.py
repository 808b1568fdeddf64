"""A person's summaries, comments and votes in the export of their data."""

import json
from collections.abc import Iterator

from django.db.models import QuerySet

from accounts.models import User
from papers.models import Paper
from papers.serializers import paper_reference
from summaries.models import (
    AuthorClaim,
    Comment,
    Draft,
    Image,
    Revision,
    Suggestion,
    Summary,
    SummaryRequest,
    Vote,
)
from summaries.serializers import (
    serialize_own_comment,
    serialize_own_summary,
    serialize_revision,
    summary_address,
)

BATCH = 200
File = tuple[str, bytes]


def files_of(person: User) -> Iterator[File]:
    """Yield (path, content) of every file: ("summaries/7-attention.md", b"---...").

    Texts are Markdown below YAML front matter, the rest is JSON, images are as stored.
    """
    yield from _summaries(person)
    yield from _revisions(person)
    for name, rows in (
        ("comments.json", _comments(person)),
        ("votes.json", _votes(person)),
        ("suggestions.json", _suggestions(person)),
        ("wishes.json", _papers_of(SummaryRequest.objects.filter(user=person))),
        ("author-of.json", _papers_of(AuthorClaim.objects.filter(user=person))),
    ):
        if rows:
            yield name, json.dumps(rows, ensure_ascii=False, indent=2).encode()
    for image in Image.objects.filter(uploader=person).exclude(file="").order_by("pk"):
        yield from _image(image)


def _summaries(person: User) -> Iterator[File]:
    summaries = Summary.objects.filter(author=person).select_related("paper", "author")
    for summary in summaries.order_by("pk").iterator(chunk_size=BATCH):
        name = f"{summary.pk}-{summary.paper.slug}.md"
        yield f"summaries/{name}", _with_head(_head(summary), summary.text)
    drafts = Draft.objects.filter(summary__author=person).select_related("summary__paper")
    for draft in drafts.order_by("pk").iterator(chunk_size=BATCH):
        head = {
            **_paper(draft.summary.paper),
            "summary": summary_address(draft.summary),
            "note": draft.note,
        }
        head["saved_at"] = draft.saved_at.isoformat()
        name = f"{draft.summary_id}-{draft.summary.paper.slug}.md"
        yield f"drafts/{name}", _with_head(head, draft.text)


def _revisions(person: User) -> Iterator[File]:
    revisions = Revision.objects.filter(summary__author=person).order_by("summary_id", "number")
    for revision in revisions.iterator(chunk_size=BATCH):
        facts = serialize_revision(revision)
        head = {
            "revision": facts["number"],
            "note": facts["note"],
            "licence": facts["licence"],
            "created_at": _time(facts["created_at"]),
        }
        path = f"revisions/{facts['summary']}/{facts['number']}.md"
        yield path, _with_head(head, facts["text"])


def _head(summary: Summary) -> dict[str, object]:
    facts = serialize_own_summary(summary)
    return {
        **_paper(summary.paper),
        "summary": facts["address"],
        "state": facts["state"],
        "signed": not facts["is_anonymous"],
        "licence": facts["licence"],
        "votes": facts["score"],
        "created_at": _time(facts["created_at"]),
        "published_at": _time(facts["published_at"]),
        "edited_at": _time(facts["edited_at"]),
        "deleted_at": _time(facts["deleted_at"]),
        "paper_version": facts["paper_version"],
    }


def _comments(person: User) -> list[dict[str, object]]:
    comments = Comment.objects.filter(author=person).select_related("author").order_by("pk")
    return [
        {
            "url": comment["address"],
            "answers": comment["parent"],
            "number": comment["id"],
            "text": comment["text"],
            "state": comment["state"],
            "signed": not comment["is_anonymous"],
            "created_at": _time(comment["created_at"]),
            "edited_at": _time(comment["edited_at"]),
            "deleted_at": _time(comment["deleted_at"]),
        }
        for comment in map(serialize_own_comment, comments.iterator(chunk_size=BATCH))
    ]


def _votes(person: User) -> list[dict[str, object]]:
    votes = Vote.objects.filter(voter=person).select_related("summary__paper").order_by("pk")
    return [
        {
            "summary": summary_address(vote.summary),
            "paper": paper_reference(vote.summary.paper)["title"],
            "value": vote.value,
            "at": vote.created_at.isoformat(),
        }
        for vote in votes.defer("summary__text", "summary__html", "summary__plain_text")
    ]


def _suggestions(person: User) -> list[dict[str, object]]:
    suggestions = (
        Suggestion.objects.filter(proposer=person).select_related("summary").order_by("pk")
    )
    return [
        {
            "summary": summary_address(suggestion.summary),
            "text": suggestion.text,
            "note": suggestion.note,
            "state": suggestion.state,
            "answer": suggestion.answer,
            "created_at": suggestion.created_at.isoformat(),
        }
        for suggestion in suggestions.iterator(chunk_size=BATCH)
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
        # A file that is missing on the disk must not prevent the export of the others.
        return


def _paper(paper: Paper) -> dict[str, object]:
    facts = paper_reference(paper)
    return {
        "title": facts["title"],
        "paper": facts["address"],
        "citation_key": facts["citation_key"],
    }


def _time(at) -> str | None:
    return at and at.isoformat()


def _with_head(head: dict[str, object], text: str) -> bytes:
    """Return the text below YAML front matter: lines like `title: "Attention"`."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in head.items()]
    return "\n".join(["---", *lines, "---", "", text, ""]).encode()
