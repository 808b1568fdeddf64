"""System checks about the catalogues."""

import sys

from django.core import checks

from papers.sources import SOURCES, missing_settings


@checks.register()
def skipped_sources(app_configs=None, **kwargs) -> list[checks.Info]:
    """Report the sources that are skipped because settings are missing.

    Every management command runs the checks and prints the messages. Nightly commands should not
    repeat them, so only `check` reports them.
    """
    if "check" not in sys.argv[1:2]:
        return []
    return [
        checks.Info(
            f"{source.NAME} is skipped: {missing_text(key)}.",
            hint="See docs/operating/configuration.md.",
            id="papers.I001",
        )
        for key, source in SOURCES.items()
        if missing_settings(key)
    ]


def missing_text(key: str) -> str:
    """Return the missing settings: "OPENREVIEW_USER and OPENREVIEW_PASSWORD are empty", or ""."""
    missing = missing_settings(key)
    if not missing:
        return ""
    return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} empty"
