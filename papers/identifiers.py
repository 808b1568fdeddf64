"""Parse and normalise identifiers of papers in all their forms and addresses. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from papers import addresses

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
_NEW_ARXIV = re.compile(r"(\d{2})(\d{2})\.(\d{4,5})(?:[vV]([1-9]\d*))?\Z")
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
# What addresses of publishers append to a DOI.
_TAIL = re.compile(
    r"(?:/(?:full|abstract|pdf|epdf|epub|meta|ampdf|html|full-text|fulltext|references|summary"
    r"|citations|metrics|figures|tables|bibtex|reader|download|fulltext\.html|index\.html"
    r"|(?:figures|tables|suppl_file|files)/.*)"
    r"|\.(?:pdf|epub|html|full|abstract|short|long|full\.pdf|full-text|article-info|article-metrics"
    r"|supplementary-material|full\.pdf\+html|full\+html|pdf\+html|figures-only)|/)\Z",
    re.IGNORECASE,
)
# Versions on bioRxiv and medRxiv, and figures and tables of PLOS and eLife have their own DOIs.
_VERSION_DOI = re.compile(
    r"(10\.(?:1101|64898)/(?:\d{4}\.\d\d\.\d\d\.)?\d{6,8})v\d+(?!\w).*\Z"
    r"|(10\.1371/journal\.p[a-z]{3}\.\d{7})\.[a-z]\d{3}\Z"
    r"|(10\.7554/elife\.\d{5})\.\d{3}\Z"
)
# Texts that contain each other: a link to a copy of a link to a paper.
MAX_NESTING = 4
MAX_LENGTH = addresses.MAX_LENGTH
_PREFIX = re.compile(
    r"(arxiv|doi|pmid|pmcid|pmc|openalex|dblp|openreview|acl|url|link)(?: id)?\s*[:=#.]?\s*(?=\S)",
    re.IGNORECASE,
)
_WORDS_BEFORE = {"dblp", "openreview", "acl", "url", "link"}
_GLUED = re.compile(r"\A(doi|pmid)(?=\d)", re.IGNORECASE)
# "arXiv:1706.03762v7 [cs.CL] 2 Aug 2023" is printed on the margin of the PDF.
_STAMP = re.compile(
    r"(arxiv\s?:?\s?[^\s\[]+)\s*\[[\w.-]{2,20}\](?:\s+\d[\w ]{5,15})?\Z", re.IGNORECASE
)
_ISBN = re.compile(
    r"(?:(?:urn:)?isbn(?:-1[03])?\s*[:=]?\s*)?((?:97[89][\s\u2010-\u2013-]?)?(?:\d[\s\u2010-\u2013-]?){9}[\dX])\Z",
    re.IGNORECASE,
)
_ODD_CHARACTERS = {
    # Full-width forms of ASCII, which Japanese keyboards produce.
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), None),
    **dict.fromkeys(map(ord, "\u2010\u2011\ufe63"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u3000\u202f"), " "),
}
_MARKUP = [
    re.compile(r"<a\s[^<>]{0,400}?href\s*=\s*[\"']?([^\"'\s>]+)[^<>]*>", re.IGNORECASE),
    re.compile(r"!?\[[^\[\]]*\]\(\s*<?([^\s<>]+?)>?(?:\s+\"[^\"]*\")?\s*\)\Z"),
    re.compile(r"\\(?:url|href|doi|path|nolinkurl|cite[a-z]*)\s*\{([^{}]*)\}(?:\{[^{}]*\})?\Z"),
    re.compile(r"<?url:\s*([^\s<>]+)>?\Z", re.IGNORECASE),  # RFC 3986, appendix C
]
_ENTITY = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "#39": "'", "#x27": "'", "#x2f": "/"}
_ENTITIES = re.compile(r"&(amp|lt|gt|quot|#39|#x27|#x2f);", re.IGNORECASE)
# "10.1007/978-3-319-20794-0{\\_}129-1" in BibTeX is "…0_129-1".
_ESCAPED = re.compile(r"\{?\\([_%&#])\}?")
_PAIRS = {
    **{"<": ">", "(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "`": "`"},
    **{
        "\u201c": "\u201d",
        "\u201e": "\u201c",
        "\u2018": "\u2019",
        "\u00ab": "\u00bb",
        "\u300c": "\u300d",
    },
}


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
    text = text.strip()
    for candidate in _places(text):
        match = _DOI.search(candidate)
        if (
            match
            and _BEFORE_DOI.match(candidate[: match.start()])
            and _BEHIND_DOI.match(candidate[match.end() :])
        ):
            doi = _without_tail(match[0]) if "://" in text else match[0]
            return _whole_version(_without_marks(doi.lower()))
    raise ValueError(f"{text!r} is not a DOI; one looks like 10.1038/nature14539")


def _places(text: str) -> list[str]:
    """Return the parts of a text where its DOI may be: of a URL the path, or a value of the query."""
    if "://" not in text:
        return [unquote(text)]
    before, _, fragment = text.partition("#")
    path, _, query = before.partition("?")
    # A DOI may contain "?" or "#" only in encoded form.
    values = [value for _, value in parse_qsl(query[:MAX_LENGTH])]
    return [unquote(path), *values, unquote(fragment)]


def _without_tail(doi: str) -> str:
    """Remove what publishers' addresses append to a DOI: "/full", "v1.full.pdf"."""
    doi = re.split(r"[?#&]", doi, maxsplit=1)[0]
    for _ in range(3):
        doi, count = _TAIL.subn("", doi)
        if not count:
            break
    return doi


def _whole_version(doi: str) -> str:
    """Return the DOI of the paper for that of a version, a figure or a table of it."""
    version = _VERSION_DOI.match(doi)
    return version[1] or version[2] or version[3] if version else doi


def _without_marks(doi: str) -> str:
    while doi and doi[-1] in _FINAL_MARKS:
        if doi[-1] == ")" and doi.count("(") >= doi.count(")"):
            break
        doi = doi[:-1]
    return doi


def parse_identifier(text: str) -> PaperId | None:
    """Parse any identifier or address of a paper; return None when the text is neither.

    "journals/corr/abs-1906-02425" and "https://arxiv.org/pdf/1906.02425v2" both give the scheme
    "arxiv" and the value "1906.02425". A text of no other scheme that may be a BibTeX key gives the
    scheme "key". `papers.addresses` lists the addresses. The time is linear in the length of the text.
    """
    return _parse(text, MAX_NESTING)


def _parse(text: str, nesting: int) -> PaperId | None:
    text = bare(text)
    if not text or not nesting:
        return None
    if _has_space(text):
        return _spaced(text, nesting)
    found = addresses.find(text)
    if found and found.gives != addresses.PAGE:
        name = (
            _parse(found.value, nesting - 1)
            if found.gives == addresses.ANY
            else _normalised(found.gives, found.value)
        )
        if name:
            return name
    if found and addresses.split(text):
        return None  # A page of a known site whose address contains no identifier.
    parts = addresses.split(text)
    if parts is not None:
        text = parts.geturl()
    else:
        text = unquote(text)
        if _has_space(text):
            return None
        text = _GLUED.sub(r"\1:", text)
    for parse in (_as_arxiv, _as_dblp, _as_bibsonomy, _as_prefixed, _as_doi, _as_acl, _as_key):
        try:
            name = parse(text)
        except ValueError:  # An invalid URL: "https://[x".
            return None
        if name:
            return name
    return None


def bare(text: str) -> str:
    """Return a pasted text without what surrounds an identifier; "" when it is too long for one.

    Removes quotes, brackets, invisible characters, and the markup of HTML, Markdown and LaTeX.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        return ""
    text = text.translate(_ODD_CHARACTERS).strip()
    for pattern in _MARKUP:
        match = pattern.match(text)
        if match:
            text = match[1].strip()
    text = _ENTITIES.sub(lambda match: _ENTITY[match[1].lower()], text)
    text = _ESCAPED.sub(r"\1", text)
    for _ in range(3):
        inner = text.rstrip(".,;")
        if len(inner) < 2 or _PAIRS.get(inner[0]) != inner[-1]:
            break
        text = inner[1:-1].strip()
    if "://" in text:
        text = text.rstrip(".,;'\"\u201d\u2019\u300d\u3002\u3001")
        while text[-1:] in {")", "]", ">", "}"}:
            opening = {")": "(", "]": "[", ">": "<", "}": "{"}[text[-1]]
            if text.count(opening) >= text.count(text[-1]):
                break
            text = text[:-1]
    return text


def _has_space(text: str) -> bool:
    return any(letter.isspace() for letter in text)


def _spaced(text: str, nesting: int) -> PaperId | None:
    """Parse a text with spaces: "arXiv: 1606.03490", "DOI 10.1/x", "arXiv:1606.03490v1 [cs.LG]"."""
    found = addresses.find(text)
    if found and found.gives == addresses.ANY:
        return _parse(found.value, nesting - 1)
    if found and found.gives != addresses.PAGE:
        return _normalised(found.gives, found.value)
    stamp = _STAMP.match(text)
    text = stamp[1] if stamp else text
    prefixed = _PREFIX.match(text)
    compact = f"{prefixed[1]}:{text[prefixed.end() :]}" if prefixed else ""
    if not compact or _has_space(compact):
        return None
    rest = text[prefixed.end() :]
    if prefixed[1].lower() in _WORDS_BEFORE or addresses.split(rest):
        return _parse(rest, nesting - 1)
    return _parse(compact.rstrip(".,;"), nesting - 1)


def _normalised(scheme: str, value: str) -> PaperId | None:
    """Return the identifier that a row of the table gives, None when its value can't be one."""
    if scheme == "arxiv":
        return _as_arxiv(value)
    if scheme == "doi":
        arxiv = _as_arxiv(value) if _ARXIV_DOI.match(value) else None
        if arxiv:
            return arxiv
        try:
            return PaperId("doi", parse_doi(f"https://doi.org/{value}"))
        except ValueError:
            return None
    if scheme == "dblp":
        return _as_dblp(value)
    if scheme == "acl":
        return _as_acl(value)
    if scheme == "bibsonomy":
        return _as_bibsonomy(value)
    return PaperId(scheme, value.upper() if scheme == "openalex" else value)


def parse_isbn(text: str) -> str:
    """Return an ISBN as 13 digits, "" for any other text: "ISBN 0-262-03561-8" is 9780262035613."""
    match = _ISBN.match(text.strip()[:60])
    digits = re.sub(r"[\s\u2010-\u2013-]", "", match[1]).upper() if match else ""
    if len(digits) == 10 and digits[:9].isdigit():
        total = sum(
            (10 - index) * (10 if digit == "X" else int(digit))
            for index, digit in enumerate(digits)
        )
        if total % 11:
            return ""
        digits = f"978{digits[:9]}"
        return digits + _check_digit(digits)
    if len(digits) == 13 and digits.isdigit() and digits[:3] in {"978", "979"}:
        return digits if _check_digit(digits[:12]) == digits[12] else ""
    return ""


def _check_digit(digits: str) -> str:
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return str(-total % 10)


def _as_arxiv(text: str) -> PaperId | None:
    try:
        return PaperId("arxiv", parse_arxiv_id(text)[0])
    except ValueError:
        return None


def _as_dblp(text: str) -> PaperId | None:
    match = _DBLP_KEY.match(text)
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
    match = _HASH.match(text)
    if not match:
        return None
    # "1…" is the interhash of a work, which we store without the "1"; "2…" is a person's post.
    return PaperId("bibsonomy", f"2{match[2]}" if match[1] == "2" else match[2])


def _as_prefixed(text: str) -> PaperId | None:
    """Parse identifiers of PubMed, PubMed Central and OpenAlex, which are numbers with a prefix."""
    for scheme, mark, form in _NUMBERED:
        numbered = form.match(text)
        if numbered:
            return PaperId(scheme, f"{mark}{numbered[1]}")
    return None


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
