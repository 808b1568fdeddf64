r"""Papers for what is typed in `\cite{`: by title and authors, or the start of an identifier."""

import difflib
import re
from dataclasses import dataclass

from papers.identifiers import parse_identifier
from papers.models import Identifier, Paper
from papers.names import short_reference
from papers.search import search_papers
from summaries.citations import papers_by_key

MOST = 8
FEWEST_CHARACTERS = 2
_ARXIV_BEGINNING = re.compile(r"(?:arxiv:)?(\d{4}\.\d{1,5})\Z", re.IGNORECASE)
_NAME_BEGINNING = re.compile(r"\S*[/\d:]\S*\Z")
# Keys are separated by commas between braces, so that no other name can be cited.
_CITABLE = re.compile(r"[^\s,{}\\]{1,200}\Z")


@dataclass(frozen=True)
class Choice:
    """A paper to cite.

    `key` is written into the braces, `reference` is like "Bahdanau et al., 2015".
    """

    key: str
    title: str
    reference: str
    venue: str
    summary_count: int


def complete(typed: str) -> list[Choice]:
    """Return the papers that `typed` may mean, the likeliest first, at most MOST.

    [] for less than FEWEST_CHARACTERS.
    """
    typed = " ".join(typed.split())[:200]
    if len(typed) < FEWEST_CHARACTERS:
        return []
    papers = {paper.pk: paper for paper in _named(typed)}
    if len(papers) < MOST:
        matches = search_papers(typed, papers=Paper.objects.for_lists(), is_typing=True)
        papers = {**papers, **{paper.pk: paper for paper in matches[:MOST]}}
    choices = [_choice(paper) for paper in papers.values()]
    return [choice for choice in choices if choice.key][:MOST]


def nearest(key: str) -> Choice | None:
    """Return the paper whose key is probably meant by a misspelt one, or None."""
    near = {paper.pk: paper for paper in _beginning_with(key[:-1])} if len(key) > 5 else {}
    names = {_choice(paper).key: paper for paper in near.values()}
    best = difflib.get_close_matches(key, names, n=1, cutoff=0.85)
    return _choice(names[best[0]]) if best else None


def _named(typed: str) -> list[Paper]:
    """Return papers with an identifier that equals, or begins with, what is typed."""
    known = papers_by_key([typed]).values()
    return [*Paper.objects.for_lists().filter(pk__in=[paper.pk for paper in known])] + (
        _beginning_with(typed) if _NAME_BEGINNING.match(typed) and len(typed) > 3 else []
    )


def _beginning_with(typed: str) -> list[Paper]:
    papers = Paper.objects.for_lists()
    arxiv = _ARXIV_BEGINNING.match(typed)
    if not arxiv:
        return list(papers.filter(citation_key__startswith=typed).order_by("citation_key")[:MOST])
    # A range, because both databases use the index for it, unlike for LIKE.
    beginning = arxiv[1]
    names = Identifier.objects.filter(
        scheme="arxiv", value__gte=beginning, value__lte=f"{beginning}99999"
    ).filter(value__startswith=beginning)
    paper_ids = names.order_by("value").values_list("paper", flat=True)[:MOST]
    return list(papers.filter(pk__in=list(paper_ids)).order_by("-summary_count", "-pk"))


def _choice(paper: Paper) -> Choice:
    return Choice(
        key=_key(paper),
        title=paper.title,
        reference=short_reference(paper.authors_text, paper.year),
        venue=paper.venue.name if paper.venue else "",
        summary_count=paper.summary_count,
    )


def _key(paper: Paper) -> str:
    """Return the shortest name that leads to this paper: arXiv, citation key, DBLP or DOI."""
    names = [
        name for scheme in ("arxiv", "key", "dblp", "doi") if (name := paper.identifier(scheme))
    ]
    return next((name for name in names if _CITABLE.match(name) and _leads_back(name, paper)), "")


def _leads_back(name: str, paper: Paper) -> bool:
    parsed = parse_identifier(name)
    candidates = {("key", name)} | ({(parsed.scheme, parsed.value)} if parsed else set())
    return any((item.scheme, item.value) in candidates for item in paper.identifiers.all())
