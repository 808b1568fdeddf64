"""What `manage.py check` tells the operator about the catalogues."""

import sys

from django.core import checks

from papers.sources import SOURCES, missing_settings


@checks.register()
def skipped_sources(app_configs=None, **kwargs) -> list[checks.Info]:
    """A line for each source that is not asked.

    Every command of manage.py runs the checks and prints what they say; one that runs each night
    should not say the same each night, so only `check` itself tells.
    """
    if "check" not in sys.argv[1:2]:
        return []
    return [
        checks.Info(
            f"{source.NAME} is skipped: {missing_text(key)}.",
            hint="docs/operating/configuration.md tells how to set it.",
            id="papers.I001",
        )
        for key, source in SOURCES.items()
        if missing_settings(key)
    ]


def missing_text(key: str) -> str:
    """ "OPENREVIEW_USER and OPENREVIEW_PASSWORD are empty"; "" when nothing is missing."""
    missing = missing_settings(key)
    if not missing:
        return ""
    return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} empty"
