"""`python -m summaries.rendering.child`: the process behind `bounded.Child`."""

import resource

from summaries.rendering.bounded import serve

MEMORY_LIMIT_BYTES = 1024 * 1024 * 1024

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    serve()
