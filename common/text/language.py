"""In which language a text is, as far as its script and its small words tell. Pure.

"" when that is not clear: a wrong `lang` makes a screen reader speak nonsense, a missing one only
with the page's accent.
"""

import re
from collections import Counter

# The first 600 characters tell; titles are shorter anyway.
LOOKED_AT = 600
# So many Chinese signs without any kana are no Japanese title.
CERTAINLY_CHINESE = 15
# A third of all letters: a Japanese text is full of Latin names.
SCRIPT_SHARE = 0.3
_SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "ko": re.compile(r"[\uac00-\ud7af]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    # Scripts of many languages: the script is all that can be told.
    "und-Cyrl": re.compile(r"[\u0400-\u04ff]"),
    "und-Arab": re.compile(r"[\u0600-\u06ff]"),
    "und-Hebr": re.compile(r"[\u0590-\u05ff]"),
    "und-Deva": re.compile(r"[\u0900-\u097f]"),
}
_KANA = re.compile(r"[\u3040-\u30ff]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
# Words that are frequent in one of these languages and in no other.
_SMALL_WORDS = {
    "en": "the of and to is for with that by from are this we as on it which not be all you",
    "de": "der die und das ist mit den von zu nicht ein eine für auf dem sich auch wird im als",
    "fr": "le la les et des est une dans pour que qui pas sur du au par ce cette avec sont",
    "es": "el los y es una que para las con por del se como más pero su esta al lo",
    "it": "il di e che per una con non è sono gli della le del più anche come nel",
    "pt": "o os e é uma que para não com do da em dos das mais como ao pelo são",
    "nl": "de het een en van is dat niet voor met op zijn te aan ook wordt door bij",
}
_LANGUAGES: dict[str, list[str]] = {
    word: [] for words in _SMALL_WORDS.values() for word in words.split()
}
for _tongue, _words in _SMALL_WORDS.items():
    for _word in _words.split():
        _LANGUAGES[_word].append(_tongue)


def detect_language(text: str) -> str:
    """ "de" for "Wie man das Netz mit Rauschen trainiert", "ja" for "注意とは", "" for "Adam"."""
    text = text[:LOOKED_AT]
    if not text.isascii():
        letters = len(_LETTER.findall(text))
        for tongue, script in _SCRIPTS.items():
            found = len(script.findall(text))
            # Kana make a text Japanese, however few they are among Latin names.
            if tongue == "ja" and not _KANA.search(text):
                continue
            if found and found >= letters * (SCRIPT_SHARE if tongue != "ja" else 0.1):
                if tongue == "zh" and found < CERTAINLY_CHINESE:
                    return "und-Hani"
                return tongue
    votes = Counter(
        tongue for word in _WORD.findall(text.lower()) for tongue in _LANGUAGES.get(word, ())
    )
    (best, count), (_, second) = [*votes.most_common(2), ("", 0), ("", 0)][:2]
    return best if count >= 2 and count >= 2 * second else ""
