"""Detect the language of a text by its script and its function words. Pure.

The result is "" when the language is uncertain: with a wrong `lang` a screen reader is
unintelligible, without one it only has the accent of the page.
"""

import re
from collections import Counter

# The first 600 characters are enough; titles are shorter anyway.
LOOKED_AT = 600
# A text with this many Chinese characters and no kana is not a Japanese title.
CERTAINLY_CHINESE = 15
# The share of all letters: a text in another script often contains many Latin names.
SCRIPT_SHARE = 0.3
_SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "ko": re.compile(r"[\uac00-\ud7af]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    # Many languages use these scripts, so only the script is known.
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
    word: [] for vocabulary in _SMALL_WORDS.values() for word in vocabulary.split()
}
for _language, _vocabulary in _SMALL_WORDS.items():
    for _word in _vocabulary.split():
        _LANGUAGES[_word].append(_language)


def detect_language(text: str) -> str:
    """Return the language tag of a text, or "" when the language is uncertain.

    "Wie man das Netz mit Rauschen trainiert" gives "de", "注意とは" gives "ja" and "Adam" gives "".
    A script that several languages share gives a tag without a language, such as "und-Cyrl".
    Tags: BCP 47 (RFC 5646).
    """
    text = text[:LOOKED_AT]
    if not text.isascii():
        letters = len(_LETTER.findall(text))
        for language, script in _SCRIPTS.items():
            matched = len(script.findall(text))
            # A few kana make a text Japanese, even among many Latin names.
            if language == "ja" and not _KANA.search(text):
                continue
            if matched and matched >= letters * (SCRIPT_SHARE if language != "ja" else 0.1):
                if language == "zh" and matched < CERTAINLY_CHINESE:
                    return "und-Hani"
                return language
    votes = Counter(
        language for word in _WORD.findall(text.lower()) for language in _LANGUAGES.get(word, ())
    )
    (best, count), (_, second) = [*votes.most_common(2), ("", 0), ("", 0)][:2]
    return best if count >= 2 and count >= 2 * second else ""
