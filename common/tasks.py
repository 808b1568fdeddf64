"""Send tasks from code that the task itself calls, and accept former names of tasks."""

from functools import partial

from celery import Task, shared_task
from django.db import transaction
from django.utils.module_loading import import_string


def delay_on_commit(task: str, *arguments: object, robust: bool = False) -> None:
    """Send the task after the commit, e.g. "summaries.tasks.copy_image".

    Without workers it runs immediately, or in `common.background` if it connects to other hosts.
    With `robust`, a broker that cannot be reached is logged and raises no error.
    """
    transaction.on_commit(partial(import_string(task).delay, *arguments), robust=robust)


def accept_former_name(task: Task, *, name: str) -> None:
    """Pass messages that the previous release queued under another name to `task`.

    They are queued again instead of run in place, so that the task can be retried.
    """

    def hand_on(*args: object, **kwargs: object) -> None:
        task.delay(*args, **kwargs)

    shared_task(name=name)(hand_on)
