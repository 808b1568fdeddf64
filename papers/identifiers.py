"""Parse and normalise identifiers of papers in all their forms and addresses. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit

_OLD_ARCHIVES = [
    "acc-phys",
    "adap-org",
    "alg-geom",
    "ao-sci",
    "astro-ph",
    "atom-ph",
    "bayes-an",
    "chao-dyn",
    "chem-ph",
    "cmp-lg",
    "comp-gas",
    "cond-mat",
    "cs",
    "dg-ga",
    "funct-an",
    "gr-qc",
    "hep-ex",
    "hep-lat",
    "hep-ph",
    "hep-th",
    "math",
    "math-ph",
    "mtrl-th",
    "nlin",
    "nucl-ex",
    "nucl-th",
    "patt-sol",
    "physics",
    "plasm-ph",
    "q-alg",
    "q-bio",
    "quant-ph",
    "solv-int",
    "supr-con",
]
_NEW_ARXIV = re.compile(r"(\d{2})(\d{2})\.(\d{4,5})(?:v([1-9]\d*))?\Z")
_OLD_ARXIV = re.compile(
    rf"({'|'.join(_OLD_ARCHIVES)})(?:\.[A-Za-z-]{{2,}})?/(\d{{2}})(\d{{2}})(\d{{3}})(?:v([1-9]\d*))?\Z",
    re.IGNORECASE,
)
_ARXIV_PREFIX = re.compile(r"(?:oai:)?arxiv(?:\.org)?:\s*", re.IGNORECASE)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)\Z", re.IGNORECASE)
_ARXIV_PATH = re.compile(r"/(?:abs|pdf|html|ps|src|format|e-print)/(.+)\Z")
# https://www.crossref.org/blog/dois-and-matching-regular-expressions/
# DOIs of older Wiley papers contain "<261::AID-QUA1>": https://en.wikipedia.org/wiki/SICI
_DOI = re.compile(
    r"10\.\d{4,9}/[^\s\"<>{}|\\^`]+(?:<\w*:[^\s\"<>]*>[^\s\"<>{}|\\^`]+)?", re.IGNORECASE
)
# Text around a DOI that is not part of it: "<doi:10.1038/nature14539>".
_BEFORE_DOI = re.compile(
    r"[\s\"'<({\[]*(?:[a-z][a-z+.-]*://\S*|(?:doi\.org|dx\.doi\.org|www\.)\S*|doi\s*[:=]?\s*)?\Z",
    re.IGNORECASE,
)
_BEHIND_DOI = re.compile(r"[\s\"'>)}\].,;]*\Z")
_DBLP_KEY = re.compile(
    r"(?:DBLP:)?((?:conf|journals|books|phd|series|reference|tr|persons)/[\w.+-]+/[\w.+:'-]+)\Z"
)
_CORR_KEY = re.compile(r"journals/corr/(?:abs-)?(.+)\Z")
_ACL = re.compile(r"([A-Z]\d{2}-\d{4,5}|\d{4}\.[a-z0-9-]+\.\d{1,5})\Z", re.IGNORECASE)
_HASH = re.compile(r"([12]?)([0-9a-f]{32})\Z")
_KEY = re.compile(r"[A-Za-z0-9][\w.:+/'&-]{1,199}\Z")
# Identifiers that are a number after a prefix: (scheme, prefix, pattern). Leading zeros and
# versions are dropped.
_NUMBERED = [
    (scheme, mark, re.compile(form, re.IGNORECASE))
    for scheme, mark, form in (
        ("pmid", "", r"pmid:0*([1-9]\d{0,8})(?:\.\d+)?\Z"),
        ("pmc", "PMC", r"(?:pmc(?:id)?:(?:PMC)?|PMC)0*([1-9]\d{0,8})(?:\.\d+)?\Z"),
        ("openalex", "W", r"(?:openalex:W?|W(?=\d{8}))([1-9]\d{0,11})\Z"),
    )
]
_FINAL_MARKS = ".,;:)]}'\""


@dataclass(frozen=True, slots=True)
class PaperId:
    """An identifier of a paper: `scheme` as in models.Identifier, `value` normalised."""

    scheme: str
    value: str


def parse_arxiv_id(text: str) -> tuple[str, int | None]:
    """Split an arXiv identifier into (identifier, version).

    "arXiv:1512.03385v1" gives ("1512.03385", 1); "math.GT/0309136" gives ("math/0309136", None),
    where None means the latest version. URLs of arxiv.org, DOIs of arXiv and percent-encoding are
    accepted. Raises ValueError for anything else.

    Scheme: https://info.arxiv.org/help/arxiv_identifier.html
    """
    bare = _bare_arxiv(text)
    new = _NEW_ARXIV.match(bare)
    if new:
        return _checked_new(new)
    old = _OLD_ARXIV.match(bare)
    if old:
        return _checked_old(old)
    raise ValueError(f"{text!r} is not an arXiv identifier; one looks like 1706.03762")


def _bare_arxiv(text: str) -> str:
    text = unquote(text.strip())
    if "arxiv.org/" in text.lower():
        path = _ARXIV_PATH.search(urlsplit(text if "://" in text else f"https://{text}").path)
        text = path[1] if path else text
    doi = _ARXIV_DOI.search(text)
    text = doi[1] if doi else _ARXIV_PREFIX.sub("", text, count=1)
    text = text.strip().rstrip("/")
    return re.sub(r"(?:\.(?:pdf|ps|gz))+\Z", "", text, flags=re.IGNORECASE)


def _checked_new(match: re.Match) -> tuple[str, int | None]:
    year, month, serial, version = match.groups()
    is_long = len(serial) == 5
    period = int(year + month)
    if not 1 <= int(month) <= 12 or int(serial) == 0 or period < 704 or is_long != (period >= 1501):
        raise ValueError(f"{match[0]} is not an arXiv identifier: no paper can have this number")
    return f"{year}{month}.{serial}", int(version) if version else None


def _checked_old(match: re.Match) -> tuple[str, int | None]:
    archive, year, month, serial, version = match.groups()
    full_year = int(year) + (1900 if int(year) >= 91 else 2000)
    period = full_year * 100 + int(month)
    if not 1 <= int(month) <= 12 or int(serial) == 0 or not 199107 <= period <= 200703:
        raise ValueError(f"{match[0]} is not an arXiv identifier: no paper can have this number")
    return f"{archive.lower()}/{year}{month}{serial}", int(version) if version else None


def parse_doi(text: str) -> str:
    """Return the normalised DOI of a text.

    "https://doi.org/10.1109/CVPR.2016.90" gives "10.1109/cvpr.2016.90". URLs of publishers that
    contain a DOI are accepted. Raises ValueError for anything else, also if only a part of the text
    is a DOI: a truncated DOI may be that of another work.
    """
    text = unquote(text.strip())
    match = _DOI.search(text)
    if (
        not match
        or not _BEFORE_DOI.match(text[: match.start()])
        or not _BEHIND_DOI.match(text[match.end() :])
    ):
        raise ValueError(f"{text!r} is not a DOI; one looks like 10.1038/nature14539")
    doi = match[0]
    if "://" in text:
        doi = re.split(r"[?#]|/(?:full|abstract|pdf|epdf|meta)\Z", doi)[0]
        doi = re.sub(r"(?:\.pdf|\.full|\.abstract)\Z", "", doi)
    while doi and doi[-1] in _FINAL_MARKS:
        if doi[-1] == ")" and doi.count("(") >= doi.count(")"):
            break
        doi = doi[:-1]
    return doi.lower()


def parse_identifier(text: str) -> PaperId | None:
    """Parse any identifier or address of a paper; return None when the text is neither.

    "journals/corr/abs-1906-02425" and "https://arxiv.org/pdf/1906.02425v2" both give the scheme
    "arxiv" and the value "1906.02425". A text of no other scheme that may be a BibTeX key gives the
    scheme "key".
    """
    text = unquote(text.strip())
    if not text or len(text) > 500 or any(letter.isspace() for letter in text.strip()):
        return _spaced(text)
    for parse in (_as_arxiv, _as_dblp, _as_bibsonomy, _as_site, _as_doi, _as_acl, _as_key):
        try:
            name = parse(text)
        except ValueError:  # An invalid URL: "https://[x".
            return None
        if name:
            return name
    return None


def _spaced(text: str) -> PaperId | None:
    """Parse a text with a space after its prefix, "arXiv: 1606.03490" or "doi: 10.1/x"."""
    compact = re.sub(
        r"\A(arxiv|doi|pmid|pmcid|pmc|openalex)\s*:\s*", r"\1:", text, flags=re.IGNORECASE
    )
    if not compact or any(letter.isspace() for letter in compact) or len(compact) > 500:
        return None
    return parse_identifier(compact)


def _as_arxiv(text: str) -> PaperId | None:
    try:
        return PaperId("arxiv", parse_arxiv_id(text)[0])
    except ValueError:
        return None


def _as_dblp(text: str) -> PaperId | None:
    path = text
    if "://" in text:
        parts = urlsplit(text)
        if "dblp" not in parts.netloc:
            return None
        if not parts.path.startswith("/rec/"):
            return None  # /db/… is a table of contents.
        path = re.sub(r"\A/rec/(?:bib/|html/)?", "", parts.path)
        path = re.sub(r"\.(?:html|bib|xml|ris|rdf)\Z", "", path)
    match = _DBLP_KEY.match(path)
    if not match:
        return None
    key = match[1]
    corr = _CORR_KEY.match(key)
    if corr:
        arxiv = _as_arxiv(re.sub(r"\A(\d{4})-(\d{4,5})\Z", r"\1.\2", corr[1]))
        if arxiv:
            return arxiv
    return PaperId("dblp", key)


def _as_bibsonomy(text: str) -> PaperId | None:
    if "://" in text:
        parts = urlsplit(text)
        if "bibsonomy" not in parts.netloc:
            return None
        key = re.search(r"/bibtexkey/(.+?)(?:/[^/]+)?\Z", parts.path)
        match = re.search(r"/(?:bibtex|publication)/([12]?[0-9a-f]{32})(?![0-9a-f])", parts.path)
        if not match:
            return parse_identifier(key[1]) if key else None
        text = match[1]
    match = _HASH.match(text)
    if not match:
        return None
    # "1…" is the interhash of a work, which we store without the "1"; "2…" is a person's post.
    return PaperId("bibsonomy", f"2{match[2]}" if match[1] == "2" else match[2])


def _as_site(text: str) -> PaperId | None:
    """Parse PubMed, PubMed Central, OpenAlex, OpenReview and ACL Anthology URLs and prefixes."""
    for scheme, mark, form in _NUMBERED:
        numbered = form.match(text)
        if numbered:
            return PaperId(scheme, f"{mark}{numbered[1]}")
    if "://" not in text:
        return None
    parts = urlsplit(text)
    if parts.netloc.endswith("ncbi.nlm.nih.gov"):
        return _as_ncbi(parts.netloc, parts.path)
    if parts.netloc in {"openalex.org", "www.openalex.org", "api.openalex.org"}:
        match = re.search(r"/(W[1-9]\d{0,11})/?\Z", parts.path, re.IGNORECASE)
        return PaperId("openalex", match[1].upper()) if match else None
    if parts.netloc.endswith("openreview.net"):
        query = parse_qs(parts.query)  # "noteId" is a reply to the paper "id".
        value = next((query[name][0] for name in ("id", "forum", "noteId") if name in query), "")
        return PaperId("openreview", value) if re.fullmatch(r"[\w-]{1,40}", value) else None
    if parts.netloc.endswith(("aclanthology.org", "aclweb.org")):
        last = parts.path.rstrip("/").rpartition("/")[2]
        return _as_acl(re.sub(r"\.(?:pdf|bib)\Z", "", last))
    return None


def _as_ncbi(host: str, path: str) -> PaperId | None:
    """Parse URLs of PubMed, which end in a number, and of PubMed Central, with "PMC" before it."""
    if host.startswith("pmc.") or "/pmc/" in path:
        match = re.search(r"/(?:articles|pmc)/(?:PMC)?0*([1-9]\d{0,8})(?:[./]|\Z)", path)
        return PaperId("pmc", f"PMC{match[1]}") if match else None
    match = re.search(r"/(?:pubmed/)?0*([1-9]\d{0,8})/?\Z", path)
    return PaperId("pmid", match[1]) if match else None


def _as_doi(text: str) -> PaperId | None:
    if not re.match(r"(?:doi:|https?://|10\.)", text, re.IGNORECASE):
        return None
    try:
        return PaperId("doi", parse_doi(text))
    except ValueError:
        return None


def _as_acl(text: str) -> PaperId | None:
    match = _ACL.match(text)
    if not match:
        return None
    value = match[1]
    return PaperId("acl", value.upper() if value[0].isalpha() else value.lower())


def _as_key(text: str) -> PaperId | None:
    """Parse a citation key: at least one letter, and not a URL."""
    if "://" in text or not _KEY.match(text) or not re.search(r"[A-Za-z]", text):
        return None
    # A mistyped arXiv identifier or DOI is not a key.
    if re.match(
        r"(?:(?:arxiv|doi|pmid|pmc|pmcid|openalex):|10\.\d)", text, re.IGNORECASE
    ) or re.match(r"\d{4}\.\d+", text):
        return None
    return PaperId("key", text)


_ADDRESSES = {
    "arxiv": "https://arxiv.org/abs/{}",
    "doi": "https://doi.org/{}",
    "dblp": "https://dblp.org/rec/{}",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "pmc": "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
    "openalex": "https://openalex.org/{}",
    "openreview": "https://openreview.net/forum?id={}",
    "acl": "https://aclanthology.org/{}",
}


def paper_id_url(name: PaperId) -> str | None:
    """Return the URL of a paper by its identifier; None for schemes without web pages."""
    pattern = _ADDRESSES.get(name.scheme)
    return pattern.format(quote(name.value, safe="/:;()+,@!$&'*=~")) if pattern else None
