"""What goes into a rendering and what comes out."""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString


def gettext_noop(message: str) -> str:
    """Marks what is to be translated. The process that renders long texts knows no settings, so
    whoever shows the message translates it.
    """
    return message


class TooManyPartsError(ValueError):
    """A text of more lines, headings, cells and the like than a person writes."""


@dataclass(frozen=True)
class CitedPaper:
    """`reference` is short, "Bahdanau et al., 2015"; `url` is the paper's page."""

    url: str
    reference: str
    title: str


@dataclass(frozen=True)
class ShownPicture:
    """`url` is our own address of it; sizes in pixels."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class MentionedPerson:
    """Somebody whom an @ may name; `url` is the person's page."""

    url: str


@dataclass(frozen=True)
class Problem:
    """What a writer should look at; `line` counts from 1. `words` may have places for what is
    `told`, "This formula is never closed: end it with %(mark)s.", and `message` has it filled in.

    Where the remedy is exact, `fix` is what to write for `found`, which stands on that line.
    `key` is the citation key that no paper has, or "".
    """

    line: int
    excerpt: str
    words: str
    found: str = ""
    fix: str = ""
    key: str = ""
    told: dict[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return self.words % self.told if self.told else self.words


@dataclass(frozen=True)
class Heading:
    """`level` is that of the HTML, 3 to 6; `anchor` the id with its prefix."""

    anchor: str
    text: str
    level: int


@dataclass(frozen=True)
class Rendered:
    """`excerpt_html` is the beginning for lists; `plain_text` has no markup but formulas in dollars.

    `mentions` are the user names, in lower case, that became links; `picture_sources` the addresses
    of pictures as they were written.
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
