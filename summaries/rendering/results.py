"""The types that go into the renderer and come out of it."""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString


def gettext_noop(message: str) -> str:
    """Mark a message for translation and return it as it is.

    The process that renders long texts has no Django settings. The code that shows the message
    translates it.
    """
    return message


class TooManyPartsError(ValueError):
    """The text has more lines, headings, table cells or similar parts than the renderer allows."""


@dataclass(frozen=True)
class CitedPaper:
    """A paper that a text cites: `url` of its page and a short `reference`, "Bahdanau et al., 2015"."""

    url: str
    reference: str
    title: str


@dataclass(frozen=True)
class ShownPicture:
    """An image that this site stores: `url` on this site, width and height in pixels."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class MentionedPerson:
    """A user whom "@name" links to; `url` is the profile page."""

    url: str


@dataclass(frozen=True)
class Problem:
    """A probable mistake in a text, shown to its author. `line` counts from 1.

    `message` may have placeholders, "This formula is not closed. End it with %(mark)s."; `params`
    has their values, {"mark": "$$"}. The message is translated before they are filled in.

    When there is one clear correction, `original` is a part of that line and `fix` replaces it.
    Otherwise both are "". `key` is the citation key that matches no paper, or "".
    """

    line: int
    excerpt: str
    message: str
    original: str = ""
    fix: str = ""
    key: str = ""
    params: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The message in English with its parameters filled in."""
        return self.message % self.params if self.params else self.message


@dataclass(frozen=True)
class Heading:
    """A heading of the text: `level` is 3 to 6, as in the HTML, and `anchor` is its id with the prefix."""

    anchor: str
    text: str
    level: int


@dataclass(frozen=True)
class Rendered:
    """Everything that is known about a rendered text.

    `excerpt_html` is the beginning, for lists. `plain_text` has no markup; formulas in it are TeX
    in dollar signs. `mentions` are the user names, in lower case, that became links.
    `picture_sources` are the URLs of the images as the author wrote them.
    """

    html: SafeString
    excerpt_html: SafeString
    plain_text: str
    headings: tuple[Heading, ...]
    problems: tuple[Problem, ...]
    citation_keys: tuple[str, ...]
    word_count: int
    reading_minutes: int
    has_math: bool
    mentions: tuple[str, ...] = ()
    picture_sources: tuple[str, ...] = ()
