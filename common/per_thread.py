"""One object for each thread, for objects that two threads must not use at the same time."""

import functools
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

# The constructors of some libraries fill tables that all their objects share.
_making = threading.RLock()


class per_thread(Generic[T]):  # noqa: N801  It is used as a decorator, like `property`.
    """Decorate a function without arguments: each thread calls it once and keeps its result.

        @per_thread
        def _parser() -> Parser:
            return Parser()

    Parsers, cleaners, stemmers and engines keep their state in the object: used by two threads at
    once, they can mix the text of one person into that of another. `forget` drops the result of
    the current thread, so that the next call creates a new one. The result is also dropped when
    its thread ends.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._local = threading.local()
        functools.update_wrapper(self, make)

    def __call__(self) -> T:
        try:
            result: T = self._local.made
        except AttributeError:
            with _making:
                result = self._local.made = self._make()
        return result

    def forget(self) -> None:
        """Drop the result of the current thread."""
        self._local.__dict__.clear()
