"""Convert TeX in names and titles to Unicode, except formulas. Pure."""

import re
import unicodedata

from common.texmath import split_math

_COMBINING = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
}
_LETTERS = {
    **{"o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ"},
    **{"OE": "Œ", "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ"},
    **{"TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "S": "§", "P": "¶"},
    **{"textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘"},
    **{"textquotedblleft": "“", "textquotedblright": "”", "ldots": "…", "dots": "…"},
    **{"textregistered": "®", "texttrademark": "™", "copyright": "©", "textdegree": "°"},
    **{"textunderscore": "_", "pounds": "£"},
    # Escaped special characters, replaced by placeholders until the commands are removed.
    **{"textbackslash": "\ue011", "textasciitilde": "\ue012", "textasciicircum": "\ue013"},
    **{"textbraceleft": "\ue014", "textbraceright": "\ue015"},
}
_ASIDE = str.maketrans("\ue010\ue011\ue012\ue013\ue014\ue015", "$\\~^{}")
_ACCENT_SIGN = re.compile(
    r"\\([`'^\"~=.])\s*(?:\{\s*(\\?[A-Za-z])\s*\}|(\\[ij](?![A-Za-z])|[A-Za-z]))"
)
_ACCENT_LETTER = re.compile(
    r"\\([uvHtcdbkr])(?:\s*\{\s*(\\?[A-Za-z])\s*\}|\s+(\\?[A-Za-z])(?![A-Za-z]\w*\s*\{))"
)
_LETTER = re.compile(
    r"\\(" + "|".join(sorted(_LETTERS, key=len, reverse=True)) + r")(?:\{\}|(?![A-Za-z])\s*)"
)
_STYLED = re.compile(
    r"\\(?:emph|text(?:it|bf|sc|tt|rm|sf|sl|up|md|normal|superscript|subscript)?|mbox|hbox|uppercase"
    r"|acro|lowercase|MakeUppercase|MakeLowercase|enquote|noopsort|url|href\{[^{}]*\})\s*\{([^{}]*)\}"
)
_SWITCH = re.compile(
    r"\\(?:it|bf|sc|tt|rm|em|sl|sf|protect|relax|upshape|itshape|bfseries|ssf)(?![A-Za-z])\s*"
)
# Names of programs: \TeX, \BibTeX, \PS. The space after them is kept, as the authors intended.
_LOGO = re.compile(r"(?<!\\)\\(Dash|[A-Z][A-Za-z]*)(?:\{\})?")
_LOGOS = {"LaTeXe": "LaTeX2ε", "MF": "METAFONT", "MP": "MetaPost", "PS": "PostScript", "Dash": "—"}
_ESCAPED = re.compile(r"\\([&%#_{}$,;:!/ -])")
_MARKS = (("``", "“"), ("''", "”"), ("---", "—"), ("--", "–"))


def latex_to_text(source: str) -> str:
    r"""Convert text with TeX to Unicode; formulas keep their TeX and dollar signs.

    "{\"U}ber $\beta$-{VAE}s" gives "Über $\beta$-VAEs". White space is collapsed.
    """
    source = source.replace("\\$", "\ue010")
    pieces = (
        _plain(span.source) if span.kind == "text" else span.source for span in split_math(source)
    )
    text = "".join(pieces).translate(_ASIDE)
    return " ".join(unicodedata.normalize("NFC", text).split())


def _plain(text: str) -> str:
    for _ in range(4):  # Braces may be nested: {\"{a}}, \emph{\textbf{x}}.
        before = text
        text = _ACCENT_SIGN.sub(_accent, text)
        text = _ACCENT_LETTER.sub(_accent, text)
        text = _STYLED.sub(r"\1", text)
        if text == before:
            break
    text = _LETTER.sub(lambda match: _LETTERS[match[1]], text)
    text = _SWITCH.sub("", text)
    text = _LOGO.sub(lambda match: _LOGOS.get(match[1], match[1]), text)
    text = text.replace("~", " ").replace("\\\\", " ")
    text = _ESCAPED.sub(_escaped, text)
    for mark, letter in _MARKS:
        text = text.replace(mark, letter)
    return text.replace("{", "").replace("}", "")


def plain_identifier(source: str) -> str:
    r"""Convert an identifier or URL with TeX to plain text.

    "10.1007/978-3-319-20794-0{\_}129-1" gives "10.1007/978-3-319-20794-0_129-1". The first argument
    of \href is used. The result is "" if a command is unknown or braces are unbalanced, because a
    part of an identifier may be the identifier of another work.
    """
    text = _LINKED.sub(lambda match: match[1] or match[2], source.strip())
    text = _SIGN.sub(lambda match: _SIGNS[match[1]], text)
    text = re.sub(r"\$\s*(?:\\?([_<>~^%&#-])|\{\s*\\?([_<>~^%&#-])\s*\})\s*\$", r"\1\2", text)
    text = re.sub(r"\\(?:allowbreak|-|/|protect|relax|penalty\d+)(?![A-Za-z])\s*", "", text)
    text = re.sub(r"\\string(?![A-Za-z])\s*", "", text)
    text = re.sub(r"\\([_%&#$~:])", r"\1", text)
    if "\\" in text or not _is_balanced(text):
        return ""
    return text.replace("{", "").replace("}", "").strip()


_LINKED = re.compile(
    r"\\href\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*\{(?:[^{}]|\{[^{}]*\})*\}"
    r"|\\(?:url|nolinkurl|path|doi|texttt|textrm|text|mbox|emph|ensuremath)"
    r"\s*\{((?:[^{}]|\{[^{}]*\})*)\}"
)
_SIGNS = {
    **{"textunderscore": "_", "textless": "<", "textgreater": ">", "textasciitilde": "~"},
    **{"textpercent": "%", "textendash": "–", "textquotesingle": "'", "lt": "<", "gt": ">"},
    **{"textnumbersign": "#", "textampersand": "&", "textdollar": "$", "textcolon": ":"},
    **{"sim": "~", "textasciicircum": "^", "textbar": "|", "slash": "/"},
}
_SIGN = re.compile(rf"\\({'|'.join(_SIGNS)})(?:\{{\}}|(?![A-Za-z])\s*)")


def _is_balanced(text: str) -> bool:
    depth = 0
    for letter in text:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth < 0:
            return False
    return depth == 0


def _escaped(match: re.Match) -> str:
    if match[1] in ",;:!/-":
        return ""
    return {"{": "\ue014", "}": "\ue015"}.get(match[1], match[1])


def _accent(match: re.Match) -> str:
    letter = (match[2] or match[3]).lstrip("\\")
    # The tie over two letters, \t, is dropped.
    return unicodedata.normalize("NFC", letter + _COMBINING.get(match[1], ""))


def clean_title(title: str) -> str:
    """Convert a title with TeX to Unicode and remove the final full stop of DBLP titles.

    "…" and abbreviations such as "U.S." keep their full stops.
    """
    text = latex_to_text(title)
    if (
        text.endswith(".")
        and not text.endswith("..")
        and not re.search(r"\b[A-Za-z]\.[A-Za-z]?\.\Z|\b(?:Inc|vs|etc|al|Jr)\.\Z", text)
    ):
        text = text[:-1].rstrip()
    return text
