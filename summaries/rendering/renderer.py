"""Render one text without limits on time; `sandbox` adds them."""

import re
from collections.abc import Mapping

from common.text.sanitize import sanitise
from summaries.rendering import excerpts
from summaries.rendering.images import show_images
from summaries.rendering.markdown_extensions import to_html
from summaries.rendering.paper_names import key_of_address, names_in
from summaries.rendering.parser import clean, parse, parse_or_nothing
from summaries.rendering.pieces import Pieces, split_keys
from summaries.rendering.results import CitedPaper, MentionedPerson, Rendered, ShownPicture

# Increase it whenever the HTML of a text changes: `manage.py prepare` then renders old rows again.
RENDERER_VERSION = 6

# A word joiner prevents a line break between a formula and its punctuation.
_BEFORE_PUNCTUATION = re.compile(r"</math>(?=[.,;:!?)\]…’”%])")


def render_unbounded(
    text: str,
    prefix: str,
    papers: Mapping[str, CitedPaper],
    people: Mapping[str, MentionedPerson],
    pictures: Mapping[str, ShownPicture] | None = None,
) -> Rendered:
    """Return everything about a text; the arguments are those of `render_document`.

    Raise TooManyPartsError or RecursionError for a text that is too large or nested too deeply.
    """
    source = clean(text)
    tokens = parse(source)
    pieces = Pieces(source, tokens, prefix, papers)
    html, headings, mentions = to_html(tokens, pieces, people)
    html = _BEFORE_PUNCTUATION.sub("</math>\u2060", html)
    html, picture_sources = show_images(html, pictures)
    html = sanitise(html)
    view = excerpts.read(html)
    return Rendered(
        html=html,
        excerpt_html=sanitise(view.excerpt_html),
        plain_text=view.plain_text,
        headings=headings,
        problems=tuple(sorted(pieces.problems, key=lambda problem: problem.line)),
        citation_keys=tuple(dict.fromkeys(pieces.keys)),
        word_count=view.word_count,
        reading_minutes=view.reading_minutes,
        has_math="<math" in html,
        mentions=mentions,
        picture_sources=picture_sources,
    )


def citation_keys(text: str) -> tuple[str, ...]:
    r"""Return the keys of all papers that a text names, in order: ("1412.6980", "vae2014").

    Each appears once. They are the keys in \cite{}, names such as "arXiv:1412.6980v2" and bare URLs,
    but not those in code, formulas or the text of other links.
    """
    keys: dict[str, None] = {}
    for token in parse_or_nothing(text):
        depth = 0
        for piece in token.children or ():
            if piece.type == "cite":
                keys |= dict.fromkeys(split_keys(piece.content))
            elif piece.type == "link_open":
                depth += 1
                key = key_of_address(str(piece.attrGet("href"))) if piece.info == "auto" else ""
                keys |= {key: None} if key else {}
            elif piece.type == "link_close":
                depth -= 1
            elif piece.type == "text" and not depth:
                keys |= {key: None for _, _, key in names_in(piece.content)}
    return tuple(keys)
