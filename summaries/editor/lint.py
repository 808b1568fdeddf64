"""Problems shown under the editor: the renderer's, with suggestions for unknown keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from common.http.urls import parts_of
from common.text.shorten import shorten
from summaries.editor.cite_autocomplete import nearest
from summaries.media.images import problems_of_copies
from summaries.rendering import Problem, Rendered

MOST = 20
# Each unknown key costs a query.
MOST_LOOKED_UP = 5


@dataclass(frozen=True)
class Hint:
    """A problem with its line; `fix` may replace `mistake`, and `label` describes that.

    `add_url` leads to adding a paper that is not known here.
    """

    line: int
    excerpt: str
    message: str
    mistake: str = ""
    fix: str = ""
    label: str = ""
    add_url: str = ""


def hints_for(rendered: Rendered, text: str) -> tuple[list[Hint], int]:
    """Return the first hints in the order of the lines, and how many more there are.

    `text` is what was rendered.
    """
    problems = [
        *rendered.problems,
        *_undescribed_pictures(text),
        *_foreign_pictures(rendered.picture_sources, text),
    ]
    problems.sort(key=lambda problem: problem.line)
    looked_up = 0
    hints = []
    for problem in problems[:MOST]:
        looked_up += bool(problem.key)
        hints.append(_hint(problem, with_near=looked_up <= MOST_LOOKED_UP))
    return hints, len(problems) - len(hints)


def default_alt_text() -> str:
    """Return the placeholder description of an uploaded image."""
    return _("image description")


def _hint(problem: Problem, *, with_near: bool) -> Hint:
    # The message may contain per cent signs; it is only formatted when it has parameters.
    message = _(problem.message) if problem.message else ""
    common = (
        problem.line,
        problem.excerpt,
        message % problem.params if problem.params else message,
    )
    if not problem.key:
        label = _("Write %(text)s") % {"text": shorten(problem.fix, 40)} if problem.fix else ""
        return Hint(*common, mistake=problem.original, fix=problem.fix, label=label)
    near = nearest(problem.key) if with_near else None
    label = _("Use %(key)s, %(paper)s") % {"key": near.key, "paper": near.reference} if near else ""
    return Hint(
        *common,
        mistake=problem.key if near else "",
        fix=near.key if near else "",
        label=label,
        add_url=f"{reverse('add')}?{urlencode({'q': problem.key})}",
    )


def _undescribed_pictures(text: str) -> Iterator[Problem]:
    """Yield a problem for each image that still has the placeholder description."""
    begin = f"![{default_alt_text()}]("
    for line_number, line in islice(enumerate(text.split("\n"), start=1), 100_000):
        if begin in line:
            message = _("Describe this image in the brackets for people who can't see it.")
            yield Problem(line_number, line.strip()[:80], message)


def _foreign_pictures(sources: tuple[str, ...], text: str) -> Iterator[Problem]:
    for source, problem in problems_of_copies(sources).items():
        at = text.find(source)
        line = text.count("\n", 0, at) + 1 if at >= 0 else 1
        params = {"host": parts_of(source).hostname or ""}
        if problem:
            message = _(
                "This image on %(host)s could not be copied, so it appears as a link. Upload "
                "it instead."
            )
        else:
            message = _(
                "This image is hosted on %(host)s. We copy it when you publish. Until then it "
                "appears as a link."
            )
        yield Problem(line, source[:80], message, params=params)
