"""Pages without the line breaks and indentation of their templates.

Tests ask for pieces of markup, and where a template breaks its lines is no promise of the site.
"""

import re

from django.test import Client

# Elements whose white space shows.
KEPT = re.compile(r"(<(?P<tag>pre|textarea|script|style)\b.*?</(?P=tag)>)", re.DOTALL)
# A tag with its attributes; ">" may stand in a value.
TAG = re.compile(r"<[a-zA-Z][^<>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^<>\"']*)*>|</[a-zA-Z0-9]+\s*>")
VALUE = re.compile(r"(\"[^\"]*\"|'[^']*')")
BREAK = r"[ \t]*\n\s*"


def tidy_tag(match: re.Match[str]) -> str:
    """Return the tag with one space between its attributes; values stay as they are."""
    parts = VALUE.split(match[0])
    parts[::2] = [re.sub(r"\s+", " ", part) for part in parts[::2]]
    return re.sub(r"\s+(/?>)$", r"\1", "".join(parts))


def without_line_breaks(html: str) -> str:
    """Return the page as if each element had been written in one line."""
    html = TAG.sub(tidy_tag, html)
    chunks = KEPT.split(html)
    # split() gives the text, the kept element and the name of its tag, again and again.
    for place in range(0, len(chunks), 3):
        text = re.sub(rf">{BREAK}<", "><", chunks[place])
        text = re.sub(rf"{BREAK}(?=</)", "", text)
        text = re.sub(rf"(<[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>){BREAK}", r"\1", text)
        chunks[place] = re.sub(BREAK, " ", text)
    return "".join(chunk for place, chunk in enumerate(chunks) if place % 3 != 2)


class PageClient(Client):
    """The test client, whose HTML pages come without line breaks."""

    def request(self, **request):
        response = super().request(**request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page and not response.streaming and "Content-Encoding" not in response:
            response.content = without_line_breaks(response.content.decode()).encode()
        return response
