"""Plausible papers, people and summaries for a fresh checkout; see README.md in this folder."""

import datetime
import json
import random
from collections.abc import Callable
from pathlib import Path

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from papers.identifiers import PaperId
from papers.importing.pipeline import import_record
from papers.models import Field, Identifier, Paper
from papers.sources import Record
from summaries.actions.comment import comment
from summaries.actions.publish import publish, revise
from summaries.actions.request_summary import request_summary
from summaries.models import Comment, Revision, Summary, Vote
from summaries.ranking import counters, reputation
from summaries.similar_papers import compare_papers

FOLDER = Path(__file__).resolve().parent
DEMO_EMAIL = "demo@example.org"
DEMO_PASSWORD = "demo-reader-2026"  # noqa: S105  For trying the site; printed on the console.

# How many people request a summary of each paper without one.
REQUESTS = [6, 5, 4, 3, 2, 1, 1, 1, 1, 1]


def seed(*, say: Callable[[str], object]) -> dict[str, int]:
    """Create the demo content that is missing; return the counts of everything."""
    say("Adding demo papers …")
    for row in _read("papers.json"):
        _add_paper(row)
    people = {row["username"]: _add_person(row) for row in _read("people.json")}
    say("Publishing demo summaries …")
    summaries = {
        path.stem: _add_summary(path, people) for path in sorted(FOLDER.glob("summaries/*.md"))
    }
    say("Adding votes and comments …")
    for row in _read("comments.json"):
        _add_comments(row, summaries, people)
    for paper_id in {summary.paper_id for summary in summaries.values()}:
        counters.recount_whole(paper_id)
    _add_requests(list(people.values()))
    reputation.recount_all()
    compare_papers()
    return {
        "papers": Paper.objects.count(),
        "people": len(people),
        "summaries": len(summaries),
        "votes": Vote.objects.count(),
        "comments": Comment.objects.count(),
    }


def _read(name: str) -> list[dict]:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def _add_paper(row: dict) -> None:
    names = [PaperId(scheme, row[scheme]) for scheme in ("arxiv", "doi", "dblp") if row.get(scheme)]
    kinds = {"conference": "inproceedings", "journal": "article", "preprint": "misc"}
    paper = import_record(
        Record(
            source="demo",
            title=row["title"],
            authors=tuple(row["authors"]),
            abstract=row["abstract"],
            year=row["year"],
            venue=row["venue"],
            venue_kind=row["venue_kind"],
            kind=kinds.get(row["venue_kind"], "misc"),
            pages=row.get("pages", ""),
            identifiers=tuple(names),
            categories=tuple(row.get("categories", ())),
        )
    ).paper
    field = Field.objects.filter(slug=row.get("field", "")).first()
    if field and paper.field_id is None:
        Paper.objects.filter(pk=paper.pk).update(field=field)


def _add_person(row: dict) -> User:
    person, is_new = User.objects.get_or_create(
        username=row["username"],
        defaults={
            "name": row["name"],
            "about": row.get("about", ""),
            "website": row.get("website", ""),
            "email": f"{row['username']}@example.org",
            "date_joined": _ago(row.get("joined_days_ago", 0)),
            "is_verified": True,
        },
    )
    if is_new:
        if person.email == DEMO_EMAIL:
            person.set_password(DEMO_PASSWORD)
        else:
            person.set_unusable_password()
        person.save(update_fields=["password"])
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def _add_summary(path: Path, people: dict[str, User]) -> Summary:
    meta, text = read_front_matter(path.read_text(encoding="utf-8"))
    paper = Paper.objects.get(
        pk=Identifier.objects.get(scheme__in=["arxiv", "doi"], value=meta["paper"].lower()).paper_id
    )
    author = people[meta["author"]]
    known = Summary.objects.filter(paper=paper, author=author, deleted_at=None).first()
    if known:
        return known
    with transaction.atomic():
        summary = publish(
            paper=paper, author=author, text=text, is_anonymous=meta.get("anonymous") == "true"
        )
        for index in range(int(meta.get("revised", 0))):
            _revise_a_word(summary, author, text, index)
        _date_back(summary, _ago(float(meta["days_ago"])))
        _vote(summary, meta, [person for person in people.values() if person != author])
    return summary


def _revise_a_word(summary: Summary, author: User, text: str, index: int) -> None:
    """Create a history: a first version without the last paragraph, then small edits."""
    paragraphs = text.rstrip().split("\n\n")
    if index == 0 and len(paragraphs) > 2:
        Revision.objects.filter(summary=summary, number=1).update(
            text="\n\n".join(paragraphs[:-1]) + "\n"
        )
    summary.refresh_from_db()
    revise(
        summary_id=summary.pk,
        editor=author,
        text=text.rstrip() + "\n" * (index + 2),
        based_on=summary.save_count,
        note=["Added what I doubt", "Fixed a typo"][index % 2],
    )


def _date_back(summary: Summary, at: datetime.datetime) -> None:
    Summary.objects.filter(pk=summary.pk).update(created_at=at, published_at=at)
    for revision in summary.revisions.all():
        days = datetime.timedelta(days=min(2 * (revision.number - 1), (timezone.now() - at).days))
        Revision.objects.filter(pk=revision.pk).update(created_at=at + days)
    last = summary.revisions.order_by("-number").first()
    if last and last.number > 1:
        last.refresh_from_db()
        Summary.objects.filter(pk=summary.pk).update(edited_at=last.created_at)
    summary.refresh_from_db()


def _vote(summary: Summary, meta: dict, voters: list[User]) -> None:
    """Cast the votes of the front matter, by voters that are the same on every machine."""
    ups, downs = int(meta.get("up", 0)), int(meta.get("down", 0))
    order = random.Random(f"{meta['paper']} {meta['author']}").sample(voters, len(voters))  # noqa: S311
    values = ([1] * ups + [-1] * downs)[: len(order)]
    Vote.objects.bulk_create(
        Vote(summary=summary, voter=voter, value=value)
        for voter, value in zip(order, values, strict=False)
    )
    # Dated at publication: votes younger than two days don't count for reputation.
    published_at = Summary.objects.values_list("published_at", flat=True).get(pk=summary.pk)
    Vote.objects.filter(summary=summary).update(created_at=published_at)
    counters.recount_votes(summary)


def _add_comments(row: dict, summaries: dict[str, Summary], people: dict[str, User]) -> None:
    summary = summaries[row["summary"]]
    if summary.comments.filter(text=row["text"]).exists():
        return
    parent = _add_comment(summary, row, people)
    for reply in row.get("replies", ()):
        _add_comment(summary, reply, people, parent_id=parent.pk)
    summary.refresh_from_db()


def _add_comment(summary: Summary, row: dict, people: dict[str, User], parent_id=None) -> Comment:
    added = comment(
        summary_id=summary.pk,
        author=people[row["author"]],
        text=row["text"],
        parent_id=parent_id,
    )
    at = max(_ago(float(row["days_ago"])), summary.published_at)
    Comment.objects.filter(pk=added.pk).update(created_at=at)
    return added


def _add_requests(people: list[User]) -> None:
    """Request summaries of the papers without one, more for the first ones."""
    papers = Paper.objects.filter(source_records__source="demo", summary_count=0)
    for paper, count in zip(papers.distinct().order_by("pk"), REQUESTS, strict=False):
        order = random.Random(f"wish {paper.title}").sample(people, len(people))  # noqa: S311
        for person in order[:count]:
            request_summary(paper_id=paper.pk, user=person)


def read_front_matter(source: str) -> tuple[dict[str, str], str]:
    r"""Split "---\nkey: value  # note\n---\ntext" into ({"key": "value"}, "text")."""
    _, head, text = source.split("---\n", 2)
    pairs = (line.split("#")[0].partition(":") for line in head.splitlines() if line.strip())
    return {key.strip(): value.strip() for key, _, value in pairs}, text.strip() + "\n"


def _ago(days: float) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=days)
