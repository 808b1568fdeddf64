"""`python -m summaries.rendering.sandbox_worker`: the process behind `bounded.Child`."""

import contextlib
import resource

from summaries.rendering.sandbox import serve

MEMORY_LIMIT_BYTES = 1024 * 1024 * 1024

if __name__ == "__main__":
    # macOS refuses it: what it has mapped at the start is more.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    serve()
