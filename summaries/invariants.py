"""What must hold for summaries, votes, comments and the counts of papers, and how it is repaired."""

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from doctor.files import FileInvariant, is_young
from doctor.invariants import Damage, Key, RowInvariant, Unique, register
from papers.locks import lock_papers
from papers.models import Merge, Paper
from summaries.citations import papers_by_key, record_citations
from summaries.locks import lock_summaries
from summaries.models import (
    AuthorClaim,
    Citation,
    Comment,
    Image,
    Mention,
    PaperRanking,
    Revision,
    Suggestion,
    Summary,
    SummaryRequest,
    Vote,
)
from summaries.ranking import counters, reputation
from summaries.rendering import citation_keys

# A daily task recounts what changes by itself (a suspension that ends, a vote that settles).
DAILY = datetime.timedelta(hours=26)
# Clocks of several servers differ.
CLOCK_SKEW = datetime.timedelta(minutes=5)


def _count(rows: QuerySet[Any], column: str) -> Coalesce:
    """Return the number of `rows` for each outer row; `column` refers to it."""
    counted = rows.filter(**{column: OuterRef("pk")}).order_by().values(column)
    count = Subquery(counted.annotate(count=Count("pk")).values("count"))
    return Coalesce(count, 0, output_field=IntegerField())


def _ints(keys: Iterable[Key]) -> list[int]:
    return [int(key) for key in keys]


class SummaryInvariant(RowInvariant):
    """A check of summaries, under the locks of their papers and of themselves."""

    model = Summary

    def lock(self, keys: Sequence[Key]) -> None:
        """Lock the papers, then the summaries."""
        lock_summaries(_ints(keys))


class PaperInvariant(RowInvariant):
    """A check of what is counted for a paper, under its lock."""

    model = Paper

    def lock(self, keys: Sequence[Key]) -> None:
        """Lock the papers."""
        lock_papers(_ints(keys))


def _recount_papers_of(summary_ids: Iterable[int]) -> None:
    """Recount the papers of summaries whose locks are held."""
    papers = Summary.objects.filter(pk__in=list(summary_ids)).values_list("paper_id", flat=True)
    for paper_id in sorted(set(papers)):
        counters.recount_paper(paper_id)


# -- votes, comments, requests


class OwnVotes(SummaryInvariant):
    """Nobody votes on what they wrote."""

    name = "own-votes"
    sentence = "Nobody has a vote on their own summary."

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Return the summaries; the vote itself would tell who wrote an anonymous one."""
        own = Vote.objects.filter(summary=OuterRef("pk"), voter=OuterRef("author"))
        for pk in rows.filter(Exists(own)).order_by("pk").values_list("pk", flat=True):
            yield Damage(pk, "its author has voted on it")

    def repair(self, keys: Sequence[Key]) -> None:
        """Delete the votes, and recount."""
        own = Vote.objects.filter(summary__in=keys, voter=F("summary__author"))
        _delete_votes(list(own.values_list("pk", flat=True)))


def _lock_summaries_of_votes(keys: Sequence[Key]) -> None:
    lock_summaries(Vote.objects.filter(pk__in=keys).values_list("summary_id", flat=True))


def _delete_votes(keys: Sequence[Key]) -> None:
    votes = Vote.objects.filter(pk__in=keys)
    summaries = list(Summary.objects.filter(pk__in=votes.values("summary")).order_by("pk"))
    votes.delete()
    for summary in summaries:
        counters.recount_votes(summary)
    _recount_papers_of(summary.pk for summary in summaries)


class Scores(SummaryInvariant):
    """The score and the counts of votes are what counting gives."""

    name = "scores"
    sentence = "The score, up votes and down votes of a summary are those of the votes that count."

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Count the votes in the database.

        The votes of a person whose suspension has just ended count again after the daily recount.
        """
        now = timezone.now()
        ended = Vote.objects.filter(
            summary=OuterRef("pk"),
            voter__suspended_until__gt=now - DAILY,
            voter__suspended_until__lte=now,
        )
        votes = counters.votes_that_count()
        counted = rows.annotate(
            ups=_count(votes.filter(value=1), "summary"),
            downs=_count(votes.filter(value=-1), "summary"),
        )
        wrong = counted.exclude(
            up_count=F("ups"), down_count=F("downs"), score=F("ups") - F("downs")
        )
        columns = ("pk", "up_count", "down_count", "score", "ups", "downs")
        for pk, up, down, score, ups, downs in (
            wrong.filter(~Exists(ended)).order_by("pk").values_list(*columns)
        ):
            yield Damage(
                pk, f"+{up} -{down} makes {score}, counted +{ups} -{downs} makes {ups - downs}"
            )

    def repair(self, keys: Sequence[Key]) -> None:
        """Recount the votes, and what lists take from them."""
        for summary in Summary.objects.filter(pk__in=keys).order_by("pk"):
            counters.recount_votes(summary)
        _recount_papers_of(_ints(keys))


class CountInvariant(RowInvariant):
    """A check of a stored number: `column` holds what counting `counted` by `foreign_key` gives."""

    column: str
    foreign_key: str

    def counted(self) -> QuerySet[Any]:
        """Return the rows to count."""
        raise NotImplementedError

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Count in the database."""
        numbers = rows.annotate(counted=_count(self.counted(), self.foreign_key))
        wrong = numbers.exclude(**{self.column: F("counted")}).order_by("pk")
        for pk, stored, counted in wrong.values_list("pk", self.column, "counted"):
            yield Damage(pk, f"{self.column} is {stored}, counted {counted}")


class CommentCounts(CountInvariant, SummaryInvariant):
    """The number of comments is what readers can count."""

    name = "comment-counts"
    sentence = "The number of comments of a summary is that of the comments that are shown."
    column, foreign_key = "comment_count", "summary"

    def counted(self) -> QuerySet[Any]:
        """Return the comments that readers see."""
        return Comment.objects.shown()

    def repair(self, keys: Sequence[Key]) -> None:
        """Recount the comments, and what lists take from them."""
        for summary in Summary.objects.filter(pk__in=keys).order_by("pk"):
            counters.recount_comments(summary)
        _recount_papers_of(_ints(keys))


class SummaryCounts(CountInvariant, PaperInvariant):
    """The number of summaries in lists is that on the page."""

    name = "summary-counts"
    sentence = "The number of summaries of a paper is that of the published ones."
    column, foreign_key = "summary_count", "paper"

    def counted(self) -> QuerySet[Any]:
        """Return the published summaries."""
        return Summary.objects.published()

    def repair(self, keys: Sequence[Key]) -> None:
        """Recount the papers."""
        for key in _ints(keys):
            counters.recount_paper(key)


class RequestCounts(CountInvariant, PaperInvariant):
    """The number of requests is what counting gives."""

    name = "request-counts"
    sentence = "The number of requests for a summary of a paper is that of the people who made one."
    column, foreign_key = "wish_count", "paper"

    def counted(self) -> QuerySet[Any]:
        """Return the requests."""
        return SummaryRequest.objects.all()

    def repair(self, keys: Sequence[Key]) -> None:
        """Recount the requests."""
        for key in _ints(keys):
            counters.recount_requests(key)


class Rankings(PaperInvariant):
    """The place of a paper in lists follows from its summaries."""

    name = "rankings"
    sentence = (
        "A paper with published summaries, and no other, has a ranking: its best and its newest "
        "summary, its comments, and its places in all orders."
    )
    batch_size = 500

    def rows(self) -> QuerySet[Any]:
        """Return the papers that have summaries, or a ranking."""
        has_summary = Exists(Summary.objects.published().filter(paper=OuterRef("pk")))
        has_ranking = Exists(PaperRanking.objects.filter(paper=OuterRef("pk")))
        return Paper.objects.filter(Q(has_summary) | Q(has_ranking))

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Compute the rankings of these papers, and compare them with the stored ones."""
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        published: dict[int, list[Summary]] = {key: [] for key in keys}
        summaries = Summary.objects.published().filter(paper__in=keys)
        for summary in summaries.only(
            *("paper", "score", "up_count", "down_count", "comment_count", "published_at")
        ):
            published[summary.paper_id].append(summary)
        shown = Comment.objects.shown().filter(summary__in=summaries)
        commented_at = dict(
            shown.order_by()
            .values("summary__paper")
            .annotate(at=Max("created_at"))
            .values_list("summary__paper", "at")
        )
        rankings = PaperRanking.objects.in_bulk(keys)
        for key in keys:
            what = _wrong_ranking(rankings.get(key), published[key], commented_at.get(key))
            if what:
                yield Damage(key, what)

    def repair(self, keys: Sequence[Key]) -> None:
        """Recount the papers."""
        for key in _ints(keys):
            counters.recount_paper(key)


def _wrong_ranking(
    ranking: PaperRanking | None,
    published: list[Summary],
    commented_at: datetime.datetime | None,
) -> str:
    if not published:
        return "has a ranking, but no published summary" if ranking else ""
    if ranking is None:
        return "has no ranking"
    right = counters.ranking_of(published, commented_at=commented_at)
    return ", ".join(
        f"{column} is {getattr(ranking, column)}, counted {value}"
        for column, value in right.items()
        if getattr(ranking, column) != value
    )


class Reputations(RowInvariant):
    """The reputation of a person is the mean of the votes."""

    name = "reputation"
    sentence = (
        "A person's reputation is the mean of the net votes on their signed, published summaries; "
        "what changed in the last day waits for the nightly recount."
    )
    model = User

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Compare with the means, for people for whom nothing has changed since the last recount."""
        since = timezone.now() - DAILY
        settled = since - datetime.timedelta(days=reputation.SETTLED_DAYS)
        mine = Summary.objects.filter(author=OuterRef("pk"))
        changed = mine.filter(
            Q(published_at__gte=since) | Q(edited_at__gte=since) | Q(deleted_at__gte=since)
        )
        votes = Vote.objects.filter(summary__author=OuterRef("pk"))
        settling = votes.filter(Q(created_at__gte=settled) | Q(voter__suspended_until__gte=since))
        waiting = Exists(changed) | Exists(settling)
        people = rows.filter(~waiting).order_by("pk").values_list("pk", "reputation")
        stored = dict(people)
        means = reputation.means(list(stored))
        for pk, value in stored.items():
            if value != means.get(pk, 0.0):
                yield Damage(pk, f"reputation is {value}, counted {means.get(pk, 0.0)}")

    def repair(self, keys: Sequence[Key]) -> None:
        """Recount their reputation."""
        reputation.recount(_ints(keys))


# -- texts


class Revisions(SummaryInvariant):
    """The history of a text is complete."""

    name = "revisions"
    sentence = (
        "The revisions of a summary are numbered 1, 2, 3 without a gap, and the newest one is what "
        "readers see."
    )

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Compare the numbers, then the newest text, in the database."""
        revisions = Revision.objects.filter(summary=OuterRef("pk")).order_by().values("summary")
        counted = rows.annotate(
            count=Coalesce(Subquery(revisions.annotate(n=Count("pk")).values("n")), 0),
            first=Coalesce(Subquery(revisions.annotate(n=Min("number")).values("n")), 1),
            last=Coalesce(Subquery(revisions.annotate(n=Max("number")).values("n")), 0),
        )
        wrong = counted.exclude(revision_number=F("count"), first=1, last=F("count"))
        columns = ("pk", "revision_number", "count", "first", "last")
        for pk, number, count, first, last in wrong.order_by("pk").values_list(*columns):
            shown = f"{count} revisions from {first} to {last}" if count else "no revision"
            yield Damage(pk, f"revision_number is {number}, there are {shown}")
        newest = Revision.objects.filter(summary=OuterRef("pk")).order_by("-number")
        read = rows.filter(state=Summary.State.PUBLISHED).annotate(
            newest_text=Subquery(newest.values("text")[:1])
        )
        other = read.filter(Q(newest_text=None) | ~Q(newest_text=F("text"))).order_by("pk")
        for pk in other.values_list("pk", flat=True):
            yield Damage(pk, "readers see another text than the newest revision")

    def repair(self, keys: Sequence[Key]) -> None:
        """Close gaps, and store as a revision what readers see; no text is lost or changed."""
        for summary in Summary.objects.filter(pk__in=keys).order_by("pk"):
            count = _number_revisions(summary)
            newest = summary.revisions.order_by("-number").first()
            is_read = summary.state == Summary.State.PUBLISHED
            if is_read and (newest is None or newest.text != summary.text):
                count += 1
                Revision.objects.create(
                    summary=summary, number=count, text=summary.text, licence=summary.licence
                )
            Summary.objects.filter(pk=summary.pk).update(revision_number=count)


def _number_revisions(summary: Summary) -> int:
    """Renumber the revisions from 1; return how many there are. Suggestions refer to them."""
    rows = list(Revision.objects.filter(summary=summary).order_by("number", "pk"))
    if [row.number for row in rows] == list(range(1, len(rows) + 1)):
        return len(rows)
    fresh = {row.number: number for number, row in enumerate(rows, start=1)}
    # First beyond all of them, because a number is taken once.
    beyond = rows[-1].number + len(rows)
    for start in (beyond, 0):
        for number, row in enumerate(rows, start=start + 1):
            Revision.objects.filter(pk=row.pk).update(number=number)
    for suggestion in Suggestion.objects.filter(summary=summary).order_by("pk"):
        number = fresh.get(suggestion.based_on, suggestion.based_on)
        Suggestion.objects.filter(pk=suggestion.pk).update(based_on=number)
    return len(rows)


class Dates(SummaryInvariant):
    """The dates by which lists and feeds are ordered are possible ones."""

    name = "feed-dates"
    sentence = (
        "A published summary has a date of publication; it is not in the future, and not after the "
        "date of its last change."
    )

    def rows(self) -> QuerySet[Any]:
        """Return what is, or was, public."""
        state = Summary.State.PUBLISHED
        return Summary.objects.filter(Q(state=state) | Q(published_at__isnull=False))

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Compare the dates in the database."""
        soon = timezone.now() + CLOCK_SKEW
        wrong = rows.filter(
            Q(published_at=None)
            | Q(published_at__gt=soon)
            | Q(edited_at__gt=soon)
            | Q(edited_at__lt=F("published_at"))
        )
        columns = ("pk", "published_at", "edited_at")
        for pk, published_at, edited_at in wrong.order_by("pk").values_list(*columns):
            yield Damage(pk, f"published_at is {published_at}, edited_at {edited_at}")

    def repair(self, keys: Sequence[Key]) -> None:
        """Take the dates from the revisions."""
        now = timezone.now()
        for summary in Summary.objects.filter(pk__in=keys).order_by("pk"):
            times = summary.revisions.order_by().aggregate(
                first=Min("created_at"), last=Max("created_at")
            )
            if summary.published_at is None or summary.published_at > now:
                summary.published_at = min(times["first"] or summary.created_at, now)
            if summary.edited_at and not summary.published_at <= summary.edited_at <= now:
                last = min(times["last"] or now, now)
                is_edited = summary.revision_number > 1 and last > summary.published_at
                summary.edited_at = last if is_edited else None
            summary.save(update_fields=["published_at", "edited_at"])
        _recount_papers_of(_ints(keys))


class Citations(SummaryInvariant):
    """The rows of citations are those of the text."""

    name = "citations"
    sentence = (
        "A published summary has a row for each key that its text cites, with the paper of the key; "
        "a paper that was unknown is found by the hourly task."
    )
    batch_size = 200

    def rows(self) -> QuerySet[Any]:
        """Return what is published."""
        return Summary.objects.filter(state=Summary.State.PUBLISHED)

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Compare with the keys of the texts."""
        cited = Citation.objects.filter(summary=OuterRef("pk"))
        rows = rows.filter(Q(text__contains="cite") | Exists(cited))
        texts = {pk: set(citation_keys(text)) for pk, text in rows.values_list("pk", "text")}
        stored: dict[int, dict[str, int | None]] = {pk: {} for pk in texts}
        for citation in Citation.objects.filter(summary__in=list(texts)):
            stored[citation.summary_id][citation.key] = citation.paper_id
        papers = papers_by_key(key for keys in texts.values() for key in keys)
        # Undoing a merge leaves with the kept paper what came since, also a citation.
        kept = set(Merge.objects.exclude(undone_at=None).values_list("kept_id", flat=True))
        for pk, keys in sorted(texts.items()):
            if stored[pk].keys() != keys:
                yield Damage(pk, f"cites {sorted(keys)}, stored {sorted(stored[pk])}")
                continue
            for key, paper_id in stored[pk].items():
                known = papers[key].pk if key in papers else None
                if paper_id not in {None, known, *kept}:
                    yield Damage(pk, f"{key} is paper {known}, stored {paper_id}")

    def repair(self, keys: Sequence[Key]) -> None:
        """Write the rows again."""
        for summary in Summary.objects.filter(pk__in=keys).order_by("pk"):
            record_citations(summary, citation_keys(summary.text))


def lock_comments(keys: Sequence[Key]) -> None:
    """Lock comments and questions, after their papers and summaries."""
    comments = Comment.objects.filter(pk__in=keys)
    summary_ids = [pk for pk in comments.values_list("summary_id", flat=True) if pk]
    of_summaries = Summary.objects.filter(pk__in=summary_ids).values_list("paper_id", flat=True)
    # All papers at once: a later one must not be waited for with the locks of summaries held.
    lock_papers([*comments.values_list("paper_id", flat=True), *of_summaries])
    lock_summaries(summary_ids)
    list(comments.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))


class Replies(RowInvariant):
    """A reply stands below its comment."""

    name = "replies"
    sentence = (
        "A reply is under the same summary or paper as its comment, which is no reply itself."
    )
    model = Comment

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Compare replies with their comments."""
        below = rows.filter(parent__isnull=False)
        same = Q(summary=F("parent__summary")) | Q(paper=F("parent__paper"))
        # `exclude` would also keep rows whose comparison gives NULL.
        right = below.filter(same, parent__parent=None).order_by().values("pk")
        wrong = below.exclude(pk__in=right).order_by("pk")
        for pk, parent in wrong.values_list("pk", "parent_id"):
            yield Damage(pk, f"comment {parent} is elsewhere, or a reply")

    def lock(self, keys: Sequence[Key]) -> None:
        """Lock the papers and the summaries, then the comments."""
        lock_comments(keys)

    def repair(self, keys: Sequence[Key]) -> None:
        """Put a reply to a reply below the comment, and any other one beside it."""
        for reply in Comment.objects.filter(pk__in=keys).select_related("parent").order_by("pk"):
            root = reply.parent.parent if reply.parent else None
            place = (reply.summary_id, reply.paper_id)
            is_same = root is not None and (root.summary_id, root.paper_id) == place
            reply.parent = root if is_same and root and root.parent_id is None else None
            reply.save(update_fields=["parent"])


# -- images


class ImageFiles(RowInvariant):
    """The files of images are there and whole."""

    name = "image-files"
    sentence = (
        "Every image has its file, with the size and the SHA-256 of the row; one that was copied is "
        "copied again, an uploaded one is lost unless a backup has it."
    )
    model = Image
    batch_size = 100

    def rows(self) -> QuerySet[Any]:
        """Return the images that have a file."""
        return Image.objects.exclude(file="")

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Read the files."""
        for image in rows.order_by("pk"):
            if what := _wrong_file(image):
                yield Damage(image.pk, what)

    def lock(self, keys: Sequence[Key]) -> None:
        """Lock all rows of each image, in one order."""
        digests = Image.objects.filter(pk__in=keys).values("digest")
        same = Image.objects.filter(Q(pk__in=keys) | Q(digest__in=digests)).order_by("pk")
        list(same.select_for_update(no_key=True).values_list("pk", flat=True))

    def repair(self, keys: Sequence[Key]) -> None:
        """Correct the row if the file is whole; otherwise let an image from another host be copied."""
        for image in Image.objects.filter(pk__in=keys).order_by("pk"):
            size, digest = _measure(image)
            if digest and digest in image.file.name:
                Image.objects.filter(pk=image.pk).update(byte_count=size, digest=digest)
            elif image.foreign_url:
                # Without a file it is in the queue of the copies.
                Image.objects.filter(pk=image.pk).update(file="", tries=0, problem="")


def _wrong_file(image: Image) -> str:
    size, digest = _measure(image)
    if not digest:
        return f"{image.file.name} is missing"
    if digest not in image.file.name:
        return f"{image.file.name} has another content, {size} bytes"
    if digest != image.digest:
        return f"the row has another digest than {image.file.name}"
    return "" if size == image.byte_count else f"{size} bytes, {image.byte_count} in the row"


def _measure(image: Image) -> tuple[int, str]:
    """Return size and SHA-256 of the file, (0, "") without one."""
    digest, size = hashlib.sha256(), 0
    try:
        with default_storage.open(image.file.name) as file:
            for chunk in file.chunks():
                digest.update(chunk)
                size += len(chunk)
    except FileNotFoundError:
        return 0, ""
    return size, digest.hexdigest()


class SurplusImageFiles(FileInvariant):
    """Nothing is on the disk that no row knows, such as what a killed process has left."""

    name = "image-files-surplus"
    sentence = "Every file in the folder of images belongs to an image."
    folder = "images"

    def damage(self, names: Sequence[str]) -> Iterable[Damage]:
        """Return the files without a row."""
        known = set(Image.objects.filter(file__in=names).values_list("file", flat=True))
        for name in names:
            if name not in known and not is_young(name):
                yield Damage(name, "no image has this file")


def _keep_both(keys: Sequence[Key]) -> None:
    """Mark the younger summaries as a merge of papers does: nothing that was written is lost."""
    Summary.objects.filter(pk__in=keys).update(came_by_merge=True)


def _lock_summaries(keys: Sequence[Key]) -> None:
    lock_summaries(_ints(keys))


def _lock_papers_of_requests(keys: Sequence[Key]) -> None:
    lock_papers(SummaryRequest.objects.filter(pk__in=keys).values("paper"))


def _delete_requests(keys: Sequence[Key]) -> None:
    requests = SummaryRequest.objects.filter(pk__in=keys)
    paper_ids = sorted(set(requests.values_list("paper_id", flat=True)))
    requests.delete()
    for paper_id in paper_ids:
        counters.recount_requests(paper_id)


def _lock_summaries_of_revisions(keys: Sequence[Key]) -> None:
    lock_summaries(Revision.objects.filter(pk__in=keys).values_list("summary_id", flat=True))


def _renumber(keys: Sequence[Key]) -> None:
    """Renumber the revisions of these summaries; of two with one text, one goes."""
    twins = Revision.objects.filter(pk__in=keys)
    summary_ids = sorted(set(twins.values_list("summary_id", flat=True)))
    same = Revision.objects.filter(
        **{name: OuterRef(name) for name in ("summary", "number", "text")}, pk__lt=OuterRef("pk")
    )
    # By key, because a table that is deleted from cannot be asked at the same time.
    copies = list(twins.filter(Exists(same)).values_list("pk", flat=True))
    Revision.objects.filter(pk__in=copies).delete()
    for summary in Summary.objects.filter(pk__in=summary_ids).order_by("pk"):
        count = _number_revisions(summary)
        Summary.objects.filter(pk=summary.pk).update(revision_number=count)


register(
    Unique(
        "summaries-once",
        "A person has one summary of a paper, and others only by a merge.",
        Summary,
        ["paper", "author"],
        condition=Q(deleted_at__isnull=True, came_by_merge=False),
        lock=_lock_summaries,
        remove=_keep_both,
    ),
    Unique(
        "votes-once",
        "A person has one vote on a summary.",
        Vote,
        ["summary", "voter"],
        lock=_lock_summaries_of_votes,
        remove=_delete_votes,
    ),
    Unique(
        "requests-once",
        "A person requests a summary of a paper once.",
        SummaryRequest,
        ["paper", "user"],
        lock=_lock_papers_of_requests,
        remove=_delete_requests,
    ),
    Unique(
        "revisions-once",
        "A number is that of one revision of a summary.",
        Revision,
        ["summary", "number"],
        lock=_lock_summaries_of_revisions,
        remove=_renumber,
    ),
    Unique(
        "mentions-once",
        "A comment mentions a person once.",
        Mention,
        ["comment", "person"],
    ),
    Unique(
        "authorship-claims-once",
        "A person claims to be an author of a paper once.",
        AuthorClaim,
        ["paper", "user"],
    ),
    OwnVotes(),
    Scores(),
    CommentCounts(),
    SummaryCounts(),
    RequestCounts(),
    Dates(),
    Rankings(),
    Reputations(),
    Revisions(),
    Citations(),
    Replies(),
    ImageFiles(),
    SurplusImageFiles(),
)
