"""The nightly run, in slices that are well below the time limit of a task."""

from celery import shared_task

from doctor.run import TakenOverError, begin, proceed

SLICE_SECONDS = 240


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types.
def examine() -> None:
    """Run all checks without repairing; another task continues after SLICE_SECONDS."""
    try:
        is_finished = proceed(begin(), seconds=SLICE_SECONDS)
    except TakenOverError:
        return
    if not is_finished:
        examine.delay()
