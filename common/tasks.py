"""Send tasks from code that the task itself calls, and which therefore cannot import it."""

from functools import partial

from django.db import transaction
from django.utils.module_loading import import_string


def send_after_commit(task: str, *arguments: object, robust: bool = False) -> None:
    """Send the task after the commit, e.g. "summaries.tasks.copy_image".

    Without workers it runs immediately, or in `common.background` if it connects to other hosts.
    With `robust`, a broker that cannot be reached is logged and raises no error.
    """
    transaction.on_commit(partial(import_string(task).delay, *arguments), robust=robust)
