"""Fill an empty database with a made-up site of any size, for the other benchmarks.

    DATA_DIR=$(mktemp -d) .venv/bin/python benchmarks/corpus.py --papers 50000
    DATABASE_URL=postgres://... SECRET_KEY=x .venv/bin/python benchmarks/corpus.py --papers 50000

Everything else grows with the number of papers: 50,000 of them bring 20,000 summaries, 3,000
people, 200,000 votes, 30,000 comments, 60,000 notifications, and so on. A database that has papers
is refused, so that no real site is ever filled. Rows are written directly, without the operations
of the site, and counts and rankings are computed here; nothing is sent. People are called person0,
person1, …, with the password `only-for-measuring`; person0 is a superuser.
"""

import argparse
import datetime
import itertools
import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shortscience.settings")

import django

django.setup()

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection, models
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.text import slugify

from accounts.models import User
from following.models import Follow
from library.models import Folder, SavedPaper
from mailing.models import OutgoingEmail
from moderation.models import Case, ModerationAction, Report
from notifications.models import Notification
from papers.models import Authorship, Field, Identifier, Paper, Venue
from papers.search import reindex_papers
from search.index import reindex_summaries
from social.models import Announcement, Channel
from summaries.models import (
    Comment,
    PaperRanking,
    Revision,
    SimilarPapers,
    Summary,
    SummaryRequest,
    Vote,
)
from summaries.ranking import scores
from summaries.ranking.best_first import best_of
from summaries.rendering import render

BATCH = 2000
# By Zipf's law: the first word occurs in nearly every abstract, the 9,000th in few.
VOCABULARY = 10_000
BODIES = 40
YEARS = 8


class Maker:
    """Random data of one site, from one seed."""

    def __init__(self, papers: int):
        self.chance = random.Random(7)  # noqa: S311
        self.papers = papers
        self.people = max(papers * 6 // 100, 5)
        self.summaries = papers * 4 // 10
        self.now = timezone.now()
        syllables = [
            "ba",
            "co",
            "di",
            "fe",
            "gu",
            "la",
            "mi",
            "no",
            "pu",
            "ra",
            "se",
            "to",
            "vi",
            "zo",
        ]
        candidates = dict.fromkeys(
            "".join(self.chance.choices(syllables, k=self.chance.randint(2, 5)))
            + self.chance.choice("lnrm")
            for _ in range(4 * VOCABULARY)
        )
        self.vocabulary = list(candidates)[:VOCABULARY]
        self.weights = list(accumulate(len(self.vocabulary)))

    def text(self, length: int) -> str:
        """Return random words."""
        return " ".join(self.chance.choices(self.vocabulary, cum_weights=self.weights, k=length))

    def day(self) -> datetime.datetime:
        """Return a random time, more often a recent one, since sites grow."""
        share = self.chance.random() ** 2
        return self.now - datetime.timedelta(days=365 * YEARS * share, minutes=1)

    def few_get_most(self, count: int) -> int:
        """Return a number below `count`, small ones far more often."""
        return int(count * self.chance.random() ** 3)


def accumulate(count: int) -> Iterator[float]:
    """Yield cumulative weights by Zipf's law."""
    return itertools.accumulate(1 / rank for rank in range(1, count + 1))


def keep(rows: Iterator[models.Model]) -> int:
    """Write rows in batches, except those that violate a constraint, like a second vote.

    Returns the number of rows that were passed.
    """
    rows, count = iter(rows), 0
    while batch := list(itertools.islice(rows, BATCH)):
        # `auto_now_add` would replace the random time of each row.
        for field in batch[0]._meta.fields:
            if getattr(field, "auto_now_add", False) and getattr(batch[0], field.attname):
                field.auto_now_add = False
        type(batch[0])._default_manager.bulk_create(batch, ignore_conflicts=True)
        count += len(batch)
    return count


def people(make: Maker) -> Iterator[User]:
    """Yield the people."""
    password = make_password("only-for-measuring")
    for index in range(make.people):
        yield User(
            username=f"person{index}",
            email=f"person{index}@example.org",
            name=make.text(2).title(),
            password=password,
            is_verified=index % 20 != 3,
            is_staff=index == 0,
            is_superuser=index == 0,
            date_joined=make.day(),
            reputation=make.chance.random() * 5,
        )


def papers(make: Maker) -> Iterator[Paper]:
    """Yield the papers."""
    fields, venues = list(Field.objects.all()), list(Venue.objects.all())
    for index in range(make.papers):
        title = make.text(make.chance.randint(4, 12)).capitalize()
        abstract = make.text(make.chance.randint(80, 200))
        yield Paper(
            title=title,
            title_html=escape(title),
            abstract=abstract,
            abstract_html=format_html("<p>{}</p>", abstract),
            authors_text="; ".join(make.text(2).title() for _ in range(make.chance.randint(1, 6))),
            year=make.chance.randint(1990, 2026),
            field=make.chance.choice(fields),
            venue=venues[make.few_get_most(len(venues))],
            citation_key=f"corpus/{index}",
            created_at=make.day(),
            updated_at=make.now,
        )


def names(make: Maker) -> Iterator[Identifier]:
    """Yield the identifiers of the papers."""
    for index, pk in enumerate(make.paper_ids):
        arxiv = f"{index % 10 + 15}{index % 12 + 1:02d}.{index:05d}"
        yield Identifier(paper_id=pk, scheme="arxiv", value=arxiv)
        yield Identifier(paper_id=pk, scheme="key", value=f"corpus/{index}")


def bylines() -> Iterator[Authorship]:
    """Yield the authors of the papers."""
    for pk, byline in Paper.objects.values_list("pk", "authors_text").iterator():
        for position, name in enumerate(byline.split("; "), 1):
            yield Authorship(paper_id=pk, position=position, name=name, name_slug=slugify(name))


def summaries(make: Maker) -> Iterator[Summary]:
    """Yield the summaries, with a few rendered texts that repeat."""
    bodies = []
    for _ in range(BODIES):
        parts = [make.text(make.chance.randint(40, 90)) for _ in range(make.chance.randint(2, 6))]
        text = "\n\n".join(["## Method", *parts, "$$L(\\theta) = \\sum_i \\log p(x_i)$$"])
        bodies.append((text, render(text), " ".join(parts)))
    states = (
        ["published"] * 90 + ["draft"] * 5 + ["private"] * 2 + ["waiting", "hidden", "unlisted"]
    )
    for index in range(make.summaries):
        text, html, plain = bodies[index % BODIES]
        state, day = make.chance.choice(states), make.day()
        yield Summary(
            paper_id=make.paper_ids[make.few_get_most(make.papers)],
            author_id=make.person_ids[make.few_get_most(make.people)],
            state=state,
            is_anonymous=make.chance.random() < 0.1,
            secret=f"corpus{index:016d}" if state == "unlisted" else None,
            text=text,
            html=html,
            excerpt_html=format_html("<p>{}</p>", plain[:300]),
            plain_text=plain,
            renderer_version=0,
            word_count=len(plain.split()),
            revision_number=1,
            created_at=day,
            published_at=day if state in ("published", "hidden") else None,
            deleted_at=make.now if make.chance.random() < 0.01 else None,
        )


def votes(make: Maker) -> Iterator[Vote]:
    """Yield the votes."""
    for _ in range(10 * make.summaries):
        yield Vote(
            summary_id=make.published[make.few_get_most(len(make.published))],
            voter_id=make.chance.choice(make.person_ids),
            value=1 if make.chance.random() < 0.85 else -1,
            created_at=make.day(),
        )


def comments(make: Maker) -> Iterator[Comment]:
    """Yield comments, and a question for every tenth."""
    for index in range(make.summaries * 3 // 2):
        text, is_question = make.text(make.chance.randint(5, 60)), index % 10 == 0
        summary = make.published[make.few_get_most(len(make.published))]
        yield Comment(
            summary_id=None if is_question else summary,
            paper_id=make.chance.choice(make.paper_ids) if is_question else None,
            author_id=make.chance.choice(make.person_ids),
            text=text,
            html=format_html("<p>{}</p>", text),
            created_at=make.day(),
        )


def readers_rows(make: Maker) -> Iterator[Iterator[models.Model]]:
    """Yield what readers save, follow, request and receive, one kind of row after the other."""
    chance, people, catalogue = make.chance, make.person_ids, make.paper_ids

    def some(count: int):
        for _ in range(count):
            yield people[make.few_get_most(len(people))], chance.choice(catalogue)

    yield (
        Follow(user_id=user, kind="paper", paper_id=paper, created_at=make.day())
        for user, paper in some(4 * make.people)
    )
    yield (
        Follow(user_id=user, kind="person", person_id=chance.choice(people), created_at=make.now)
        for user, _paper in some(5 * make.people)
    )
    venues = list(Venue.objects.values_list("pk", flat=True))
    yield (
        Follow(user_id=user, kind="venue", venue_id=chance.choice(venues), created_at=make.now)
        for user, _paper in some(make.people)
    )
    yield (
        Follow(user_id=user, kind="search", words=make.text(2), created_at=make.now)
        for user, _paper in some(make.people)
    )
    yield (
        Notification(
            user_id=user,
            kind="followed",
            event=f"summary:{index}",
            summary_id=chance.choice(make.published),
            created_at=make.day(),
            read_at=make.now if chance.random() < 0.8 else None,
        )
        for index, (user, _paper) in enumerate(some(20 * make.people))
    )
    yield (Folder(user_id=user, name=make.text(2)) for user, _paper in some(make.people))
    yield (
        SavedPaper(user_id=user, paper_id=paper, saved_at=make.day())
        for user, paper in some(12 * make.people)
    )
    yield (
        SummaryRequest(user_id=user, paper_id=paper, created_at=make.now)
        for user, paper in some(2 * make.people)
    )
    yield (
        OutgoingEmail(
            user_id=user,
            form="daily",
            key=f"daily:{index}",
            state="sent",
            is_open=False,
            next_try_at=make.now,
            created_at=make.day(),
        )
        for index, (user, _paper) in enumerate(some(10 * make.people))
    )


def moderators_rows(make: Maker) -> Iterator[Iterator[models.Model]]:
    """Yield cases, reports, the log, and posts, one kind of row after the other."""
    summary_ids = make.published[:: max(1, len(make.published) // max(make.summaries // 20, 1))]
    yield (
        Case(
            summary_id=pk,
            state="waiting" if index % 5 == 0 else "done",
            opened_at=make.day(),
        )
        for index, pk in enumerate(summary_ids)
    )
    cases = list(Case.objects.values_list("pk", flat=True))
    yield (
        Report(
            case_id=make.chance.choice(cases),
            reporter_id=make.chance.choice(make.person_ids),
            reason="spam",
            created_at=make.day(),
            settled_at=make.now,
        )
        for _ in range(2 * len(cases))
    )
    yield (
        ModerationAction(
            deed="kept",
            subject="summary",
            case_id=make.chance.choice(cases),
            moderator_id=make.person_ids[0],
            created_at=make.day(),
        )
        for _ in range(3 * len(cases))
    )
    channel = Channel.objects.create(name="Corpus", kind="discord", is_active=False, is_paused=True)
    yield (
        Announcement(
            summary_id=pk,
            channel=channel,
            state="posted",
            deed="",
            idempotency_key=f"corpus{pk}",
            next_try_at=make.now,
            posted_at=make.now,
        )
        for pk in make.published
    )


def rows_of_lists(make: Maker) -> None:
    """Compute counts and rankings, with the same result as `manage.py recount`."""
    counts, comment_counts = defaultdict(Counter), Counter()
    for pk, value in Vote.objects.filter(voter__is_verified=True).values_list("summary", "value"):
        counts[pk][value] += 1
    comment_counts.update(
        Comment.objects.filter(summary__isnull=False).values_list("summary", flat=True)
    )
    by_paper = defaultdict(list)
    changed = []
    for row in Summary.objects.only("pk", "paper", "state", "published_at", "deleted_at"):
        row.up_count, row.down_count = counts[row.pk][1], counts[row.pk][-1]
        row.score, row.comment_count = row.up_count - row.down_count, comment_counts[row.pk]
        changed.append(row)
        if row.is_public:
            by_paper[row.paper_id].append(row)
    columns = ["up_count", "down_count", "score", "comment_count"]
    Summary.objects.bulk_update(changed, columns, batch_size=400)
    keep(_standing(pk, rows) for pk, rows in by_paper.items())
    wishes = Counter(SummaryRequest.objects.values_list("paper", flat=True))
    Paper.objects.bulk_update(
        [
            Paper(pk=pk, summary_count=len(by_paper.get(pk, ())), wish_count=wishes[pk])
            for pk in {*by_paper, *wishes}
        ],
        ["summary_count", "wish_count"],
        batch_size=400,
    )


def _standing(paper_id: int, rows: list[Summary]) -> PaperRanking:
    latest = max(rows, key=lambda row: row.published_at)
    comment_count = sum(row.comment_count for row in rows)
    return PaperRanking(
        paper_id=paper_id,
        top_summary=best_of(rows),
        latest_summary=latest,
        latest_at=latest.published_at,
        popular=max(scores.popularity(score=row.score, since=row.published_at) for row in rows),
        best=max(scores.wilson_lower_bound(ups=row.up_count, downs=row.down_count) for row in rows),
        discussed=scores.liveliness(comment_count=comment_count, latest_at=latest.published_at),
        comment_count=comment_count,
    )


def fill(count: int) -> None:
    """Write the whole site."""
    make = Maker(count)
    started = time.perf_counter()

    def log(what: str, count: int | str) -> None:
        print(f"{time.perf_counter() - started:6.0f} s  {count:>9} {what}", flush=True)

    log("people", keep(people(make)))
    log("papers", keep(papers(make)))
    make.person_ids = list(User.objects.order_by("pk").values_list("pk", flat=True))
    make.paper_ids = list(Paper.objects.order_by("pk").values_list("pk", flat=True))
    log("identifiers", keep(names(make)))
    log("authors", keep(bylines()))
    log("summaries", keep(summaries(make)))
    make.published = list(Summary.objects.published().order_by("pk").values_list("pk", flat=True))
    log(
        "revisions",
        keep(
            Revision(summary_id=pk, number=1, text=text, created_at=make.now)
            for pk, text in Summary.objects.values_list("pk", "text").iterator()
        ),
    )
    log("votes", keep(votes(make)))
    log("comments", keep(comments(make)))
    for rows in itertools.chain(readers_rows(make), moderators_rows(make)):
        log("other rows", keep(rows))
    log(
        "lists of similar papers",
        keep(
            SimilarPapers(paper_id=pk, numbers=make.chance.sample(make.paper_ids, 5))
            for pk in make.paper_ids
        ),
    )
    rows_of_lists(make)
    log("", "counted")
    for reindex in (reindex_papers, reindex_summaries):
        for _done in reindex():
            pass
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    log("", "indexed")


def main() -> None:
    """Parse the arguments and fill the database."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--papers", type=int, default=50_000)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    if Paper.objects.exists():
        sys.exit("The database is not empty.")
    fill(options.papers)


if __name__ == "__main__":
    main()
