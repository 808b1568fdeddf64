"""From user text to HTML: `render` is the one function, the same for preview, page and feed.

The order: `parser` makes tokens, as CommonMark and GitHub do, formulas and citations among them;
`tree` builds Python-Markdown's tree of them; its tree processors and its serialiser do the rest;
the sanitiser goes over the whole. Pure, and bounded in size and time: see `sandbox`.
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
    """Markdown with TeX and \\cite{} as sanitised HTML, with all that is known of it.

    `prefix` goes before every id, "s41-", because a page holds several texts; `papers` maps
    citation keys to the papers that they name, `people` user names in lower case to those whom
    an @ links to, `pictures` addresses in the text to pictures that we have: another host's that is
    not among them is shown as a link, but with None as it is written. Raises TextRefusedError, whose message tells the writer what to do, when the text is
    too long or takes too much time.
    """
    shown = None if pictures is None else dict(pictures)
    return run(text, prefix, dict(papers or {}), dict(people or {}), shown)


def render(text: str, *, prefix: str = "", papers: Mapping[str, CitedPaper] | None = None) -> str:
    """The HTML of `render_document`."""
    return render_document(text, prefix=prefix, papers=papers).html
