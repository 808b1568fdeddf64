"""Give work to a task of an app from code that the task itself calls, and so cannot import it."""

from functools import partial

from django.db import transaction
from django.utils.module_loading import import_string


def delay_on_commit(task: str, *arguments: object, robust: bool = False) -> None:
    """Send the task once the transaction is committed, e.g. "summaries.tasks.copy_image".

    Without workers it runs then and there, or in `lib.background` if it asks other hosts. With `robust` a broker that does not answer is logged,
    and the caller goes on.
    """
    transaction.on_commit(partial(import_string(task).delay, *arguments), robust=robust)
