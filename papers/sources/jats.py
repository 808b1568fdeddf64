"""Pure: titles and abstracts that come as pieces of HTML, MathML or JATS, to plain text."""

import re
from html import unescape

from lxml import etree
from lxml import html as lxml_html

from papers.citations.latex_to_unicode import clean_title
from papers.sources.json_values import printable

MAX_TAGS = 5000  # More nest deeper than the parser follows.
_WORD = r"(?:[Rr]etracted|RETRACTED|WITHDRAWN|REMOVED)"
_NOUN = r"(?:\s+(?i:article|paper|chapter|manuscript))?"
# What publishers write around a title when they take the paper back: "RETRACTED ARTICLE: …".
_TAKEN_BACK = re.compile(
    rf"\A(?:\[\s*{_WORD}{_NOUN}\s*\]\s*:?|{_WORD}{_NOUN}\s*[:—–])\s*(?=\S)"
    rf"|\s*[\[(]\s*{_WORD}{_NOUN}\b[^\])]*[\])]\.?\Z"
)
# A tag, and not the sign of "k<n and m>2".
_TAG = re.compile(
    r"</?[a-zA-Z][\w.:-]*(?:\s+[\w.:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>=]+))*\s*/?>"
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def plain_title(source: str) -> tuple[str, bool]:
    """(title, is it marked as taken back): "RETRACTED: On <i>x</i>." gives ("On x", True)."""
    return without_mark(clean_title(plain_markup(source)))


def without_mark(title: str) -> tuple[str, bool]:
    """(title, was it marked as taken back) of a title that is plain text already."""
    bare = _TAKEN_BACK.sub("", title, count=1).strip()
    return (bare, True) if bare and bare != title else (title, False)


def plain_markup(text: str) -> str:
    """Text without <i>, <sub>, escaped tags and MathML; formulas become their letters."""
    text = _COMMENT.sub(" ", text)
    for _ in range(2):  # Some publishers escape their tags once more.
        if "<" not in text and "&" not in text:
            break
        text = _parsed(text).text_content() if _TAG.search(text) else unescape(text)
    return " ".join(printable(text).split())


def _parsed(source: str) -> lxml_html.HtmlElement:
    """The pieces below one <div>; never fails, whatever the source is."""
    source = "".join(
        part if _TAG.fullmatch(part) else part.replace("<", "&lt;")
        for part in re.split(f"({_TAG.pattern})", printable(source))
    )
    source = re.sub(r"<(/?)(?:jats|mml|m|ns\d+):", r"<\1", source)
    try:
        if source.count("<") > MAX_TAGS:
            raise ValueError("so many tags are no text")
        root = lxml_html.fragment_fromstring(source, create_parent="div")
    except (etree.ParserError, ValueError):
        root = lxml_html.Element("div")
        root.text = " ".join(re.sub(r"<[^>]*>", " ", source).split())
    for copy in root.xpath("//annotation|//annotation-xml"):
        copy.drop_tree()  # A formula's second form, beside its letters.
    return root


def plain_abstract(source: str) -> str:
    """A piece of JATS to plain paragraphs: the heading "Abstract" goes, section titles stay.

    The prefix jats: is bound nowhere and there is no single root, so an HTML parser reads it.
    JATS: https://jats.nlm.nih.gov/archiving/tag-library/1.3/element/abstract.html
    """
    if not source.strip():
        return ""
    if "&lt;" in source and "<" not in source:
        source = unescape(source)
    if not _TAG.search(source):
        parts = re.split(r"\n\s*\n", unescape(source))
        return "\n\n".join(filter(None, (" ".join(printable(part).split()) for part in parts)))
    # Line ends of the source mean nothing; within HTML a <title> would be no text.
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
    # Some publishers escape their signs once more.
    text = unescape(text) if re.search(r"&(?:lt|gt|amp|quot|#\d+);", text) else text
    paragraphs = (" ".join(line.split()) for line in text.split("\n"))
    return "\n\n".join(
        line for line in paragraphs if line and line.lower().strip(". :") != "abstract"
    )


def _dollars(tex: str) -> str:
    """The formula of a <tex-math>, which may be a whole LaTeX document."""
    body = re.search(r"\\begin\{document\}(.*?)\\end\{document\}", tex, re.DOTALL)
    bare = (body[1] if body else tex).strip().strip("$")
    return f"${' '.join(bare.split())}$"
