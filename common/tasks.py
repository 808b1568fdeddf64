"""Give work to a task of an app from code that the task itself calls, and accept former names."""

from functools import partial

from celery import Task, shared_task
from django.db import transaction
from django.utils.module_loading import import_string


def delay_on_commit(task: str, *arguments: object, robust: bool = False) -> None:
    """Send the task once the transaction is committed, e.g. "summaries.tasks.copy_image".

    Without workers it runs then and there, or in `lib.background` if it asks other hosts. With `robust` a broker that does not answer is logged,
    and the caller goes on.
    """
    transaction.on_commit(partial(import_string(task).delay, *arguments), robust=robust)


def accept_former_name(task: Task, *, name: str) -> None:
    """Hand messages that the release before queued under another name on to `task`.

    They are queued once more and not run in place: only so can the task try again later.
    """

    def hand_on(*args: object, **kwargs: object) -> None:
        task.delay(*args, **kwargs)

    shared_task(name=name)(hand_on)
