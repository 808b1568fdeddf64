"""Sanitise HTML: the last step of every renderer, and the only code that marks HTML as safe.

Two sanitisers run one after the other with the same allow lists. Bleach parses the HTML like a
browser and escapes everything that is not on the lists below. It is no longer maintained, so nh3,
which is, sanitises the result again.
"""

import json
import re
from collections.abc import Container
from typing import Any

import bleach
import nh3
from bleach.sanitizer import Cleaner
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Combinable
from django.utils.safestring import SafeString, mark_safe

from common.per_thread import per_thread

HTML_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details"),
    *("div", "dl", "dt", "em", "figcaption", "figure", "h3", "h4", "h5", "h6", "hr", "i", "img"),
    *("ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "section", "small", "span"),
    *("strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
    *("u", "ul"),
}
# MathML Core and the few elements that KaTeX adds. Never annotation-xml, maction or annotations in
# another encoding: scripts have been smuggled through them.
MATH_TAGS = {
    *("math", "semantics", "annotation", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace"),
    *("mfrac", "msqrt", "mroot", "mstyle", "merror", "mpadded", "mphantom", "menclose"),
    *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts"),
    *("none", "mtable", "mtr", "mtd", "mlabeledtr"),
}
CLASSES = re.compile(
    r"(?:eq|eq-ref|scroll|notes|cite|mention|badge|perma|card-link|tex-error|task|code|video|hit|note-ref|toc|alert(?:-(?:title|note|tip|important|warning|caution))?"
    r"|m-(?:over|under|label-over|label-under|brace|paren|bracket|line|hat|root)"
    r"|m-arrow-(?:right|left|both|maps)"
    r"|m-(?:left|right|center|gap|back|tight|edge|half|full|number)"
    r"|m-(?:flush|near)-(?:left|right)|m-(?:line|dash)-(?:top|right|bottom|left)"
    r"|[a-z]{1,3}[0-9]?)\Z"  # Pygments' short token names
)
_MATH_ATTRIBUTES = {
    *("accent", "accentunder", "columnalign", "columnlines", "columnspacing", "columnspan"),
    *("depth", "dir", "display", "displaystyle", "fence", "form", "frame", "height", "largeop"),
    *("linethickness", "lspace", "mathcolor", "mathbackground", "mathsize", "mathvariant"),
    *("maxsize", "minsize", "movablelimits", "notation", "rowalign", "rowlines", "rowspacing"),
    *("rowspan", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset"),
    *("width",),
}
PROTOCOLS = {"http", "https", "mailto"}
_NEAR = re.compile(r"-?[0-4]?(?:\.\d*)?(?:em|ex)?\Z")
_HTML_ATTRIBUTES = {
    "a": {"href", "title", "rel", "id", "aria-label"},
    "abbr": {"title"},
    "code": {"title"},
    "details": {"open"},
    "div": {"id", "tabindex", "role", "aria-label"},
    "h3": {"id"},
    "h4": {"id"},
    "h5": {"id"},
    "h6": {"id"},
    "img": {"src", "alt", "width", "height", "title", "loading", "decoding"},
    "li": {"id"},
    "ol": {"start"},
    "pre": {"tabindex", "role", "aria-label"},
    "span": {"title", "role", "aria-label", "aria-hidden"},
    "sup": {"id"},
    "td": {"colspan", "rowspan"},
    "th": {"scope", "colspan", "rowspan"},
}


# Escaped text in plain paragraphs, as most titles and abstracts are. There is nothing to sanitise,
# and skipping it halves the time of a bulk import.
_NOTHING_TO_CLEAN = re.compile(
    r"(?:[^<>&\x00-\x08\x0b-\x1f]|&(?:amp|lt|gt|quot|\#x27);)*+"
    r"(?:<p>(?:[^<>&\x00-\x08\x0b-\x1f]|&(?:amp|lt|gt|quot|\#x27);)*+</p>)*+\Z"
)


def sanitise(html: str) -> SafeString:
    """Return `html` as safe HTML; what is not on the lists is escaped or removed."""
    if _NOTHING_TO_CLEAN.match(html):
        return mark_safe(html)
    # The no-break space is the only character that nh3 writes as a named entity.
    return mark_safe(_last_word().clean(clean_by_bleach(html)).replace("&nbsp;", "\xa0"))


def clean_by_bleach(html: str) -> str:
    """Return `html` sanitised by bleach, except for formulas that are on the lists anyway.

    A typeset formula has dozens of elements, and bleach needs a tenth of a millisecond for each.
    nh3 checks them all.
    """
    if _PLACEHOLDER in html or "<math" not in html:
        return _cleaner().clean(html)
    formulas: list[str] = []

    def replace_formula(match: re.Match[str]) -> str:
        if not is_plain_formula(match[0]):
            return match[0]
        formulas.append(match[0])
        return f"{_PLACEHOLDER}{len(formulas) - 1}{_PLACEHOLDER}"

    shorter = _cleaner().clean(_MATH.sub(replace_formula, html))
    if _PLACEHOLDER_IN_TAG.search(shorter):
        return _cleaner().clean(html)
    return _PLACEHOLDERS.sub(lambda match: formulas[int(match[1])], shorter)


def is_plain_formula(mathml: str) -> bool:
    """Return whether all tags and attributes in a <math> element are allowed and all tags closed."""
    open_tags: list[str] = []
    position = 0
    while part := _PART.match(mathml, position):
        position = part.end()
        if part["text"]:
            continue
        name = part["name"]
        if name not in MATH_TAGS:
            return False
        if not part["close"]:
            attributes = _ATTRIBUTE.findall(part["attributes"])
            if not all(_is_allowed(name, key, value) for key, value in attributes):
                return False
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            return False
        if not open_tags:
            return position == len(mathml)
    return False


# A private-use character that marks the place of a formula.
_PLACEHOLDER = "\ue00f"
_PLACEHOLDERS = re.compile(f"{_PLACEHOLDER}([0-9]+){_PLACEHOLDER}")
_PLACEHOLDER_IN_TAG = re.compile(f"<[^<>]*{_PLACEHOLDER}")
_MATH = re.compile(r"<math[ >].*?</math>", re.DOTALL)
_PART = re.compile(
    r"(?P<text>(?:[^<>&\x00-\x08\x0b-\x1f]|&(?:amp|lt|gt|quot|\#x27);)++)"
    r"|<(?P<close>/?)(?P<name>[a-z]++)(?P<attributes>(?: [a-z]++=\"[^\"<>&\x00-\x1f]*+\")*+)>"
)
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')


def replace_in_safe(html: SafeString, old: str, new: str) -> SafeString:
    """Return `html` with `old` replaced by `new`, such as an id.

    Raise ValueError if either contains a character that is special in HTML.
    """
    if set("<>&\"'") & {*old, *new}:
        raise ValueError("only plain words can be replaced")
    return mark_safe(html.replace(old, new))


_CITATION = re.compile(r'<a class="cite" href="(/paper/(\d+)/[^"]*)" title="[^"]*">')


def link_cards(html: SafeString, paper_ids: Container[int]) -> SafeString:
    """Return `html` with each citation of these papers linked to the card with the id "cite-<pk>".

    The card shows the title, so the title attribute is removed.
    """

    def point(match: re.Match[str]) -> str:
        if int(match[2]) not in paper_ids:
            return match[0]
        return f'<a class="cite" href="{match[1]}" interestfor="cite-{match[2]}">'

    return mark_safe(_CITATION.sub(point, html))


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return all(CLASSES.match(word) for word in value.split())
    if tag == "annotation":
        return name == "encoding" and value == "application/x-tex"
    if tag in MATH_TAGS:
        # A large offset could place a formula on top of another person's text.
        is_near = name != "voffset" or _NEAR.match(value)
        return name in _MATH_ATTRIBUTES and bool(is_near)
    return name in _HTML_ATTRIBUTES.get(tag, ())


# A cleaner keeps the text that it parses: shared by two threads, it would mix up their texts.
@per_thread
def _cleaner() -> Cleaner:
    return bleach.Cleaner(
        tags=HTML_TAGS | MATH_TAGS,
        attributes=_is_allowed,
        protocols=PROTOCOLS,
        strip=False,
        strip_comments=True,
    )


@per_thread
def _last_word() -> nh3.Cleaner:
    tags = HTML_TAGS | MATH_TAGS
    attributes = {tag: {"class", *_HTML_ATTRIBUTES.get(tag, ())} for tag in HTML_TAGS}
    attributes |= {tag: {"class", *_MATH_ATTRIBUTES} for tag in MATH_TAGS}
    attributes["annotation"] = {"encoding"}
    return nh3.Cleaner(
        tags=tags,
        attributes=attributes,
        attribute_filter=_filtered,
        url_schemes=PROTOCOLS,
        link_rel=None,
        strip_comments=True,
    )


def _filtered(tag: str, name: str, value: str) -> str | None:
    return value if _is_allowed(tag, name, value) else None


def json_for_page(value: object) -> SafeString:
    """Return `value` as JSON for a <script type="application/ld+json"> element.

    Characters that could close the element or open another one are written as JSON escapes.
    """
    text = json.dumps(value, ensure_ascii=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return mark_safe(text)


class SanitisedHtmlField(models.TextField):  # type: ignore[type-arg]  # Not subscriptable at run time.
    """HTML that was sanitised before it was stored, so that templates can print it unescaped."""

    def from_db_value(
        self, value: str | None, expression: Combinable, connection: BaseDatabaseWrapper
    ) -> SafeString | None:
        return value if value is None else mark_safe(value)

    def get_prep_value(self, value: Any) -> Any:
        if value and not isinstance(value, SafeString):
            raise TypeError(f"{self.name} takes only what sanitise() returned")
        return super().get_prep_value(value)
