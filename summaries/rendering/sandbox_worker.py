"""Run the child process of `sandbox.Child`: `python -m summaries.rendering.sandbox_worker`."""

import contextlib
import resource

from summaries.rendering.sandbox import serve

MEMORY_LIMIT_BYTES = 1024 * 1024 * 1024

if __name__ == "__main__":
    # macOS refuses the limit because a new process has already mapped more.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    serve()
