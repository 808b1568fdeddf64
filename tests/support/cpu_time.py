"""What rendering costs, whatever else the machine does."""

import resource

from summaries.rendering import sandbox


def processor_seconds() -> float:
    """Of this process and of all that it started and that have ended, the renderers among them."""
    sandbox._pool.stop()
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)
