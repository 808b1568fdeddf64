"""Render Markdown with TeX and citations as HTML. Preview, pages and feeds all use `render`.

`parser` makes tokens, as CommonMark and GitHub do, with formulas and citations among them. `tree`
turns them into Python-Markdown's element tree; its tree processors and serialiser do the rest, and
the result is sanitised. Rendering is pure, and bounded in size and time by `sandbox`.
"""

from collections.abc import Mapping

from summaries.rendering.mentions import MOST_MENTIONS, mention_names
from summaries.rendering.parser import MAX_CHARACTERS
from summaries.rendering.renderer import RENDERER_VERSION, citation_keys
from summaries.rendering.results import (
    CitedPaper,
    Heading,
    MentionedPerson,
    Problem,
    Rendered,
    ShownPicture,
)
from summaries.rendering.sandbox import RendererBusyError, TextRefusedError, run

__all__ = [
    "MAX_CHARACTERS",
    "MOST_MENTIONS",
    "RENDERER_VERSION",
    "CitedPaper",
    "Heading",
    "MentionedPerson",
    "Problem",
    "Rendered",
    "RendererBusyError",
    "ShownPicture",
    "TextRefusedError",
    "citation_keys",
    "mention_names",
    "render",
    "render_document",
]


def render_document(
    text: str,
    *,
    prefix: str = "",
    papers: Mapping[str, CitedPaper] | None = None,
    people: Mapping[str, MentionedPerson] | None = None,
    pictures: Mapping[str, ShownPicture] | None = None,
) -> Rendered:
    r"""Return Markdown with TeX and \cite{} as sanitised HTML, with headings, problems and so on.

    `prefix`, such as "s41-", starts every id, because a page shows several texts. `papers` maps
    citation keys to papers, and `people` maps user names in lower case to users that "@name" links
    to. `pictures` maps URLs in the text to images that this site stores; an image on another host
    that is missing there becomes a link. If `pictures` is None, images stay as they are written.

    Raise TextRefusedError, whose message says what to do, if the text is too long or rendering it
    takes too long.
    """
    shown = None if pictures is None else dict(pictures)
    return run(text, prefix, dict(papers or {}), dict(people or {}), shown)


def render(text: str, *, prefix: str = "", papers: Mapping[str, CitedPaper] | None = None) -> str:
    """Return the HTML of `render_document`."""
    return render_document(text, prefix=prefix, papers=papers).html
