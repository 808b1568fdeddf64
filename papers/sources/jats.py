"""Convert titles and abstracts in fragments of HTML, MathML or JATS to plain text, without I/O."""

import re
from html import unescape

from lxml import etree
from lxml import html as lxml_html

from papers.citations.latex_to_unicode import clean_title
from papers.sources.json_values import printable

MAX_TAGS = 5000  # More tags may nest deeper than the parser supports.
_WORD = r"(?:[Rr]etracted|RETRACTED|WITHDRAWN|REMOVED)"
_NOUN = r"(?:\s+(?i:article|paper|chapter|manuscript))?"
# How publishers mark the title of a retracted paper: "RETRACTED ARTICLE: …".
_TAKEN_BACK = re.compile(
    rf"\A(?:\[\s*{_WORD}{_NOUN}\s*\]\s*:?|{_WORD}{_NOUN}\s*[:—–])\s*(?=\S)"
    rf"|\s*[\[(]\s*{_WORD}{_NOUN}\b[^\])]*[\])]\.?\Z"
)
# A tag, but not the signs in "k<n and m>2".
_TAG = re.compile(
    r"</?[a-zA-Z][\w.:-]*(?:\s+[\w.:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>=]+))*\s*/?>"
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def plain_title(source: str) -> tuple[str, bool]:
    """Return (title, whether it is marked as retracted).

    "RETRACTED: On <i>x</i>." gives ("On x", True).
    """
    return without_mark(clean_title(plain_markup(source)))


def without_mark(title: str) -> tuple[str, bool]:
    """Return (title, whether it was marked as retracted) for a title in plain text."""
    bare = _TAKEN_BACK.sub("", title, count=1).strip()
    return (bare, True) if bare and bare != title else (title, False)


def plain_markup(text: str) -> str:
    """Return text without <i>, <sub>, escaped tags and MathML; formulas become their letters."""
    text = _COMMENT.sub(" ", text)
    for _ in range(2):  # Some publishers escape their tags twice.
        if "<" not in text and "&" not in text:
            break
        text = _parsed(text).text_content() if _TAG.search(text) else unescape(text)
    return " ".join(printable(text).split())


def _parsed(source: str) -> lxml_html.HtmlElement:
    """Return the fragments below one <div>; never fails, whatever the source is."""
    source = "".join(
        segment if _TAG.fullmatch(segment) else segment.replace("<", "&lt;")
        for segment in re.split(f"({_TAG.pattern})", printable(source))
    )
    source = re.sub(r"<(/?)(?:jats|mml|m|ns\d+):", r"<\1", source)
    try:
        if source.count("<") > MAX_TAGS:
            raise ValueError("too many tags")
        root = lxml_html.fragment_fromstring(source, create_parent="div")
    except (etree.ParserError, ValueError):
        root = lxml_html.Element("div")
        root.text = " ".join(re.sub(r"<[^>]*>", " ", source).split())
    for annotation in root.xpath("//annotation|//annotation-xml"):
        annotation.drop_tree()  # The second form of a formula, beside its letters.
    return root


def plain_abstract(source: str) -> str:
    """Return a fragment of JATS as plain paragraphs, separated by blank lines.

    The heading "Abstract" is left out, section titles stay. The prefix jats: is not bound and there
    is no single root, so an HTML parser reads it. JATS:
    https://jats.nlm.nih.gov/archiving/tag-library/1.3/element/abstract.html
    """
    if not source.strip():
        return ""
    if "&lt;" in source and "<" not in source:
        source = unescape(source)
    if not _TAG.search(source):
        parts = re.split(r"\n\s*\n", unescape(source))
        return "\n\n".join(filter(None, (" ".join(printable(part).split()) for part in parts)))
    # Line breaks of the source have no meaning; in HTML, a <title> would not be part of the text.
    source = " ".join(_COMMENT.sub(" ", source).split())
    root = _parsed(re.sub(r"<(/?)(?:jats:)?title\b", r"<\1h4", source))
    for formula in root.xpath("//inline-formula|//disp-formula"):
        source_tex = formula.xpath("string(.//tex-math)")
        if source_tex:
            tail = formula.tail
            formula.clear()
            formula.text, formula.tail = _dollars(source_tex), tail
    for block in root.iter("p", "h4", "sec", "list-item", "li"):
        block.tail = "\n" + (block.tail or "")
        block.text = "\n" + (block.text or "")
    text = root.text_content()
    # Some publishers escape their characters twice.
    text = unescape(text) if re.search(r"&(?:lt|gt|amp|quot|#\d+);", text) else text
    paragraphs = (" ".join(line.split()) for line in text.split("\n"))
    return "\n\n".join(
        line for line in paragraphs if line and line.lower().strip(". :") != "abstract"
    )


def _dollars(tex: str) -> str:
    """Return the formula of a <tex-math>, which may be a whole LaTeX document, in dollar signs."""
    body = re.search(r"\\begin\{document\}(.*?)\\end\{document\}", tex, re.DOTALL)
    bare = (body[1] if body else tex).strip().strip("$")
    return f"${' '.join(bare.split())}$"
