"""What people would see without its having gone through gettext: found by reading the files."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Names, and what is the same in every language.
NAMES = re.compile(
    r"ShortScience|arXiv|DOI|BibTeX|RIS|CSL[- ]JSON|ORCID( iD)?|Atom|JSON( Feed)?|GitHub|Google|API|RSS|"
    r"OpenAPI|OpenReview|PubMed|PMID|DBLP|Crossref|TeX|Markdown|Mastodon|Bluesky|UTC|CC BY( 4\.0)?|"
    r"CC BY-SA( 4\.0)?|CC0( 1\.0)?|Ctrl|Esc|Enter|Tab|Shift|https?://\S+|\S+@\S+|(?<!\w)/\S+"
)
WORD = re.compile(r"[^\W\d_]{2,}")
SHOWN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "aria-description", "label"}
# What stands between tags of the template language and is no text: wholly translated, or a remark.
PASSED_OVER = re.compile(
    r"\{#.*?#\}"
    r"|\{%\s*block body_class\s*%\}.*?\{%\s*endblock\s*%\}"
    r"|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}"
    r"|\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}",
    re.DOTALL,
)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# Words handed on by a tag or given by a filter: `default:"None."`, `with why="Asked for"`.
GIVEN = re.compile(r"""(?:default|default_if_none|yesno|join|add):(?P<q>["'])(.*?)(?P=q)""")
HANDED_ON = re.compile(r"""\b\w+=(?P<q>["'])([^"']*)(?P=q)""")


def has_words(text: str) -> bool:
    return bool(WORD.search(NAMES.sub(" ", text)))


class _Texts(HTMLParser):
    """Texts and shown attributes of a page."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag in {"script", "style", "code", "kbd"}:
            self.silent += 1
        for name, value in attributes:
            is_shown = name in SHOWN_ATTRIBUTES or (
                name.startswith("data-") and bool(re.search(r"\w \w", value or ""))
            )
            is_shown |= name == "value" and tag == "input" and named.get("type") == "submit"
            is_shown |= name == "content" and tag == "meta" and "description" in str(named)
            if is_shown:
                self.found.append(value or "")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in {"script", "style", "code", "kbd"}:
            self.silent = max(0, self.silent - 1)

    def handle_data(self, data):
        if not self.silent:
            self.found.append(data)


def in_template(text: str, *, is_html: bool = True) -> list[str]:
    """The texts of a template that no tag translates."""
    left = PASSED_OVER.sub("", text)
    given = [
        words
        for tag in TAG.findall(left)
        if not re.match(r"\{%\s*(translate|trans|url|static|load|extends|get_|now|element)\b", tag)
        for pattern in (GIVEN, HANDED_ON)
        for _, words in pattern.findall(re.sub(r"_\(.*?\)", "", tag))
        if re.search(r"\w \w|^[A-Z][a-z]", words)
    ]
    # A tag inside an attribute may hold quotation marks, which would end it.
    bare = re.sub(r"[\w-]+=\"\"", "", TAG.sub("", left))
    if not is_html:
        texts = bare.splitlines()
    else:
        reader = _Texts()
        reader.feed(bare)
        reader.close()
        texts = reader.found
    return [" ".join(words.split()) for words in [*texts, *given] if has_words(words)]


def pluralized(text: str) -> list[str]:
    """English plurals made by a filter."""
    return re.findall(r"\w*\{\{[^}]*\|pluralize[^}]*\}\}", text)


# -- Python ----------------------------------------------------------------------------------------
TRANSLATES = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
    "npgettext_lazy",
}
NOT_FOR_PEOPLE = {
    "HttpResponseBadRequest",
    "debug",
    "info",
    "warning",
    "exception",
    "getLogger",
    "compile",
    "RawSQL",
    "RunSQL",
}


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", None) or getattr(call.func, "id", "")


def in_module(source: str) -> Iterator[tuple[int, str]]:
    """(line, words) of sentences and labels of a Python module that nothing translates."""
    tree = ast.parse(source)
    passed_over: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                passed_over.add(id(first.value))
        if isinstance(node, ast.Call) and (
            _name(node) in TRANSLATES
            or (
                _name(node) in NOT_FOR_PEOPLE
                and _owner(node) in {"log", "logger", "logging", "re", ""}
            )
        ):
            passed_over |= {id(part) for part in ast.walk(node)}
    labels = {
        id(word.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg in {"label", "help_text"}
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        is_shown = id(node) in labels and has_words(node.value)
        if id(node) not in passed_over and (is_shown or _is_sentence(node.value)):
            yield node.lineno, " ".join(node.value.split())


def _owner(call: ast.Call) -> str:
    return getattr(getattr(call.func, "value", None), "id", "")


def _is_sentence(text: str) -> bool:
    """ "Nobody has voted yet." and "Your name" are, "application/json" and "SELECT 1" are not."""
    return bool(re.search(r"[^\W\d_]{2,} [^\W\d_]{2,}", text)) and not re.search(
        r"SELECT |UPDATE |INSERT |DELETE |CREATE |\bFROM\b|[{}\\]{2}|;q=|</?\w", text
    )
