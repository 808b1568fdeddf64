"""Find `@name` in comments and replace it by links to users.

A name ends before the first character that user names can't contain. A full stop at its end belongs
to the sentence unless a user has that name. Email addresses, "mara@example.org", and handles of
other networks, "@mara@example.social", are not mentions.
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as etree

from summaries.rendering.parser import parse_or_nothing
from summaries.rendering.results import MentionedPerson

# The most users that one comment mentions. Further names stay text.
MOST_MENTIONS = 10
_MOST_CANDIDATES = 100
_NAME = re.compile(r"(?<![\w@/.+\-&#\\])@([A-Za-z0-9][A-Za-z0-9._-]{0,59}+)(?![\w@/\x02])")
# Links can't be nested, and a name in code isn't a mention.
_LEFT_ALONE = {"a", "code", "figcaption", "pre"}


def mention_names(text: str) -> tuple[str, ...]:
    """Return the possible user names in `text` in lower case: "@Mara." gives ("mara.", "mara").

    Code and formulas are ignored.
    """
    if "@" not in text:
        return ()
    lines = (token.children for token in parse_or_nothing(text) if token.children)
    texts = (
        "".join(text_part.content if text_part.type == "text" else "\n" for text_part in line)
        for line in lines
    )
    matches = (match for text_part in texts for match in _NAME.finditer(text_part))
    names = dict.fromkeys(name for match in matches for name in _readings(match[1]))
    return tuple(names)[:_MOST_CANDIDATES]


def link_mentions(root: etree.Element, people: Mapping[str, MentionedPerson]) -> tuple[str, ...]:
    """Link the mentions of `people`, by user name in lower case; return the names linked."""
    if not people:
        return ()
    linker = _Linker(people)
    linker.walk(root)
    return tuple(linker.linked)


def _readings(text: str) -> Iterator[str]:
    """Yield the possible user names, longest first: "Mara.-" gives "mara.-", "mara." and "mara"."""
    name = text.lower()
    yield name
    while name[-1] in "._-":
        name = name[:-1]
        yield name


class _Linker:
    def __init__(self, people: Mapping[str, MentionedPerson]):
        self.people = people
        self.linked: dict[str, None] = {}

    def walk(self, element: etree.Element) -> None:
        if element.tag in _LEFT_ALONE:
            return
        element.text, parts = self._split(element.text)
        for child in list(element):
            self.walk(child)
            child.tail, links = self._split(child.tail)
            parts += [child, *links]
        element[:] = parts

    def _split(self, text: str | None) -> tuple[str | None, list[etree.Element]]:
        """Return the text before the first link, and the links with the following text as tails."""
        links: list[etree.Element] = []
        if not text:
            return text, links
        before, end = text, 0
        for match in _NAME.finditer(text):
            name = next((name for name in _readings(match[1]) if self._may_link(name)), None)
            if name is None:
                continue
            self.linked[name] = None
            between = text[end : match.start()]
            if links:
                links[-1].tail = between
            else:
                before = between
            end = match.start() + 1 + len(name)
            links.append(_link(self.people[name], text[match.start() : end]))
        if links:
            links[-1].tail = text[end:]
        return before, links

    def _may_link(self, name: str) -> bool:
        return name in self.people and (name in self.linked or len(self.linked) < MOST_MENTIONS)


def _link(person: MentionedPerson, text: str) -> etree.Element:
    link = etree.Element("a", {"class": "mention", "href": person.url})
    link.text = text
    return link
