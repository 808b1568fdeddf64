"""One object for each thread, for what two threads may not use at the same time."""

import functools
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

# Constructors of libraries fill tables that all their objects share.
_making = threading.RLock()


class per_thread(Generic[T]):  # noqa: N801  It is used as a decorator, like `property`.
    """Decorate a function without arguments: each thread calls it once and keeps its result.

        @per_thread
        def _parser() -> Parser:
            return Parser()

    Parsers, cleaners, stemmers and engines keep what they are working on in themselves: in two
    threads at once, the words of one person end up in the text of another. `forget` drops the
    result of this thread alone, so that the next call makes another. A thread that ends drops its
    own.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._local = threading.local()
        functools.update_wrapper(self, make)

    def __call__(self) -> T:
        try:
            made: T = self._local.made
        except AttributeError:
            with _making:
                made = self._local.made = self._make()
        return made

    def forget(self) -> None:
        self._local.__dict__.clear()
