"""A count with its noun, in the plural forms of the reader's language."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import ngettext_lazy

# One entry for each noun. A language may have more or fewer plural forms than English.
PLURALS = {
    "asked for by readers": ngettext_lazy(
        "requested by %(shown)s reader", "requested by %(shown)s readers", "number"
    ),
    "comments": ngettext_lazy("%(shown)s comment", "%(shown)s comments", "number"),
    "papers": ngettext_lazy("%(shown)s paper", "%(shown)s papers", "number"),
    "people": ngettext_lazy("%(shown)s person", "%(shown)s people", "number"),
    "public summaries": ngettext_lazy(
        "%(shown)s public summary", "%(shown)s public summaries", "number"
    ),
    "questions": ngettext_lazy("%(shown)s question", "%(shown)s questions", "number"),
    "summaries": ngettext_lazy("%(shown)s summary", "%(shown)s summaries", "number"),
    "versions": ngettext_lazy("%(shown)s version", "%(shown)s versions", "number"),
    "votes": ngettext_lazy("%(shown)s vote", "%(shown)s votes", "number"),
    "words": ngettext_lazy("%(shown)s word", "%(shown)s words", "number"),
}


def pluralize_count(count: int, noun: str) -> str:
    """Return the count with its noun: `pluralize_count(1200, "summaries")` gives "1,200 summaries".

    `noun` is one of the keys above. A count inside a sentence is translated together with the
    sentence, by {% blocktranslate count %}.
    """
    return PLURALS[noun] % {"number": count, "shown": intcomma(count)}
