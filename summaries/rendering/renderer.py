"""One text to one Rendered, unbounded: `bounded` puts limits around it."""

import re
import threading
from collections.abc import Mapping
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from common.texmath import typeset
from common.text.sanitize import sanitise
from summaries.rendering import excerpts
from summaries.rendering.images import show_pictures
from summaries.rendering.lint import EXCERPT_CHARACTERS, find_slips
from summaries.rendering.markdown_extensions import to_html
from summaries.rendering.math_fixes import repair
from summaries.rendering.placeholders import MARK, Placeholders, Token, clean, set_aside, split_keys
from summaries.rendering.preprocess_lists import prepare
from summaries.rendering.results import (
    CitedPaper,
    MentionedPerson,
    Problem,
    Rendered,
    ShownPicture,
    gettext_noop,
)

# Raise it whenever the same text gives other HTML: `manage.py prepare` then brings old rows up.
RENDERER_VERSION = 5
MOST_REPAIRS = 5

_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*?)</p>", re.DOTALL)
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>\n?")
# A line may end behind a formula, but not before its full stop: a word joiner holds them.
_BEFORE_PUNCTUATION = re.compile(r"</math>(?=[.,;:!?)\]…’”%])")
_SUMMARY_PARAGRAPH = re.compile(r"<summary>\s*<p>([^<]*(?:<(?!/?p>)[^<]*)*)</p>\s*</summary>")
_BLOCK_TAGS = {"details", "summary"}
_ATTRIBUTE = re.compile(r"""([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_IMAGE_SOURCE = re.compile(r"(?:https?://|/(?!/))[^\s]+\Z", re.IGNORECASE)


def render_unbounded(
    text: str,
    prefix: str,
    papers: Mapping[str, CitedPaper],
    people: Mapping[str, MentionedPerson],
    pictures: Mapping[str, ShownPicture] | None = None,
) -> Rendered:
    source = clean(text)
    aside = set_aside(source)
    html, headings, mentions = to_html(prepare(aside), aside=aside, prefix=prefix, people=people)
    pieces = Pieces(aside, papers)
    html, picture_sources = show_pictures(pieces.put_back(html), pictures)
    html = sanitise(html)
    view = excerpts.read(html)
    return Rendered(
        html=html,
        excerpt_html=sanitise(view.excerpt_html),
        plain_text=view.plain_text,
        headings=headings,
        problems=tuple(
            sorted((*pieces.problems, *find_slips(source, aside)), key=lambda problem: problem.line)
        ),
        citation_keys=tuple(dict.fromkeys(pieces.keys)),
        word_count=view.word_count,
        reading_minutes=view.reading_minutes,
        has_math="<math" in html,
        mentions=mentions,
        picture_sources=picture_sources,
    )


class Pieces:
    """Puts back what was set aside, as HTML, and notes what is wrong with it."""

    def __init__(self, aside: Placeholders, papers: Mapping[str, CitedPaper]):
        self.aside, self.papers = aside, papers
        self.problems: list[Problem] = []
        self.keys: list[str] = []
        self.equations = 0

    def put_back(self, html: str) -> str:
        html = _PARAGRAPH.sub(self._part_paragraph, html)
        html = MARK.sub(lambda found: self._html(self.aside.pieces[int(found[1])]), html)
        html = _BEFORE_PUNCTUATION.sub("</math>\u2060", html)
        html = _SUMMARY_PARAGRAPH.sub(r"<summary>\1</summary>", html)
        return _EMPTY_PARAGRAPH.sub("", html)

    def _part_paragraph(self, paragraph: re.Match[str]) -> str:
        """A display formula or a block of code cannot stand inside <p>: part it there."""

        def part(found: re.Match[str]) -> str:
            piece = self.aside.pieces[int(found[1])]
            return f"</p>{found[0]}<p>" if self._is_block(piece) else found[0]

        return f"<p>{MARK.sub(part, paragraph[1])}</p>"

    def _is_block(self, piece: Token) -> bool:
        return piece.kind in {"fence", "display"} or piece.info in _BLOCK_TAGS

    def _html(self, piece: Token) -> str:
        return str(getattr(self, f"_{piece.kind}")(piece))

    def _text(self, piece: Token) -> str:
        return escape(piece.content)

    def _code(self, piece: Token) -> str:
        return f"<code>{escape(piece.content)}</code>"

    def _fence(self, piece: Token) -> str:
        language = piece.info.split()[0].strip("{.}") if piece.info else ""
        label = f"Code: {language}" if language else "Code"
        body = _highlighted(piece.content, language)
        return (
            f'<pre tabindex="0" role="group" aria-label="{escape(label)}"><code>{body}</code></pre>'
        )

    def _inline(self, piece: Token) -> str:
        return self._formula(piece, display=False)

    def _display(self, piece: Token) -> str:
        formula = self._formula(piece, display=True)
        self.equations += 1
        return (
            f'<div class="eq" tabindex="0" role="group" aria-label="Equation {self.equations}">'
            f"{formula}</div>"
        )

    def _formula(self, piece: Token, *, display: bool) -> str:
        formula = typeset(piece.content, display=display)
        if formula.error:
            self._complain_of_formula(piece, formula.error, display=display)
        return formula.mathml

    def _cite(self, piece: Token) -> str:
        return (
            "(" + "; ".join(self._reference(piece, key) for key in split_keys(piece.content)) + ")"
        )

    def _reference(self, piece: Token, key: str) -> str:
        self.keys.append(key)
        paper = self.papers.get(key)
        if paper is None:
            words = gettext_noop("Paper %(key)s is not here yet.")
            self._complain(piece, words, key=key, told={"key": key})
            return f'{escape(key)} <span class="badge">not found</span>'
        return (
            f'<a class="cite" href="{escape(paper.url)}" title="{escape(paper.title)}">'
            f"{escape(paper.reference)}</a>"
        )

    def _tag(self, piece: Token) -> str:
        if piece.info == "img":
            return _image(piece) or escape(piece.source)
        if piece.info == "br":
            return "<br>"
        is_closing = piece.source.startswith("</")
        return f"<{'/' if is_closing else ''}{piece.info}>"

    def _complain_of_formula(self, piece: Token, error: str, *, display: bool) -> None:
        """With a remedy, when one is near; looking for it costs, so only for the first few."""
        fix = ""
        if len(self.problems) < MOST_REPAIRS:
            fix = repair(piece.content, display=display, problem=error)
        if "\n" in piece.source:
            # A fix stands on one line: where only a word is wrong, that word.
            line, found, fix = _changed_line(piece, fix)
            self._complain(piece, f"{error}.", line=line, found=found, fix=fix)
        else:
            fixed = piece.source.replace(piece.content, fix, 1) if fix else ""
            self._complain(piece, f"{error}.", found=piece.source if fix else "", fix=fixed)

    def _complain(
        self,
        piece: Token,
        words: str,
        *,
        line: int = 0,
        found: str = "",
        fix: str = "",
        key: str = "",
        told: dict[str, str] | None = None,
    ) -> None:
        excerpt = piece.source[:EXCERPT_CHARACTERS]
        self.problems.append(
            Problem(line or piece.line, excerpt, words, found, fix, key, told or {})
        )


def _changed_line(piece: Token, fix: str) -> tuple[int, str, str]:
    """(line, the line as it is, as it should be) of a repair that changes one line; else no repair."""
    before = piece.source.split("\n")
    after = piece.source.replace(piece.content, fix, 1).split("\n") if fix else before
    changed = [at for at, pair in enumerate(zip(before, after, strict=False)) if len({*pair}) > 1]
    if len(before) != len(after) or len(changed) != 1:
        return piece.line, "", ""
    return piece.line + changed[0], before[changed[0]], after[changed[0]]


def _image(piece: Token) -> str:
    told = {
        name.lower(): first or second or third
        for name, first, second, third in _ATTRIBUTE.findall(piece.source)
    }
    if not _IMAGE_SOURCE.match(told.get("src", "")):
        return ""
    width = f' width="{told["width"]}"' if re.fullmatch(r"\d{1,4}%?", told.get("width", "")) else ""
    source, alt = escape(told["src"]), escape(told.get("alt", ""))
    return f'<img src="{source}" alt="{alt}"{width} loading="lazy">'


# Pygments fills the tables of a lexer's class when it is first used, also in the middle of another
# language, as JavaScript is in HTML; two threads would fill the same table.
_highlighting = threading.Lock()


def _highlighted(code: str, language: str) -> str:
    """Code with Pygments' short class names; plain when the language is unknown or absent."""
    plain = escape(code, quote=False)
    if not language or len(code) > 20_000:
        return plain
    with _highlighting:
        try:
            lexer = get_lexer_by_name(language, stripnl=False)
        except ClassNotFound:
            return plain
        return highlight(code, lexer, HtmlFormatter(nowrap=True)).rstrip("\n")
