"""Run tasks that connect to other hosts in background threads, on a site without workers.

Without Redis there are no workers: tasks run in the process that sends them. A task that connects
to another host would delay the response to the reader, and all responses when the host is slow. So
each queue of such tasks has one thread here, which starts with its first task.

Waiting tasks are lost when the process ends. Nothing important is stored here only: pictures to
copy, posts and mails are rows, which the next task of their kind, or cron, finds again.
"""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable

from django.conf import settings
from django.db import connections

log = logging.getLogger(__name__)

# The maximum number of waiting tasks in one queue.
MOST_WAITING = 1000

Work = Callable[[], object]


class Queue:
    """Tasks that run one after another in their own thread."""

    def __init__(self, name: str):
        self.name = name
        self._waiting: deque[tuple[str, Work]] = deque()
        self._changed = threading.Condition()
        self._is_busy = False
        self._thread: threading.Thread | None = None

    def put(self, key: str, work: Work) -> bool:
        """Add a task, unless one with the same key is waiting; return False when the queue is full."""
        with self._changed:
            if any(key == waiting_key for waiting_key, _ in self._waiting):
                return True
            if len(self._waiting) >= MOST_WAITING:
                log.warning("The background queue is full: %s is skipped.", key)
                return False
            self._waiting.append((key, work))
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name=f"background {self.name}", daemon=True
                )
                self._thread.start()
            self._changed.notify_all()
        return True

    def wait(self, seconds: float) -> bool:
        """Block until all tasks are done; return False when that takes more than `seconds`."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._waiting and not self._is_busy, timeout=seconds
            )

    def _run(self) -> None:
        while True:
            with self._changed:
                self._is_busy = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._waiting)
                key, work = self._waiting.popleft()
                self._is_busy = True
            try:
                work()
            except Exception:
                log.exception("%s failed in the background.", key)
            finally:
                # An idle thread holds no connection, and does not reuse one that has broken.
                connections.close_all()


_queues: dict[str, Queue] = {}
_making = threading.Lock()


def _after_fork() -> None:
    """Start with empty queues in a child process, which has none of its parent's threads."""
    global _making
    _queues.clear()
    _making = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


def takes(queue: str) -> bool:
    """Return whether tasks of the queue run in the background of this process."""
    return settings.BACKGROUND_THREADS and queue in settings.BACKGROUND_QUEUES


def put(queue: str, key: str, work: Work) -> bool:
    """Add a task to a queue; return False when the queue is full."""
    with _making:
        target = _queues.setdefault(queue, Queue(queue))
    return target.put(key, work)


def wait(seconds: float) -> bool:
    """Block until all queues are empty and idle, for tests and commands.

    Each queue is waited for up to `seconds`. Return False when one needs longer.
    """
    return all(queue.wait(seconds) for queue in list(_queues.values()))
