"""What goes into a rendering and what comes out."""

from dataclasses import dataclass

from django.utils.safestring import SafeString


@dataclass(frozen=True)
class CitedPaper:
    """`reference` is short, "Bahdanau et al., 2015"; `url` is the paper's page."""

    url: str
    reference: str
    title: str


@dataclass(frozen=True)
class MentionedPerson:
    """Somebody whom an @ may name; `url` is the person's page."""

    url: str


@dataclass(frozen=True)
class Problem:
    """What a writer should look at; `line` counts from 1.

    Where the remedy is exact, `fix` is what to write for `found`, which stands on that line.
    `key` is the citation key that no paper has, or "".
    """

    line: int
    excerpt: str
    message: str
    found: str = ""
    fix: str = ""
    key: str = ""


@dataclass(frozen=True)
class Heading:
    """`level` is that of the HTML, 3 to 6; `anchor` the id with its prefix."""

    anchor: str
    text: str
    level: int


@dataclass(frozen=True)
class Rendered:
    """`excerpt_html` is the beginning for lists; `plain_text` has no markup but formulas in dollars.

    `mentions` are the user names, in lower case, that became links.
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
