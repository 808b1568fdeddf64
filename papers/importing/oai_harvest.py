"""Harvest arXiv over OAI-PMH: the changes in one set since a day, page by page.

https://www.openarchives.org/OAI/openarchivesprotocol.html. A page is imported in several batches. A
run remembers the token that fetches its page and, in case the token expires, the day from which to
start again.
"""

import datetime
import logging
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from django.utils import timezone

from papers.importing.bulk import BATCH_SIZE, Batch, Broken, hold, import_stream, stay_alive
from papers.models import Field, ImportRun
from papers.sources import SourceParseError, SourceUnavailableError
from papers.sources.arxiv_oai import Page, ResumptionTokenExpiredError, list_records
from papers.subject_fields import oai_sets, without_covered

log = logging.getLogger(__name__)

COMMAND = "harvest_arxiv"
# How far back the first harvest of a newly followed field reaches.
FIRST_DAYS = 7
# The day of the last answer is harvested again, because it had not ended.
OVERLAP_DAYS = 1
PAUSES_SECONDS = (15, 60, 120, 300, 600)
LONGEST_PAUSE_SECONDS = 2 * 3600
# The longest time for one page, including all retries.
PAGE_SECONDS = 600

Wait = Callable[[SourceUnavailableError, int], None]


def followed_sets() -> tuple[str, ...]:
    """Return the OAI sets of all fields that the site follows."""
    slugs = Field.objects.filter(is_followed=True).values_list("slug", flat=True)
    return without_covered(name for slug in slugs for name in oai_sets(slug))


def followed_subject(set_spec: str) -> str:
    """Return the subject under which the nightly runs on a set are stored."""
    return f"followed {set_spec}"


def nightly_start(set_spec: str) -> datetime.date:
    """Return the day from which to harvest a set.

    This is the day that the last finished nightly run reached, less OVERLAP_DAYS, or FIRST_DAYS ago
    for a set that was never harvested.
    """
    last = (
        ImportRun.objects.filter(
            command=COMMAND, subject=followed_subject(set_spec), finished_at__isnull=False
        )
        .order_by("-finished_at")
        .first()
    )
    today = timezone.now().date()
    reached = last.state.get("reached") if last else None
    if not reached:
        return today - datetime.timedelta(days=FIRST_DAYS)
    return datetime.date.fromisoformat(reached) - datetime.timedelta(days=OVERLAP_DAYS)


def harvest_nightly(set_spec: str, *, seconds: float) -> bool:
    """Continue the nightly run on a set for about `seconds`, and return True when it is finished.

    Raises ImportRunningError, and SourceError when arXiv does not answer; the run continues next
    time.
    """
    deadline = time.monotonic() + seconds
    with hold(command=COMMAND, subject=followed_subject(set_spec)) as run:
        batches = harvest_batches(
            run, from_on=nightly_start(set_spec), set_spec=set_spec, wait=not_waiting
        )
        for _ in import_stream(batches, run):
            # Only after a whole page: a partly imported one would be fetched again from its start.
            if time.monotonic() > deadline and run.position == 0:
                return False
    return True


def harvest_batches(
    run: ImportRun,
    *,
    from_on: datetime.date,
    until_on: datetime.date | None = None,
    set_spec: str = "",
    wait: Wait,
) -> Iterator[Batch]:
    """Yield the remaining batches of a run, from its token or from the day `from_on`.

    `wait` is called when arXiv asks to come back later, with the error and the number of failed
    tries so far; it returns to try again, or raises. `state` has "reached", the day of the first
    answer: later changes are left to the next run.
    """
    token, seen = run.token, run.position
    from_on = _day(run.state.get("from")) or from_on
    reached = run.state.get("reached")
    is_read = bool(run.state.get("is_read"))
    while not is_read:
        try:
            page = _page(
                run, from_on=from_on, until_on=until_on, set_spec=set_spec, token=token, wait=wait
            )
        except ResumptionTokenExpiredError:
            if not token:
                raise
            log.info("The resumption token expired; starting again from %s", from_on)
            token, seen = "", 0
            continue
        if page.token and page.token == token:
            raise SourceParseError("arXiv keeps sending the same page.")
        reached = reached or page.response_on.isoformat()
        from_on = max(from_on, page.last_on or from_on)
        is_read = not page.token
        yield from _batches_of_page(
            page,
            token=token,
            seen=seen,
            state={"from": from_on.isoformat(), "reached": reached, "is_read": is_read},
        )
        token, seen = page.token, 0


def _batches_of_page(
    page: Page, *, token: str, seen: int, state: dict[str, Any]
) -> Iterator[Batch]:
    """Yield the batches of a page, marking the first `seen` records as imported before.

    They are imported again, because the page may have changed since the process was killed.
    """
    records = page.records
    for start in range(0, max(len(records) - BATCH_SIZE, 0), BATCH_SIZE):
        part = records[start : start + BATCH_SIZE]
        yield Batch(
            records=part,
            position=max(start + len(part), seen),
            token=token,
            state={"reached": state["reached"]},
            repeated=max(seen - start, 0),
        )
    start = max((len(records) - 1) // BATCH_SIZE, 0) * BATCH_SIZE
    yield Batch(
        records=records[start:],
        position=0,
        token=page.token,
        state=state,
        repeated=max(seen - start, 0),
        broken=[Broken(location, reason) for location, reason in page.broken],
        withdrawn=page.deleted,
    )


def _page(run: ImportRun, *, wait: Wait, **query: Any) -> Page:
    """Fetch a page, calling `wait` after each failure."""
    for failures in count(1):
        stay_alive(run, seconds=PAGE_SECONDS)
        try:
            return list_records(**query)
        except SourceUnavailableError as error:
            wait(error, failures)
    raise AssertionError("count() never ends.")


def waiting(run: ImportRun, report: Callable[[str], None]) -> Wait:
    """Return a `wait` for a process that has time.

    It waits as long as arXiv asks for, longer after each failure, and reports each pause.
    """

    def wait(error: SourceUnavailableError, failures: int) -> None:
        retry_after = error.retry_after_seconds or 0
        if failures > len(PAUSES_SECONDS) or retry_after > LONGEST_PAUSE_SECONDS:
            raise error
        pause = max(retry_after, PAUSES_SECONDS[failures - 1])
        report(f"{error} Waiting {pause:,.0f} seconds.")
        stay_alive(run, seconds=pause)
        time.sleep(pause)

    return wait


def not_waiting(error: SourceUnavailableError, failures: int) -> None:
    """Raise the error: a `wait` for a worker, which should not be blocked."""
    raise error


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
