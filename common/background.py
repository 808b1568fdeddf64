"""Work of the embedded site that opens connections to other hosts, after the answer.

Without Redis there are no workers: tasks run in the process that asks for them. One that asks
another host would hold the page of somebody who waits, and all pages when a host is slow. So each
queue of such tasks has one thread here, started with its first task.

What waits here is lost when the process ends. Nothing that matters is kept here alone: pictures to
be copied, posts and mails are rows, which the next task of their kind, or cron, finds again.
"""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable

from django.conf import settings
from django.db import connections

log = logging.getLogger(__name__)

# So many tasks of one queue may wait; one that is waiting already is not noted twice.
MOST_WAITING = 1000

Work = Callable[[], object]


class Queue:
    """Tasks that run one after the other in a thread of their own."""

    def __init__(self, name: str):
        self.name = name
        self._waiting: deque[tuple[str, Work]] = deque()
        self._changed = threading.Condition()
        self._is_busy = False
        self._thread: threading.Thread | None = None

    def put(self, key: str, work: Work) -> bool:
        """Have it done soon; False when too much waits. The same key waits once."""
        with self._changed:
            if any(key == known for known, _ in self._waiting):
                return True
            if len(self._waiting) >= MOST_WAITING:
                log.warning("Too much waits in the background: %s is left out.", key)
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
        """Until nothing is left to be done; False when that takes longer."""
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
                # A thread that rests keeps no connection, and meets none that broke meanwhile.
                connections.close_all()


_queues: dict[str, Queue] = {}
_making = threading.Lock()


def _after_fork() -> None:
    """A child has none of its parent's threads; what waits there is done there."""
    global _making
    _queues.clear()
    _making = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


def takes(queue: str) -> bool:
    """Whether tasks of the queue run in the background of this process."""
    return settings.BACKGROUND_THREADS and queue in settings.BACKGROUND_QUEUES


def put(queue: str, key: str, work: Work) -> bool:
    """Have work done by the thread of a queue; False when too much waits there."""
    with _making:
        found = _queues.setdefault(queue, Queue(queue))
    return found.put(key, work)


def wait(seconds: float) -> bool:
    """Until all queues are empty and idle, for tests and commands; False when that takes longer."""
    return all(queue.wait(seconds) for queue in list(_queues.values()))
