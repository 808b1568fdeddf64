"""What the editor shows under the text: the renderer's problems, with papers for unknown keys."""

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
    """A problem with its line; `fix` may be put for `found`, `label` says so in words.

    `add_url` leads to adding the paper that nobody knows yet.
    """

    line: int
    excerpt: str
    message: str
    found: str = ""
    fix: str = ""
    label: str = ""
    add_url: str = ""


def hints_for(rendered: Rendered, text: str) -> tuple[list[Hint], int]:
    """In the order of the lines, and how many more there are; `text` is what was rendered."""
    found = [
        *rendered.problems,
        *_undescribed_pictures(text),
        *_foreign_pictures(rendered.picture_sources, text),
    ]
    found.sort(key=lambda problem: problem.line)
    looked_up = 0
    hints = []
    for problem in found[:MOST]:
        looked_up += bool(problem.key)
        hints.append(_hint(problem, with_near=looked_up <= MOST_LOOKED_UP))
    return hints, len(found) - len(hints)


def default_alt_text() -> str:
    """What stands in the brackets of a picture until its writer says what it shows."""
    return _("image description")


def _hint(problem: Problem, *, with_near: bool) -> Hint:
    # What is told of a problem may have per cent signs; only words with places are filled in.
    words = _(problem.words) if problem.words else ""
    told = (problem.line, problem.excerpt, words % problem.told if problem.told else words)
    if not problem.key:
        label = _("Write %(text)s") % {"text": shorten(problem.fix, 40)} if problem.fix else ""
        return Hint(*told, found=problem.found, fix=problem.fix, label=label)
    near = nearest(problem.key) if with_near else None
    label = _("Use %(key)s, %(paper)s") % {"key": near.key, "paper": near.reference} if near else ""
    return Hint(
        *told,
        found=problem.key if near else "",
        fix=near.key if near else "",
        label=label,
        add_url=f"{reverse('add')}?{urlencode({'q': problem.key})}",
    )


def _undescribed_pictures(text: str) -> Iterator[Problem]:
    """Those whose words are still the ones that came with the upload."""
    begin = f"![{default_alt_text()}]("
    for number, line in islice(enumerate(text.split("\n"), start=1), 100_000):
        if begin in line:
            words = _("Describe this image in the brackets for people who can't see it.")
            yield Problem(number, line.strip()[:80], words)


def _foreign_pictures(sources: tuple[str, ...], text: str) -> Iterator[Problem]:
    for source, problem in problems_of_copies(sources).items():
        at = text.find(source)
        line = text.count("\n", 0, at) + 1 if at >= 0 else 1
        told = {"host": parts_of(source).hostname or ""}
        if problem:
            words = _(
                "This image on %(host)s could not be copied, so it appears as a link. Upload "
                "it instead."
            )
        else:
            words = _(
                "This image is hosted on %(host)s. We copy it when you publish. Until then it "
                "appears as a link."
            )
        yield Problem(line, source[:80], words, told=told)
