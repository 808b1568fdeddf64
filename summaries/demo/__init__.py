"""Plausible papers, people and summaries for a fresh checkout; see README.md beside this file."""

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
DEMO_PASSWORD = "demo-reader-2026"  # noqa: S105  For trying the site out; told on the console.

# How many people ask for each of the papers without a summary.
REQUESTS = [6, 5, 4, 3, 2, 1, 1, 1, 1, 1]


def seed(*, say: Callable[[str], object]) -> dict[str, int]:
    """Write the demo content; what is there already stays as it is. Returns the counts."""
    say("Adding demo papers …")
    for told in _read("papers.json"):
        _add_paper(told)
    people = {told["username"]: _add_person(told) for told in _read("people.json")}
    say("Publishing demo summaries …")
    written = {
        path.stem: _add_summary(path, people) for path in sorted(FOLDER.glob("summaries/*.md"))
    }
    say("Adding votes and comments …")
    for told in _read("comments.json"):
        _add_comments(told, written, people)
    for paper_id in {summary.paper_id for summary in written.values()}:
        counters.recount_whole(paper_id)
    _add_requests(list(people.values()))
    reputation.recount_all()
    compare_papers()
    return {
        "papers": Paper.objects.count(),
        "people": len(people),
        "summaries": len(written),
        "votes": Vote.objects.count(),
        "comments": Comment.objects.count(),
    }


def _read(name: str) -> list[dict]:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def _add_paper(told: dict) -> None:
    names = [
        PaperId(scheme, told[scheme]) for scheme in ("arxiv", "doi", "dblp") if told.get(scheme)
    ]
    kinds = {"conference": "inproceedings", "journal": "article", "preprint": "misc"}
    paper = import_record(
        Record(
            source="demo",
            title=told["title"],
            authors=tuple(told["authors"]),
            abstract=told["abstract"],
            year=told["year"],
            venue=told["venue"],
            venue_kind=told["venue_kind"],
            kind=kinds.get(told["venue_kind"], "misc"),
            pages=told.get("pages", ""),
            identifiers=tuple(names),
            categories=tuple(told.get("categories", ())),
        )
    ).paper
    field = Field.objects.filter(slug=told.get("field", "")).first()
    if field and paper.field_id is None:
        Paper.objects.filter(pk=paper.pk).update(field=field)


def _add_person(told: dict) -> User:
    person, is_new = User.objects.get_or_create(
        username=told["username"],
        defaults={
            "name": told["name"],
            "about": told.get("about", ""),
            "website": told.get("website", ""),
            "email": f"{told['username']}@example.org",
            "date_joined": _ago(told.get("joined_days_ago", 0)),
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
    told, text = read_front_matter(path.read_text(encoding="utf-8"))
    paper = Paper.objects.get(
        pk=Identifier.objects.get(scheme__in=["arxiv", "doi"], value=told["paper"].lower()).paper_id
    )
    author = people[told["author"]]
    known = Summary.objects.filter(paper=paper, author=author, deleted_at=None).first()
    if known:
        return known
    with transaction.atomic():
        summary = publish(
            paper=paper, author=author, text=text, is_anonymous=told.get("anonymous") == "true"
        )
        for number in range(int(told.get("revised", 0))):
            _revise_a_word(summary, author, text, number)
        _date_back(summary, _ago(float(told["days_ago"])))
        _vote(summary, told, [person for person in people.values() if person != author])
    return summary


def _revise_a_word(summary: Summary, author: User, text: str, number: int) -> None:
    """Give the history something to show: a first version without the last paragraph."""
    paragraphs = text.rstrip().split("\n\n")
    if number == 0 and len(paragraphs) > 2:
        Revision.objects.filter(summary=summary, number=1).update(
            text="\n\n".join(paragraphs[:-1]) + "\n"
        )
    summary.refresh_from_db()
    revise(
        summary_id=summary.pk,
        editor=author,
        text=text.rstrip() + "\n" * (number + 2),
        based_on=summary.save_count,
        note=["Added what I doubt", "Fixed a typo"][number % 2],
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


def _vote(summary: Summary, told: dict, voters: list[User]) -> None:
    """The told number of votes by voters that are the same on every machine."""
    ups, downs = int(told.get("up", 0)), int(told.get("down", 0))
    order = random.Random(f"{told['paper']} {told['author']}").sample(voters, len(voters))  # noqa: S311
    values = ([1] * ups + [-1] * downs)[: len(order)]
    Vote.objects.bulk_create(
        Vote(summary=summary, voter=voter, value=value)
        for voter, value in zip(order, values, strict=False)
    )
    # Cast when it came out: what is younger than two days moves no reputation.
    published_at = Summary.objects.values_list("published_at", flat=True).get(pk=summary.pk)
    Vote.objects.filter(summary=summary).update(created_at=published_at)
    counters.recount_votes(summary)


def _add_comments(told: dict, written: dict[str, Summary], people: dict[str, User]) -> None:
    summary = written[told["summary"]]
    if summary.comments.filter(text=told["text"]).exists():
        return
    parent = _add_comment(summary, told, people)
    for reply in told.get("replies", ()):
        _add_comment(summary, reply, people, parent_id=parent.pk)
    summary.refresh_from_db()


def _add_comment(summary: Summary, told: dict, people: dict[str, User], parent_id=None) -> Comment:
    added = comment(
        summary_id=summary.pk,
        author=people[told["author"]],
        text=told["text"],
        parent_id=parent_id,
    )
    at = max(_ago(float(told["days_ago"])), summary.published_at)
    Comment.objects.filter(pk=added.pk).update(created_at=at)
    return added


def _add_requests(people: list[User]) -> None:
    """Ask for the papers nobody summarised yet, for the first ones more than for the others."""
    papers = Paper.objects.filter(source_records__source="demo", summary_count=0)
    for paper, asking in zip(papers.distinct().order_by("pk"), REQUESTS, strict=False):
        order = random.Random(f"wish {paper.title}").sample(people, len(people))  # noqa: S311
        for person in order[:asking]:
            request_summary(paper_id=paper.pk, user=person)


def read_front_matter(source: str) -> tuple[dict[str, str], str]:
    """Split "---\\nkey: value  # note\\n---\\ntext" into ({"key": "value"}, "text")."""
    _, head, text = source.split("---\n", 2)
    pairs = (line.split("#")[0].partition(":") for line in head.splitlines() if line.strip())
    return {key.strip(): value.strip() for key, _, value in pairs}, text.strip() + "\n"


def _ago(days: float) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=days)
