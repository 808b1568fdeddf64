r"""Split text into the words that are indexed and searched. Pure.

Case and accents are folded, TeX is resolved and English words are stemmed:
"Schr\"odinger's $\ell_1$-norms" gives ["schroding", "l1", "norm"].
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any

import snowballstemmer

from common.per_thread import per_thread

# Raise it whenever the same text gives other words: `manage.py prepare` then reindexes everything.
WORDS_VERSION = 2

# Letters that NFKD does not decompose, although people type them in ASCII.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
# TeX commands for formatting only.
_FORMATTING_COMMANDS = (
    "text textrm textit textbf textsf texttt textsc emph underline mathrm mathit mathbf mathsf"
    " mathtt mathcal mathbb mathfrak mathscr boldsymbol bm operatorname left right big bigl bigr"
    " bigg biggl biggr frac dfrac tfrac sqrt hat bar tilde vec dot ddot widehat widetilde overline"
    " begin end label ref limits nolimits displaystyle textstyle quad qquad cdot mbox hbox rm it"
    " bf em sc tt cal ensuremath mathop stackrel mathsfbf url href cite"
)
_FORMATTING = frozenset(_FORMATTING_COMMANDS.split())
_LETTER_COMMANDS = {
    "o": "o", "l": "l", "i": "i", "j": "j", "ss": "ss", "ae": "ae", "oe": "oe", "aa": "a",
    "ell": "l",
}  # fmt: skip
_TEX_ACCENT = re.compile(r"\\(?:[`'^\"~=.]|[cvuHkdbrt](?![A-Za-z]))\s*\{?\\?([A-Za-z])\}?")
_TEX_COMMAND = re.compile(r"\\([A-Za-z]+)\s?")
_MARKS = re.compile(r"[\u0300-\u036f]")
# Single Greek letters are symbols: people search "α-divergence" as "alpha".
_GREEK_LETTER = re.compile(r"(?<![\u0370-\u03ff])[\u03b1-\u03c9](?![\u0370-\u03ff])")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?:s\b|(?=\w))")
# People type "L_1", "$\ell_{2}$" and "n^2" without the sign: "L1", "n²".
_SCRIPT = re.compile(r"(?<![^\W_])([^\W\d_])[_^]([0-9pq])(?![^\W_])")
# Scripts without spaces: every character is a word, and adjacent characters are a phrase.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
# "pre-training" and "ResNet-50", not "2015-2020".
_COMPOUND = re.compile(r"[^\W\d_][^\W_]*+(?:[-‐‑–][^\W_]++)++")
# All of a text. They are looked for only where letters and digits begin: a search that started at
# each letter would read the rest of a long word, or of a Chinese sentence, as many times.
_COMPOUNDS = re.compile(rf"(?<![^\W_])\d*+({_COMPOUND.pattern})")
# PostgreSQL rejects lexemes of more than 2 kB, and nobody types words of more than 60 letters.
LONGEST_WORD = 60

# Separates words that do not form a phrase; it is not a letter, so no word is equal to it.
GAP = "·"

# Removed from a query that also has other words; never removed from documents.
_LEFT_OUT = (
    "a an and are as at be by for from in is it its of on or that the this to via was were what"
    " which with"
)
STOP_WORDS = frozenset(_LEFT_OUT.split())


@per_thread
def _stemmer() -> Any:
    # The stemmer keeps the current word in the object; a wrong stem would stay in `stem`'s cache.
    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the English stem of a folded word.

    Numbers, names such as "resnet50" and words in other scripts are returned unchanged.
    """
    if not (word.isascii() and word.isalpha()):
        return word
    return str(_stemmer().stemWord(word))


def fold(text: str) -> str:
    r"""Return the text in lower case, without accents and TeX commands.

    "Poincar\'e, $\mathcal{L}$" gives "poincare, $ l$".
    """
    if "\\" in text:
        text = _TEX_ACCENT.sub(r"\1", text)
        text = _TEX_COMMAND.sub(_split_commands, text)
    if "{" in text:
        # Braces only group ("{BERT}", "Schr{\"o}dinger"), except between two arguments.
        text = text.replace("}{", " ").replace("{", "").replace("}", "")
    if "_" in text or "^" in text:
        text = _SCRIPT.sub(r"\1\2", text)
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
        text = unicodedata.normalize("NFC", text).casefold().translate(_PLAIN_LETTERS)
        text = _GREEK_LETTER.sub(_greek_name, text)
    else:
        text = text.lower()
    return _APOSTROPHE.sub("", text)


def plain_words(text: str) -> list[str]:
    """Return the folded, unstemmed words: "Neural Nets" gives ["neural", "nets"]."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def words(text: str) -> list[str]:
    """Return the stems of the words in the order of the text."""
    return [stem(word) for word in plain_words(text)]


def joined_words(text: str) -> list[str]:
    """Return the stems of hyphenated words without hyphens.

    "pre-training of nets" gives ["pretrain"].
    """
    return [_joined(compound) for compound in _COMPOUNDS.findall(fold(text))]


def joined_word(text: str) -> str:
    """Return the joined stem of a text that is a single hyphenated word, otherwise ""."""
    compound = _COMPOUND.fullmatch(fold(text).strip())
    return _joined(compound[0]) if compound else ""


def document_words(text: str, *, keeps_prefixes: bool = False) -> tuple[list[str], list[str]]:
    """Return (words in order, extra words) for one column of a document.

    The extra words are not part of phrases: joined compounds and, with `keeps_prefixes`, the
    unstemmed words, because the beginning of a word need not be a prefix of its stem ("normaliz"
    and "normal").
    """
    plain = plain_words(text)
    stems = [stem(word) for word in plain]
    extra = dict.fromkeys(joined_words(text))
    if keeps_prefixes:
        extra |= dict.fromkeys(plain)
    indexed = set(stems)
    return stems, [word for word in extra if word not in indexed]


def _joined(compound: str) -> str:
    return stem("".join(_WORD.findall(compound))[:LONGEST_WORD])


def _split_commands(match: re.Match[str]) -> str:
    command = match[1]
    if command in _FORMATTING:
        return " "
    if command.lower() in _LETTER_COMMANDS:
        return _LETTER_COMMANDS[command.lower()]
    # \varepsilon and \epsilon are one letter to a reader.
    return f" {command.removeprefix('var')} "


def _greek_name(match: re.Match[str]) -> str:
    name = unicodedata.name(match[0], "").rsplit(" ", 1)[-1].lower()
    return f" {'lambda' if name == 'lamda' else name} "
