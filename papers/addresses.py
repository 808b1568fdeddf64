r"""The addresses under which papers are found: sites, patterns, examples. Data, and its look-up.

Each row of SITES says what an address of a site gives: an identifier, or PAGE when the address
contains none, so that the page itself must be read (`papers.importing.page_reader`). Its hosts are
the only ones that are ever read. docs/reference/addresses.md lists all rows; a test compares them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

PAGE = "page"
# The value is an address or identifier itself, which is parsed in turn.
ANY = "any"
# Identifiers whose page is read when no catalogue of this site looks them up.
READABLE_SCHEMES = ("acl", "openreview")
# Longer texts are never an address of a paper.
MAX_LENGTH = 2000

_ARXIV = r"((?:[a-z][a-z-]{1,10}(?:\.[a-z-]{2,9})?/\d{7}|\d{4}\.\d{4,5})(?:v\d+)?)(?![\w-]|\.\d)"
_DOI = r"[^?#]*?/(?:doi:|doi\.org/)?(10\.\d{4,9}/[^?#]+)"
_DOI_IN_QUERY = r"[^?#]*\?(?:[^#]*&)?(?:id|doi|persistentid|article)=(?:doi:)?(10\.\d{4,9}/[^&#]+)"
_NUMBER = r"0*([1-9]\d{0,8})(?![\w-])"
_DBLP = r"((?:conf|journals|books|phd|series|reference|tr|persons)/[\w.+-]+/[\w.+:'-]+?)"
_ACL = r"([a-z]\d{2}-\d{4,5}|\d{4}\.[a-z0-9_-]+\.\d{1,5})(?:v\d+)?(?![\w-])"
_END = r"/?(?=[?#]|\Z)"

Value = str | Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class Site:
    """One form of address. `pattern` matches the beginning of path, query and fragment.

    `hosts` include their subdomains; without any, `pattern` matches a whole text that is not an
    address. `value` is a template for the groups of the pattern, or a function. For PAGE it is the
    address to read, and "" means the address as it was pasted. `result` is the outcome of `example`.
    """

    name: str
    hosts: tuple[str, ...]
    pattern: str
    gives: str
    value: Value
    example: str
    result: str


@dataclass(frozen=True, slots=True)
class Found:
    """What an address gives: a scheme of identifiers, PAGE or ANY, with its value."""

    site: str
    gives: str
    value: str


# -- values that are not a mere template -----------------------------------------------------------


def _elsevier(match: re.Match[str]) -> str:
    """Return the DOI that contains a PII; "" when it can't be derived from the PII.

    Until 2002 DOIs of Elsevier are made of the PII: S0004370299000521 gives
    10.1016/S0004-3702(99)00052-1. Numbers from 80000 are older papers that got theirs later.
    """
    issn, year, serial, check = match["issn"], match["year"], match["serial"], match["check"]
    is_old = match["s"] and (year > "95" or year < "03" or serial >= "80000")
    if not is_old and match["s"]:
        return ""
    return f"10.1016/{match['s']}{issn[:4]}-{issn[4:]}({year}){serial}-{check}".upper()


_PII = (
    r"(?P<s>S?)(?P<issn>\d{4}-?\d{3}[\dX])\(?(?P<year>\d\d)\)?(?P<serial>\d{5})-?(?P<check>[\dX])"
    r"(?![\w])"
)


def _pii(match: re.Match[str]) -> str:
    return _elsevier(match).replace("--", "-")


def _lancet(match: re.Match[str]) -> str:
    return f"10.1016/{match['s']}{match['issn']}({match['year']}){match['serial']}-{match['check']}"


# Journals of MDPI by ISSN: their DOIs are made of this word, volume, issue and article.
_MDPI = {
    "1099-4300": "e",
    "1420-3049": "molecules",
    "1422-0067": "ijms",
    "1424-8220": "s",
    "1660-4601": "ijerph",
    "1996-1073": "en",
    "1999-4893": "a",
    "2071-1050": "su",
    "2072-4292": "rs",
    "2072-6643": "nu",
    "2072-6694": "cancers",
    "2073-4409": "cells",
    "2076-3417": "app",
    "2077-0383": "jcm",
    "2078-2489": "info",
    "2079-9292": "electronics",
    "2227-7390": "math",
}


def _mdpi(match: re.Match[str]) -> str:
    word = _MDPI.get(match[1])
    volume, issue, article = match[2], match[3], match[4]
    return f"10.3390/{word}{volume}{issue:0>2}{article:0>4}" if word else ""


_ROMAN = [
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
    "XIII",
    "XIV",
    "XV",
    "XVI",
    "XVII",
    "XVIII",
    "XIX",
    "XX",
    "XXI",
    "XXII",
    "XXIII",
    "XXIV",
    "XXV",
]


def _rss(match: re.Match[str]) -> str:
    number = int(match[1])
    if not 1 <= number <= len(_ROMAN):
        return ""
    return f"10.15607/RSS.{2004 + number}.{_ROMAN[number - 1]}.{int(match[2]):03d}"


# Journals of the American Physical Society by their name in bibcodes.
_APS = {
    **{"PhRvL": "PhysRevLett", "PhRvX": "PhysRevX", "RvMP.": "RevModPhys"},
    **{f"PhRv{letter}": f"PhysRev{letter}" for letter in "ABCDE"},
}
_BIBCODE = r"(?P<year>\d{4})(?P<journal>[A-Za-z&.]{5})(?P<rest>[\w.]{9}[A-Z.])(?![\w.])"
# Volume, a letter or a dot, the page: ".116f1102" is volume 116, article 061102.
_VOLUME = re.compile(r"\.*(\d{1,4})([a-z.])\.*(\d{1,4})[A-Z.]\Z")


def _bibcode(match: re.Match[str]) -> str:
    """Return the identifier in a bibcode of ADS, "" when there is none.

    2017arXiv170603762V gives arXiv:1706.03762. https://ui.adsabs.harvard.edu/help/actions/bibcode
    """
    code = match["journal"] + match["rest"]
    arxiv = re.match(r"arXiv(\d{4})(\d{5})[A-Z.]\Z", code) or re.match(
        r"arXiv(\d{4})\.(\d{4})[A-Z.]\Z", code
    )
    if arxiv:
        return f"{arxiv[1]}.{arxiv[2]}"
    journal = _APS.get(match["journal"])
    place = _VOLUME.match(match["rest"])
    # Six digits since about 2001: letter f and 1102 are 061102.
    if journal and place and place[2] != ".":
        page = f"{ord(place[2]) - 96:02d}{place[3]:0>4}"
        return f"10.1103/{journal}.{place[1]}.{page}"
    return ""


def _osf(match: re.Match[str]) -> str:
    prefixes = {"psyarxiv": "31234", "socarxiv": "31235", "osf": "31219", "edarxiv": "35542"}
    prefix = prefixes.get(match[1].lower())
    return f"10.{prefix}/osf.io/{match[2].lower()}" if prefix else ""


# -- the table ---------------------------------------------------------------------------------

_MIRRORS = ("au", "br", "cn", "de", "es", "fr", "il", "in", "jp", "kr", "ru", "tw", "uk", "za")
_NEURIPS_HOSTS = ("proceedings.neurips.cc", "papers.neurips.cc", "papers.nips.cc")
_CVF = ("openaccess.thecvf.com",)
_ADS = ("adsabs.harvard.edu", "ads.harvard.edu")
_DBLP_HOSTS = ("dblp.org", "dblp.uni-trier.de", "dblp.dagstuhl.de", "dblp2.uni-trier.de")
_HAL = r"((?:[a-z]{2,16}|in2p3|cea|hal)-\d{8})(?:v\d+)?(?![\w-])"

SITES: tuple[Site, ...] = tuple(
    Site(*row)
    for row in (
        # arXiv, its mirrors and readers
        (
            "arXiv",
            ("arxiv.org",),
            rf"/(?:abs|pdf|html|ps|src|format|e-print|tb|show-email|prevnext)/{_ARXIV}",
            "arxiv",
            "{0}",
            "https://arxiv.org/html/1706.03762v7#S3",
            "1706.03762",
        ),
        (
            "arXiv listing",
            ("arxiv.org",),
            rf"/(?:list|catchup|archive|a)/[^#]*#(?:item|arxiv:)?{_ARXIV}",
            "arxiv",
            "{0}",
            "https://arxiv.org/list/cs.CL/recent?show=50#1706.03762",
            "1706.03762",
        ),
        (
            "arXiv API",
            ("arxiv.org",),
            rf"/api/query\?(?:[^#]*&)?id_list={_ARXIV}",
            "arxiv",
            "{0}",
            "https://export.arxiv.org/api/query?id_list=1706.03762",
            "1706.03762",
        ),
        (
            "arXiv country mirror",
            tuple(f"{country}.arxiv.org" for country in _MIRRORS),
            rf"/(?:abs|pdf)/{_ARXIV}",
            "arxiv",
            "{0}",
            "http://de.arxiv.org/abs/hep-th/9901001v3",
            "hep-th/9901001",
        ),
        (
            "arXiv at Los Alamos",
            ("xxx.lanl.gov", "xxx.itp.ac.cn", "arxiv.lanl.gov"),
            rf"/(?:abs|pdf|ps)/{_ARXIV}",
            "arxiv",
            "{0}",
            "http://xxx.lanl.gov/abs/hep-th/9901001",
            "hep-th/9901001",
        ),
        (
            "alphaXiv",
            ("alphaxiv.org",),
            rf"/(?:[a-z]{{2}}/)?(?:abs|pdf|html|overview|audio|resources|models)/{_ARXIV}",
            "arxiv",
            "{0}",
            "https://www.alphaxiv.org/overview/1706.03762v7",
            "1706.03762",
        ),
        (
            "ar5iv",
            ("ar5iv.org", "ar5iv.labs.arxiv.org"),
            rf"/(?:abs|html|pdf)/{_ARXIV}",
            "arxiv",
            "{0}",
            "https://ar5iv.labs.arxiv.org/html/1706.03762",
            "1706.03762",
        ),
        (
            "Hugging Face papers",
            ("huggingface.co", "hf.co"),
            rf"/papers/{_ARXIV}",
            "arxiv",
            "{0}",
            "https://huggingface.co/papers/1706.03762",
            "1706.03762",
        ),
        (
            "SciRate",
            ("scirate.com",),
            rf"/arxiv/{_ARXIV}",
            "arxiv",
            "{0}",
            "https://scirate.com/arxiv/1706.03762",
            "1706.03762",
        ),
        (
            "Cool Papers",
            ("papers.cool",),
            rf"/arxiv/(?:kimi\?paper=)?{_ARXIV}",
            "arxiv",
            "{0}",
            "https://papers.cool/arxiv/1706.03762",
            "1706.03762",
        ),
        (
            "arxiv-sanity",
            ("arxiv-sanity.com", "arxiv-sanity-lite.com", "arxiv-sanity-lite.org"),
            rf"/(?:abs/|pdf/|[^?#]*\?(?:[^#]*&)?(?:pid|q)=){_ARXIV}",
            "arxiv",
            "{0}",
            "https://arxiv-sanity-lite.com/?rank=pid&pid=1706.03762",
            "1706.03762",
        ),
        (
            "arXiv Vanity",
            ("arxiv-vanity.com",),
            rf"/papers/{_ARXIV}",
            "arxiv",
            "{0}",
            "https://www.arxiv-vanity.com/papers/1706.03762/",
            "1706.03762",
        ),
        (
            "Emergent Mind",
            ("emergentmind.com",),
            rf"/papers/{_ARXIV}",
            "arxiv",
            "{0}",
            "https://www.emergentmind.com/papers/1706.03762",
            "1706.03762",
        ),
        (
            "CatalyzeX",
            ("catalyzex.com",),
            rf"/paper/arxiv:{_ARXIV}",
            "arxiv",
            "{0}",
            "https://www.catalyzex.com/paper/arxiv:1706.03762",
            "1706.03762",
        ),
        (
            "talk2arxiv",
            ("talk2arxiv.org",),
            rf"/(?:abs|pdf)/{_ARXIV}",
            "arxiv",
            "{0}",
            "https://talk2arxiv.org/pdf/1706.03762.pdf",
            "1706.03762",
        ),
        (
            "Bytez",
            ("bytez.com",),
            rf"/docs/arxiv/{_ARXIV}",
            "arxiv",
            "{0}",
            "https://bytez.com/docs/arxiv/1706.03762/paper",
            "1706.03762",
        ),
        (
            "Connected Papers, arXiv",
            ("connectedpapers.com",),
            rf"/api/redirect/arxiv/{_ARXIV}",
            "arxiv",
            "{0}",
            "https://www.connectedpapers.com/api/redirect/arxiv/1706.03762",
            "1706.03762",
        ),
        # DOIs
        (
            "doi.org",
            ("doi.org", "dx.doi.org"),
            r"/(?:doi:)?(10\.\d{4,9}/[^?#]+(?:[?#].*)?)",
            "doi",
            "{0}",
            "dx.doi.org/10.1038/nature14539",
            "10.1038/nature14539",
        ),
        (
            "doi.org, short",
            ("doi.org",),
            r"/([a-z0-9]{3,12})(?=[?#]|\Z)",
            PAGE,
            "https://doi.org/{0}",
            "https://doi.org/b42d",
            "https://doi.org/b42d",
        ),
        (
            "Crossref",
            ("api.crossref.org", "search.crossref.org"),
            _DOI,
            "doi",
            "{0}",
            "https://api.crossref.org/works/10.1038/nature14539",
            "10.1038/nature14539",
        ),
        (
            "DataCite",
            ("api.datacite.org", "commons.datacite.org", "search.datacite.org"),
            _DOI,
            "doi",
            "{0}",
            "https://commons.datacite.org/doi.org/10.5281/zenodo.7955181",
            "10.5281/zenodo.7955181",
        ),
        # catalogues
        (
            "DBLP record",
            _DBLP_HOSTS,
            rf"/rec/(?:(?:bib|bibtex|html|xml|rdf|ris|nt)\d?/)?{_DBLP}"
            r"(?:\.(?:html|bib|xml|ris|rdf|nt|ttl))?(?=[?#]|\Z)",
            "dblp",
            "{0}",
            "https://dblp.org/rec/conf/nips/VaswaniSPUJGKP17.html?view=bibtex",
            "conf/nips/VaswaniSPUJGKP17",
        ),
        (
            "DBLP contents",
            _DBLP_HOSTS,
            r"/db/(conf|journals|series|books)/([\w-]+)/[^#]*#([\w-]+)\Z",
            "dblp",
            "{0}/{1}/{2}",
            "https://dblp.org/db/conf/nips/nips2017.html#VaswaniSPUJGKP17",
            "conf/nips/VaswaniSPUJGKP17",
        ),
        (
            "PubMed",
            ("pubmed.ncbi.nlm.nih.gov", "pubmed.gov"),
            rf"/{_NUMBER}",
            "pmid",
            "{0}",
            "https://pubmed.ncbi.nlm.nih.gov/31452104/?dopt=Abstract",
            "31452104",
        ),
        (
            "PubMed at NCBI",
            ("ncbi.nlm.nih.gov",),
            rf"/(?:m/)?pubmed/(?:\?term=)?{_NUMBER}",
            "pmid",
            "{0}",
            "https://www.ncbi.nlm.nih.gov/pubmed/31452104",
            "31452104",
        ),
        (
            "PubMed Central",
            ("pmc.ncbi.nlm.nih.gov", "ncbi.nlm.nih.gov"),
            rf"/(?:pmc/)?articles/(?:pmc)?{_NUMBER}",
            "pmc",
            "PMC{0}",
            "https://pmc.ncbi.nlm.nih.gov/articles/PMC7096775/pdf/main.pdf",
            "PMC7096775",
        ),
        (
            "Europe PMC",
            ("europepmc.org",),
            rf"/(?:article|abstract)/med/{_NUMBER}",
            "pmid",
            "{0}",
            "https://europepmc.org/article/MED/31452104",
            "31452104",
        ),
        (
            "Europe PMC, full text",
            ("europepmc.org",),
            rf"/(?:articles?|abstract)/(?:pmc/)?(?:pmc)?{_NUMBER}",
            "pmc",
            "PMC{0}",
            "https://europepmc.org/article/PMC/PMC7096775",
            "PMC7096775",
        ),
        (
            "OpenAlex",
            ("openalex.org",),
            r"/(?:works/|[a-z]*\?zoom=)?(w[1-9]\d{0,11})" + _END,
            "openalex",
            "{0}",
            "https://openalex.org/works/W2741809807",
            "W2741809807",
        ),
        (
            "OpenReview",
            ("openreview.net",),
            r"/(?:forum|pdf|attachment|notes)[^?#]*\?(?:[^#]*&)?(?:id|forum)=([\w-]{1,40})(?=[&#]|\Z)",
            "openreview",
            "{0}",
            "https://openreview.net/attachment?id=rJ4km2R5t7&name=supplementary_material",
            "rJ4km2R5t7",
        ),
        (
            "OpenReview, a reply",
            ("openreview.net",),
            r"/forum\?(?:[^#]*&)?noteid=([\w-]{1,40})(?=[&#]|\Z)",
            "openreview",
            "{0}",
            "https://openreview.net/forum?noteId=rJ4km2R5t7",
            "rJ4km2R5t7",
        ),
        (
            "ACL Anthology",
            ("aclanthology.org",),
            rf"/{_ACL}",
            "acl",
            "{0}",
            "https://aclanthology.org/2020.acl-main.703.pdf",
            "2020.acl-main.703",
        ),
        (
            "ACL Anthology, former",
            ("aclweb.org", "aclanthology.info", "aclanthology.coli.uni-saarland.de"),
            rf"/(?:[^?#]*/)?{_ACL}",
            "acl",
            "{0}",
            "https://www.aclweb.org/anthology/papers/P/P17/P17-1001/",
            "P17-1001",
        ),
        (
            "Semantic Scholar, arXiv",
            ("semanticscholar.org",),
            rf"/(?:[^?#]*/)?arxiv[:/]{_ARXIV}",
            "arxiv",
            "{0}",
            "https://api.semanticscholar.org/graph/v1/paper/ARXIV:1706.03762",
            "1706.03762",
        ),
        (
            "Semantic Scholar, DOI",
            ("semanticscholar.org",),
            r"/[^?#]*?doi[:/](10\.\d{4,9}/[^?#]+)",
            "doi",
            "{0}",
            "https://api.semanticscholar.org/v1/paper/DOI:10.1038/nature14539",
            "10.1038/nature14539",
        ),
        (
            "Semantic Scholar",
            ("semanticscholar.org",),
            r"/(?:[^?#]*/)?([0-9a-f]{40})(?![0-9a-f])",
            PAGE,
            "https://www.semanticscholar.org/paper/{0}",
            "https://www.semanticscholar.org/paper/Attention-is-All-you-Need-Vaswani/"
            "204e3073870fae3d05bcbc2f6a8e263d9b72e776",
            "https://www.semanticscholar.org/paper/204e3073870fae3d05bcbc2f6a8e263d9b72e776",
        ),
        (
            "Semantic Scholar, corpus",
            ("semanticscholar.org",),
            r"/(?:[^?#]*/)?corpusid:(\d{1,12})(?!\w)",
            PAGE,
            "https://api.semanticscholar.org/CorpusID:{0}",
            "https://api.semanticscholar.org/CorpusID:13756489",
            "https://api.semanticscholar.org/CorpusID:13756489",
        ),
        (
            "Connected Papers",
            ("connectedpapers.com",),
            r"/main/([0-9a-f]{40})(?![0-9a-f])",
            PAGE,
            "https://www.semanticscholar.org/paper/{0}",
            "https://www.connectedpapers.com/main/204e3073870fae3d05bcbc2f6a8e263d9b72e776/graph",
            "https://www.semanticscholar.org/paper/204e3073870fae3d05bcbc2f6a8e263d9b72e776",
        ),
        (
            "INSPIRE, arXiv",
            ("inspirehep.net",),
            rf"/(?:api/)?arxiv/{_ARXIV}",
            "arxiv",
            "{0}",
            "https://inspirehep.net/api/arxiv/1602.03837",
            "1602.03837",
        ),
        (
            "INSPIRE, DOI",
            ("inspirehep.net",),
            r"/(?:api/)?doi/(10\.\d{4,9}/[^?#]+)",
            "doi",
            "{0}",
            "https://inspirehep.net/api/doi/10.1103/PhysRevLett.116.061102",
            "10.1103/physrevlett.116.061102",
        ),
        (
            "INSPIRE",
            ("inspirehep.net",),
            rf"/(?:api/)?(?:literature|record)/{_NUMBER}",
            PAGE,
            "https://inspirehep.net/literature/{0}",
            "https://inspirehep.net/literature/1421100#references",
            "https://inspirehep.net/literature/1421100",
        ),
        (
            "ADS, arXiv",
            _ADS,
            rf"/(?:abs|full|link_gateway)/(?:arxiv:)?(?:{_ARXIV})",
            "arxiv",
            "{0}",
            "https://ui.adsabs.harvard.edu/abs/arXiv:1706.03762",
            "1706.03762",
        ),
        (
            "ADS, DOI",
            _ADS,
            r"/(?:abs|link_gateway)/(?:doi:)?(10\.\d{4,9}/[^?#]+)",
            "doi",
            "{0}",
            "https://ui.adsabs.harvard.edu/abs/10.1103/PhysRevLett.116.061102/abstract",
            "10.1103/physrevlett.116.061102",
        ),
        (
            "ADS, bibcode with an identifier",
            _ADS,
            rf"/(?:abs|full|link_gateway)/{_BIBCODE}",
            ANY,
            _bibcode,
            "https://ui.adsabs.harvard.edu/abs/2016PhRvL.116f1102A/abstract",
            "doi 10.1103/physrevlett.116.061102",
        ),
        (
            "ADS",
            _ADS,
            r"/(?:abs|full)/(\d{4}[\w.&]{14}[A-Z.])(?![\w.])",
            PAGE,
            "https://ui.adsabs.harvard.edu/abs/{0}/abstract",
            "https://ui.adsabs.harvard.edu/abs/2016Natur.529..484S",
            "https://ui.adsabs.harvard.edu/abs/2016Natur.529..484S/abstract",
        ),
        (
            "BibSonomy",
            ("bibsonomy.org",),
            r"/(?:bibtex|publication)/([12]?[0-9a-f]{32})(?![0-9a-f])",
            "bibsonomy",
            "{0}",
            "https://www.bibsonomy.org/bibtex/250e4959be61db325d2f02c1d8cd7bfbb/dblp",
            "250e4959be61db325d2f02c1d8cd7bfbb",
        ),
        (
            "BibSonomy, by key",
            ("bibsonomy.org",),
            r"/bibtexkey/([^?#]+?)(?:/[\w.-]+)?/?(?=[?#]|\Z)",
            ANY,
            "{0}",
            "https://www.bibsonomy.org/bibtexkey/conf/nips/VaswaniSPUJGKP17/dblp",
            "dblp conf/nips/VaswaniSPUJGKP17",
        ),
        (
            "ShortScience.org",
            ("shortscience.org",),
            r"/paper\?(?:[^#]*&)?bibtexkey=([^&#]+)",
            ANY,
            "{0}",
            "https://www.shortscience.org/paper?bibtexKey=journals/corr/1706.03762&a=joe#joe",
            "arxiv 1706.03762",
        ),
        # conferences and journals of the field
        (
            "PMLR",
            ("proceedings.mlr.press", "jmlr.csail.mit.edu"),
            r"/(v\d{1,4})/([\w-]{3,60}?)(?:/[\w-]+)?(?:\.html|\.pdf)?(?=[?#]|\Z)",
            PAGE,
            "https://proceedings.mlr.press/{0}/{1}.html",
            "http://proceedings.mlr.press/v139/radford21a/radford21a.pdf",
            "https://proceedings.mlr.press/v139/radford21a.html",
        ),
        (
            "NeurIPS proceedings",
            _NEURIPS_HOSTS,
            r"/(paper|paper_files/paper)/(\d{4})/(?:hash|file)/([0-9a-f]{32})"
            r"-(?:Abstract|Paper|Metadata|Supplemental|Bibtex|Reviews?|AuthorFeedback)"
            r"((?:-[\w]+)*)",
            PAGE,
            "https://{host}/{0}/{1}/hash/{2}-Abstract{3}.html",
            "https://proceedings.neurips.cc/paper_files/paper/2017/file/"
            "3f5ee243547dee91fbd053c1c4a845aa-Paper.pdf",
            "https://proceedings.neurips.cc/paper_files/paper/2017/hash/"
            "3f5ee243547dee91fbd053c1c4a845aa-Abstract.html",
        ),
        (
            "NeurIPS proceedings, former",
            _NEURIPS_HOSTS,
            r"/(?:book/)?paper/(\d{3,5}-[\w-]+?)(?:\.pdf)?" + _END,
            PAGE,
            "https://{host}/paper/{0}",
            "https://papers.nips.cc/paper/7181-attention-is-all-you-need.pdf",
            "https://papers.nips.cc/paper/7181-attention-is-all-you-need",
        ),
        (
            "CVF open access",
            _CVF,
            r"/((?:[\w-]+/)+)(?:html|papers)/([\w.-]+?)(?:_paper|_supplemental)?\.(?:html|pdf|zip)",
            PAGE,
            "https://{host}/{0}html/{1}_paper.html",
            "https://openaccess.thecvf.com/content_cvpr_2016/papers/"
            "He_Deep_Residual_Learning_CVPR_2016_paper.pdf",
            "https://openaccess.thecvf.com/content_cvpr_2016/html/"
            "He_Deep_Residual_Learning_CVPR_2016_paper.html",
        ),
        (
            "ECVA",
            ("ecva.net",),
            r"/papers/[\w/]+/html/[\w-]+\.php",
            PAGE,
            "",
            "https://www.ecva.net/papers/eccv_2020/papers_ECCV/html/832_ECCV_2020_paper.php",
            "https://www.ecva.net/papers/eccv_2020/papers_ECCV/html/832_ECCV_2020_paper.php",
        ),
        (
            "JMLR",
            ("jmlr.org",),
            r"/papers/v(?:olume)?(\d{1,3})/([\w-]+?)(?:/[\w-]+)?(?:\.html|\.pdf|\.bib)?(?=[?#]|\Z)",
            PAGE,
            "https://jmlr.org/papers/v{0}/{1}.html",
            "http://www.jmlr.org/papers/volume3/bengio03a/bengio03a.pdf",
            "https://jmlr.org/papers/v3/bengio03a.html",
        ),
        (
            "TMLR",
            ("jmlr.org", "tmlr.org"),
            r"/(?:tmlr/)?[^?#]*\?(?:[^#]*&)?id=([\w-]{8,14})(?=[&#]|\Z)",
            "openreview",
            "{0}",
            "https://jmlr.org/tmlr/papers/?id=yzkSU5zdwD",
            "yzkSU5zdwD",
        ),
        (
            "AAAI",
            ("ojs.aaai.org", "aaai.org"),
            r"/(?:[^?#]*/)?article/view/(\d{1,7})(?:/\d+)?",
            PAGE,
            "https://ojs.aaai.org/index.php/AAAI/article/view/{0}",
            "https://ojs.aaai.org/index.php/AAAI/article/view/5757/5613",
            "https://ojs.aaai.org/index.php/AAAI/article/view/5757",
        ),
        (
            "IJCAI",
            ("ijcai.org",),
            r"/proceedings/(20[12]\d)/0*([1-9]\d{0,4})(?:\.pdf)?" + _END,
            "doi",
            "10.24963/ijcai.{0}/{1}",
            "https://www.ijcai.org/proceedings/2019/0133.pdf",
            "10.24963/ijcai.2019/133",
        ),
        (
            "RSS",
            ("roboticsproceedings.org",),
            r"/rss(\d\d)/p(\d{1,3})\.(?:html|pdf)",
            "doi",
            _rss,
            "http://www.roboticsproceedings.org/rss16/p001.html",
            "10.15607/rss.2020.xvi.001",
        ),
        (
            "ISCA Archive",
            ("isca-archive.org",),
            r"/\w+/\w+\.(?:html|pdf)",
            PAGE,
            "",
            "https://www.isca-archive.org/interspeech_2020/gulati20_interspeech.html",
            "https://www.isca-archive.org/interspeech_2020/gulati20_interspeech.html",
        ),
        (
            "USENIX",
            ("usenix.org",),
            r"/(?:legacy/)?conference/[\w-]+/(?:technical-sessions/)?presentation/[\w-]+",
            PAGE,
            "",
            "https://www.usenix.org/conference/osdi16/technical-sessions/presentation/abadi",
            "https://www.usenix.org/conference/osdi16/technical-sessions/presentation/abadi",
        ),
        (
            "Dagstuhl LIPIcs",
            ("drops.dagstuhl.de",),
            _DOI,
            "doi",
            "{0}",
            "https://drops.dagstuhl.de/entities/document/10.4230/LIPIcs.ITCS.2017.1",
            "10.4230/lipics.itcs.2017.1",
        ),
        (
            "MIT Press",
            ("direct.mit.edu",),
            r"/(\w+)/article(?:-pdf)?/[\w/]+/(\d{4,7})(?:/[\w-]+)?",
            PAGE,
            "",
            "https://direct.mit.edu/neco/article/9/8/1735/6109/Long-Short-Term-Memory",
            "https://direct.mit.edu/neco/article/9/8/1735/6109/Long-Short-Term-Memory",
        ),
        # publishers
        (
            "Nature",
            ("nature.com",),
            r"/articles/(palgrave[\w.-]+?)(?:\.pdf)?(?=[/?#]|\Z)",
            "doi",
            "10.1057/{0}",
            "https://www.nature.com/articles/palgrave.jibs.8400000",
            "10.1057/palgrave.jibs.8400000",
        ),
        (
            "Nature article",
            ("nature.com",),
            r"/articles/([a-z0-9][\w.-]*?)(?:_reference)?(?:\.pdf|\.ris)?(?=[/?#]|\Z)",
            "doi",
            "10.1038/{0}",
            "https://www.nature.com/articles/s41586-021-03819-2.pdf",
            "10.1038/s41586-021-03819-2",
        ),
        (
            "Nature, former",
            ("nature.com",),
            r"/[a-z]+/journal/v[^/]+/[^/]+/(?:full|abs|pdf)/([a-z0-9][\w.-]*?)(?:_F\d+)?\.(?:html|pdf)",
            "doi",
            "10.1038/{0}",
            "http://www.nature.com/nature/journal/v521/n7553/full/nature14539.html",
            "10.1038/nature14539",
        ),
        (
            "Science",
            ("science.org", "sciencemag.org"),
            _DOI,
            "doi",
            "{0}",
            "https://www.science.org/doi/full/10.1126/science.aaa8415",
            "10.1126/science.aaa8415",
        ),
        (
            "Science, former",
            ("sciencemag.org",),
            r"/content/\d+/[^?#]+",
            PAGE,
            "",
            "https://science.sciencemag.org/content/349/6245/255",
            "https://science.sciencemag.org/content/349/6245/255",
        ),
        (
            "The Lancet",
            ("thelancet.com",),
            r"/[^?#]*?(?:PII)?(?P<s>S)(?P<issn>\d{4}-\d{3}[\dX])\((?P<year>\d\d)\)(?P<serial>\d{5})"
            r"-(?P<check>[\dX])",
            "doi",
            _lancet,
            "https://www.thelancet.com/journals/lancet/article/PIIS0140-6736(20)30183-5/fulltext",
            "10.1016/s0140-6736(20)30183-5",
        ),
        (
            "Cell Press, until 2002",
            ("cell.com",),
            rf"/[^?#]*?/(?:pdf/)?{_PII}",
            "doi",
            _pii,
            "https://www.cell.com/cell/fulltext/S0092-8674(00)81683-9",
            "10.1016/s0092-8674(00)81683-9",
        ),
        (
            "Cell Press",
            ("cell.com",),
            r"/([a-z-]+(?:/[a-z-]+)?)/(?:fulltext|abstract|pdf|pdfextended)/(S[\d()X-]+)(?:\.pdf)?",
            PAGE,
            "https://www.cell.com/{0}/fulltext/{1}",
            "https://www.cell.com/cell/pdf/S0092-8674(16)30001-2.pdf",
            "https://www.cell.com/cell/fulltext/S0092-8674(16)30001-2",
        ),
        (
            "ScienceDirect, until 2002",
            ("sciencedirect.com", "linkinghub.elsevier.com"),
            rf"/(?:[^?#]*/)?pii/{_PII}",
            "doi",
            _pii,
            "https://www.sciencedirect.com/science/article/pii/S0004370299000521",
            "10.1016/s0004-3702(99)00052-1",
        ),
        (
            "ScienceDirect",
            ("sciencedirect.com", "linkinghub.elsevier.com"),
            r"/(?:[^?#]*/)?pii/(S?\d{7}[\dX]\d{7}[\dX])(?!\w)",
            PAGE,
            "https://www.sciencedirect.com/science/article/pii/{0}",
            "https://www.sciencedirect.com/science/article/abs/pii/S0893608014002135?via%3Dihub",
            "https://www.sciencedirect.com/science/article/pii/S0893608014002135",
        ),
        (
            "PLOS",
            ("plos.org", "plosone.org", "ploscompbiol.org"),
            _DOI_IN_QUERY,
            "doi",
            "{0}",
            "https://journals.plos.org/plosone/article/file?id=10.1371%2Fjournal.pone.0012345"
            "&type=printable",
            "10.1371/journal.pone.0012345",
        ),
        (
            "eLife",
            ("elifesciences.org",),
            r"/(?:articles|reviewed-preprints|content/\d+)/e?0*(\d{5,6})(?:v\d+)?(?!\w)",
            "doi",
            "10.7554/elife.{0}",
            "https://elifesciences.org/articles/64909#content",
            "10.7554/elife.64909",
        ),
        (
            "PeerJ",
            ("peerj.com",),
            r"/articles/([1-9]\d{0,5})(?:\.pdf)?" + _END,
            "doi",
            "10.7717/peerj.{0}",
            "https://peerj.com/articles/4375/",
            "10.7717/peerj.4375",
        ),
        (
            "PeerJ, other journals",
            ("peerj.com",),
            r"/articles/([a-z]+)-([1-9]\d{0,5})(?:\.pdf)?" + _END,
            "doi",
            "10.7717/peerj-{0}.{1}",
            "https://peerj.com/articles/cs-103.pdf",
            "10.7717/peerj-cs.103",
        ),
        (
            "PeerJ Preprints",
            ("peerj.com",),
            r"/preprints/([1-9]\d{0,5})(v\d+)?",
            "doi",
            "10.7287/peerj.preprints.{0}{1}",
            "https://peerj.com/preprints/27580v1/",
            "10.7287/peerj.preprints.27580v1",
        ),
        (
            "MDPI, known journals",
            ("mdpi.com",),
            r"/(\d{4}-\d{3}[\dX])/(\d{1,3})/(\d{1,2})/(\d{1,5})(?!\d)",
            "doi",
            _mdpi,
            "https://www.mdpi.com/2072-4292/12/3/456/htm",
            "10.3390/rs12030456",
        ),
        (
            "MDPI",
            ("mdpi.com",),
            r"/(\d{4}-\d{3}[\dX]/\d{1,3}/\d{1,2}/\d{1,5})(?!\d)",
            PAGE,
            "https://www.mdpi.com/{0}",
            "https://www.mdpi.com/2504-4990/1/1/2/pdf",
            "https://www.mdpi.com/2504-4990/1/1/2",
        ),
        (
            "Frontiers",
            ("frontiersin.org",),
            _DOI,
            "doi",
            "{0}",
            "https://www.frontiersin.org/journals/psychology/articles/10.3389/fpsyg.2013.00863/full",
            "10.3389/fpsyg.2013.00863",
        ),
        (
            "Springer",
            ("springer.com", "springeropen.com"),
            _DOI,
            "doi",
            "{0}",
            "https://link.springer.com/content/pdf/10.1007%2F978-3-319-24574-4_28.pdf",
            "10.1007/978-3-319-24574-4_28",
        ),
        (
            "BioMed Central",
            ("biomedcentral.com",),
            _DOI,
            "doi",
            "{0}",
            "https://bmcbioinformatics.biomedcentral.com/articles/10.1186/1471-2105-9-1/figures/1",
            "10.1186/1471-2105-9-1",
        ),
        (
            "Wiley",
            ("wiley.com",),
            _DOI,
            "doi",
            "{0}",
            "https://onlinelibrary.wiley.com/doi/epdf/10.1002/anie.201912345",
            "10.1002/anie.201912345",
        ),
        (
            "ACM",
            ("dl.acm.org",),
            _DOI,
            "doi",
            "{0}",
            "https://dl.acm.org/doi/fullHtml/10.1145/2939672.2939785",
            "10.1145/2939672.2939785",
        ),
        (
            "ACM, former",
            ("dl.acm.org", "portal.acm.org"),
            r"/(?:citation|ft_gateway)\.cfm\?(?:[^#]*&)?(?:id|doid)=(\d{4,9}\.\d{4,9})(?!\d)",
            "doi",
            "10.1145/{0}",
            "https://dl.acm.org/citation.cfm?id=2939672.2939785",
            "10.1145/2939672.2939785",
        ),
        (
            "IEEE Xplore",
            ("ieeexplore.ieee.org",),
            r"/(?:abstract/|rest/)?document/0*(\d{5,9})(?!\d)",
            PAGE,
            "https://ieeexplore.ieee.org/document/{0}",
            "https://ieeexplore.ieee.org/abstract/document/7780459/",
            "https://ieeexplore.ieee.org/document/7780459",
        ),
        (
            "IEEE Xplore, PDF",
            ("ieeexplore.ieee.org",),
            r"/[^?#]*(?:\?(?:[^#]*&)?arnumber=|/)0*(\d{5,9})(?:\.pdf)?(?=[&?#]|\Z)",
            PAGE,
            "https://ieeexplore.ieee.org/document/{0}",
            "https://ieeexplore.ieee.org/stamp/stamp.jsp?tp=&arnumber=7780459",
            "https://ieeexplore.ieee.org/document/7780459",
        ),
        (
            "IEEE Computer Society",
            ("computer.org",),
            r"/csdl/[^?#]+",
            PAGE,
            "",
            "https://www.computer.org/csdl/proceedings-article/cvpr/2016/8851a770/12OmNxvwoXv",
            "https://www.computer.org/csdl/proceedings-article/cvpr/2016/8851a770/12OmNxvwoXv",
        ),
        (
            "American Physical Society",
            ("aps.org",),
            _DOI,
            "doi",
            "{0}",
            "https://journals.aps.org/prl/abstract/10.1103/PhysRevLett.116.061102",
            "10.1103/physrevlett.116.061102",
        ),
        (
            "IOP",
            ("iop.org",),
            _DOI,
            "doi",
            "{0}",
            "https://iopscience.iop.org/article/10.1088/1742-5468/2021/12/124003/meta",
            "10.1088/1742-5468/2021/12/124003",
        ),
        (
            "American Chemical Society",
            ("pubs.acs.org",),
            _DOI,
            "doi",
            "{0}",
            "https://pubs.acs.org/doi/abs/10.1021/acs.jcim.9b00237",
            "10.1021/acs.jcim.9b00237",
        ),
        (
            "Royal Society of Chemistry",
            ("pubs.rsc.org",),
            r"/[^?#]*/([a-z]\d[a-z]{2}\d{5}[a-z0-9])(?!\w)",
            "doi",
            "10.1039/{0}",
            "https://pubs.rsc.org/en/content/articlelanding/2020/sc/d0sc01234a",
            "10.1039/d0sc01234a",
        ),
        (
            "PNAS",
            ("pnas.org",),
            _DOI,
            "doi",
            "{0}",
            "https://www.pnas.org/doi/pdf/10.1073/pnas.1611835114?download=true",
            "10.1073/pnas.1611835114",
        ),
        (
            "NEJM",
            ("nejm.org",),
            _DOI,
            "doi",
            "{0}",
            "https://www.nejm.org/doi/full/10.1056/NEJMoa2034577",
            "10.1056/nejmoa2034577",
        ),
        (
            "Taylor & Francis",
            ("tandfonline.com",),
            _DOI,
            "doi",
            "{0}",
            "https://www.tandfonline.com/doi/full/10.1080/01621459.2017.1285773?needAccess=true",
            "10.1080/01621459.2017.1285773",
        ),
        (
            "SAGE",
            ("sagepub.com",),
            _DOI,
            "doi",
            "{0}",
            "https://journals.sagepub.com/doi/10.1177/0278364913491297",
            "10.1177/0278364913491297",
        ),
        (
            "SIAM",
            ("siam.org",),
            _DOI,
            "doi",
            "{0}",
            "https://epubs.siam.org/doi/abs/10.1137/080716542",
            "10.1137/080716542",
        ),
        (
            "Royal Society",
            ("royalsocietypublishing.org",),
            _DOI,
            "doi",
            "{0}",
            "https://royalsocietypublishing.org/doi/10.1098/rsta.2015.0202",
            "10.1098/rsta.2015.0202",
        ),
        (
            "Annual Reviews",
            ("annualreviews.org",),
            _DOI,
            "doi",
            "{0}",
            "https://www.annualreviews.org/content/journals/10.1146/annurev-control-053018-023825",
            "10.1146/annurev-control-053018-023825",
        ),
        (
            "Cambridge",
            ("cambridge.org",),
            r"/core/(?:journals|services/aop-cambridge-core/content/view)/[^?#]+",
            PAGE,
            "",
            "https://www.cambridge.org/core/journals/acta-numerica/article/optimal/ABC123",
            "https://www.cambridge.org/core/journals/acta-numerica/article/optimal/ABC123",
        ),
        (
            "Oxford Academic",
            ("academic.oup.com",),
            r"/[a-z-]+/(?:article|article-abstract|advance-article)/[^?#]+",
            PAGE,
            "",
            "https://academic.oup.com/bioinformatics/article/25/14/1754/225615",
            "https://academic.oup.com/bioinformatics/article/25/14/1754/225615",
        ),
        (
            "JAMA",
            ("jamanetwork.com",),
            r"/journals/[\w-]+/(?:full)?article(?:-abstract)?/(\d{4,9})",
            PAGE,
            "",
            "https://jamanetwork.com/journals/jama/fullarticle/2588763",
            "https://jamanetwork.com/journals/jama/fullarticle/2588763",
        ),
        (
            "BMJ",
            ("bmj.com",),
            r"/content/\d+/[\w.]+",
            PAGE,
            "",
            "https://www.bmj.com/content/372/bmj.n71",
            "https://www.bmj.com/content/372/bmj.n71",
        ),
        (
            "AIP",
            ("pubs.aip.org", "aip.scitation.org"),
            r"/aip/[a-z-]+/article/[^?#]+",
            PAGE,
            "",
            "https://pubs.aip.org/aip/jcp/article/152/4/044130/199081",
            "https://pubs.aip.org/aip/jcp/article/152/4/044130/199081",
        ),
        (
            "JSTOR",
            ("jstor.org",),
            r"/stable/(?:pdf/|info/)?([1-9]\d{4,9})(?:\.pdf)?" + _END,
            "doi",
            "10.2307/{0}",
            "https://www.jstor.org/stable/2346178?seq=1",
            "10.2307/2346178",
        ),
        (
            "Project Euclid",
            ("projecteuclid.org",),
            r"/journals/[^?#]*?/(10\.\d{4,9}/[^/?#]+)\.(?:full|short|pdf)",
            "doi",
            "{0}",
            "https://projecteuclid.org/journals/annals-of-statistics/volume-32/issue-2/"
            "Least-angle-regression/10.1214/009053604000000067.full",
            "10.1214/009053604000000067",
        ),
        # preprints, repositories, books
        (
            "bioRxiv",
            ("biorxiv.org",),
            _DOI,
            "doi",
            "{0}",
            "https://www.biorxiv.org/content/10.1101/2020.03.24.004655v1.full.pdf+html",
            "10.1101/2020.03.24.004655",
        ),
        (
            "bioRxiv, early address",
            ("biorxiv.org", "medrxiv.org"),
            r"/content/(?:[a-z]+/)?early/(?:\d{4}/\d\d/\d\d/)?(\d{6}|\d{4}\.\d\d\.\d\d\.\d{6,8})(?!\d)",
            "doi",
            "10.1101/{0}",
            "https://www.biorxiv.org/content/early/2018/05/22/327015",
            "10.1101/327015",
        ),
        (
            "medRxiv",
            ("medrxiv.org",),
            _DOI,
            "doi",
            "{0}",
            "https://www.medrxiv.org/content/10.1101/2020.02.07.20021154v2.supplementary-material",
            "10.1101/2020.02.07.20021154",
        ),
        (
            "ChemRxiv",
            ("chemrxiv.org",),
            r"/engage/chemrxiv/(?:public/)?article-details/[0-9a-f]{24}",
            PAGE,
            "",
            "https://chemrxiv.org/engage/chemrxiv/article-details/60c741a1337d6c2a48e26f4c",
            "https://chemrxiv.org/engage/chemrxiv/article-details/60c741a1337d6c2a48e26f4c",
        ),
        (
            "SSRN",
            ("ssrn.com",),
            r"/[^?#]*(?:\?(?:[^#]*&)?abstract_?id=|abstract=|ssrn_id|\?abstract=)0*(\d{5,9})(?!\d)",
            "doi",
            "10.2139/ssrn.{0}",
            "https://papers.ssrn.com/sol3/Delivery.cfm/SSRN_ID3580018_code1.pdf?abstractid=3580018",
            "10.2139/ssrn.3580018",
        ),
        (
            "OSF preprints",
            ("osf.io",),
            r"/preprints/(\w+)/([a-z0-9]{5})(?:_v\d+)?(?!\w)",
            "doi",
            _osf,
            "https://osf.io/preprints/psyarxiv/4hmb6_v2/download",
            "10.31234/osf.io/4hmb6",
        ),
        (
            "Research Square",
            ("researchsquare.com",),
            r"/article/(rs-\d{1,9}/v\d+)(?!\w)",
            "doi",
            "10.21203/rs.3.{0}",
            "https://www.researchsquare.com/article/rs-1078940/v1.pdf",
            "10.21203/rs.3.rs-1078940/v1",
        ),
        (
            "Preprints.org",
            ("preprints.org",),
            r"/manuscript/(\d{6}\.\d{4})/(v\d+)(?!\w)",
            "doi",
            "10.20944/preprints{0}.{1}",
            "https://www.preprints.org/manuscript/202003.0123/v1/download",
            "10.20944/preprints202003.0123.v1",
        ),
        (
            "TechRxiv",
            ("techrxiv.org",),
            _DOI,
            "doi",
            "{0}",
            "https://www.techrxiv.org/doi/full/10.36227/techrxiv.171234567.71234567/v1",
            "10.36227/techrxiv.171234567.71234567/v1",
        ),
        (
            "Zenodo",
            ("zenodo.org",),
            r"/(?:api/)?(?:records?|deposit)/0*(\d{3,12})(?!\d)",
            "doi",
            "10.5281/zenodo.{0}",
            "https://zenodo.org/record/7955181/files/main.pdf",
            "10.5281/zenodo.7955181",
        ),
        (
            "figshare",
            ("figshare.com",),
            r"/articles/(?:[^?#]*/)?(\d{5,10})(?:/\d+)?" + _END,
            "doi",
            "10.6084/m9.figshare.{0}",
            "https://figshare.com/articles/dataset/A_title/1312345",
            "10.6084/m9.figshare.1312345",
        ),
        (
            "Dataverse",
            ("dataverse.harvard.edu",),
            _DOI_IN_QUERY,
            "doi",
            "{0}",
            "https://dataverse.harvard.edu/dataset.xhtml?persistentId=doi:10.7910/DVN/TJCLKP",
            "10.7910/dvn/tjclkp",
        ),
        (
            "HAL",
            ("hal.science", "archives-ouvertes.fr", "hal.inria.fr"),
            rf"/(?:[^?#]*/)?{_HAL}",
            PAGE,
            "https://hal.science/{0}",
            "https://inria.hal.science/hal-02090402v1/document",
            "https://hal.science/hal-02090402",
        ),
        (
            "Handle",
            ("hdl.handle.net",),
            r"/(\d[\d.]*/[\w./-]+)",
            PAGE,
            "https://hdl.handle.net/{0}",
            "https://hdl.handle.net/1721.1/12345",
            "https://hdl.handle.net/1721.1/12345",
        ),
        (
            "DSpace at MIT",
            ("dspace.mit.edu",),
            r"/handle/(\d[\d.]*/\d+)",
            PAGE,
            "https://dspace.mit.edu/handle/{0}",
            "https://dspace.mit.edu/handle/1721.1/12345?show=full",
            "https://dspace.mit.edu/handle/1721.1/12345",
        ),
        # addresses that contain an address
        (
            "Internet Archive",
            ("web.archive.org",),
            r"/web/(?:[\w*]+/)?(https?:/.+)",
            ANY,
            "{0}",
            "https://web.archive.org/web/2020/https://arxiv.org/abs/1706.03762",
            "arxiv 1706.03762",
        ),
        (
            "Google redirect",
            ("google.com", "scholar.google.com"),
            r"/(?:url|scholar_url)\?(?:[^#]*?&)?(?:q|url)=(https?:[^&#]+)",
            ANY,
            "{0}",
            "https://www.google.com/url?sa=t&url=https%3A%2F%2Fdoi.org%2F10.1038%2Fnature14539&usg=x",
            "doi 10.1038/nature14539",
        ),
        (
            "Google Scholar look-up",
            ("scholar.google.com",),
            rf"/scholar_lookup\?(?:[^#]*&)?arxiv_id={_ARXIV}",
            "arxiv",
            "{0}",
            "https://scholar.google.com/scholar_lookup?arxiv_id=1706.03762",
            "1706.03762",
        ),
        (
            "Mail and social redirects",
            (
                "safelinks.protection.outlook.com",
                "l.facebook.com",
                "out.reddit.com",
                "slack-redir.net",
            ),
            r"/[^?#]*\?(?:[^#]*?&)?(?:url|u)=(https?:[^&#]+)",
            ANY,
            "{0}",
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Farxiv.org%2Fabs%2F"
            "1706.03762&data=x",
            "arxiv 1706.03762",
        ),
        # texts that are not an address
        (
            "HAL identifier",
            (),
            _HAL + r"\Z",
            PAGE,
            "https://hal.science/{0}",
            "hal-02090402",
            "https://hal.science/hal-02090402",
        ),
        (
            "Handle identifier",
            (),
            r"hdl:\s*(\d[\d.]*/[\w./-]+)\Z",
            PAGE,
            "https://hdl.handle.net/{0}",
            "hdl:1721.1/12345",
            "https://hdl.handle.net/1721.1/12345",
        ),
        (
            "Semantic Scholar identifier",
            (),
            r"(?:s2cid|(?:s2|semantic ?scholar)? ?corpus ?id)\s*[:=]?\s*(\d{1,12})\Z",
            PAGE,
            "https://api.semanticscholar.org/CorpusID:{0}",
            "Corpus ID: 13756489",
            "https://api.semanticscholar.org/CorpusID:13756489",
        ),
        (
            "PII, until 2002",
            (),
            rf"(?:pii:?\s*)?{_PII}\Z",
            "doi",
            _pii,
            "S0004-3702(99)00052-1",
            "10.1016/s0004-3702(99)00052-1",
        ),
        (
            "PII",
            (),
            r"(?:pii:?\s*)?(S\d{7}[\dX]\d{7}[\dX])\Z",
            PAGE,
            "https://www.sciencedirect.com/science/article/pii/{0}",
            "PII S0893608014002135",
            "https://www.sciencedirect.com/science/article/pii/S0893608014002135",
        ),
        (
            "Bibcode with an identifier",
            (),
            _BIBCODE + r"\Z",
            ANY,
            _bibcode,
            "2017arXiv170603762V",
            "arxiv 1706.03762",
        ),
        (
            "Bibcode",
            (),
            r"(\d{4}[A-Za-z&.]{5}[\w.]{9}[A-Z.])\Z",
            PAGE,
            "https://ui.adsabs.harvard.edu/abs/{0}/abstract",
            "2016Natur.529..484S",
            "https://ui.adsabs.harvard.edu/abs/2016Natur.529..484S/abstract",
        ),
    )
)


# -- look-up -----------------------------------------------------------------------------------


def _compiled() -> tuple[
    dict[str, list[tuple[Site, re.Pattern[str]]]], list[tuple[Site, re.Pattern[str]]]
]:
    by_host: dict[str, list[tuple[Site, re.Pattern[str]]]] = {}
    spellings = []
    for site in SITES:
        pattern = re.compile(site.pattern, re.IGNORECASE)
        for host in site.hosts:
            by_host.setdefault(host, []).append((site, pattern))
        if not site.hosts:
            spellings.append((site, pattern))
    return by_host, spellings


_BY_HOST, _SPELLINGS = _compiled()
_NAME = re.compile(
    r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}\.?(?::\d{1,5})?(?=[/?#])", re.IGNORECASE
)
_SCHEME = re.compile(r"https?:/{1,3}", re.IGNORECASE)


def find(text: str) -> Found | None:
    """Return what a text gives by the table, None when no row matches.

    Addresses may lack "https://"; the time is linear in the length of the text.
    """
    if len(text) > MAX_LENGTH:
        return None
    parts = split(text)
    if parts is None:
        return _first(_SPELLINGS, text, "")
    host = (parts.hostname or "").rstrip(".")
    for name in _known_hosts(host):
        # The page of a proxy's copy is read at its own site.
        own = host if host == name or host.endswith(f".{name}") else name
        found = _first(_BY_HOST[name], _target(parts), own, _plain(parts, own))
        if found:
            return found
    return None


def split(text: str) -> SplitResult | None:
    """Return the parts of an http address, also of one without scheme; None for any other text."""
    if _SCHEME.match(text):
        text = _SCHEME.sub(lambda match: match[0].split(":")[0].lower() + "://", text, count=1)
    elif _NAME.match(text) and _is_known(text):
        text = f"https://{text}"
    else:
        return None
    try:
        parts = urlsplit(text)
        _ = (parts.hostname, parts.port)
    except ValueError:  # "https://[x"
        return None
    return parts if parts.hostname else None


def _is_known(text: str) -> bool:
    host = re.split(r"[/?#:]", text, maxsplit=1)[0].lower()
    return any(True for _ in _known_hosts(host))


def _known_hosts(host: str) -> Iterator[str]:
    """Yield the hosts of the table that a host belongs to, the most specific first.

    Libraries' proxies are understood: www-nature-com.proxy.example.edu is nature.com.
    """
    labels = host.split(".")[-12:]
    names = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    known = [name for name in names if name in _BY_HOST]
    if not known and len(labels) > 2:
        first = labels[0].replace("--", "\0").replace("-", ".").replace("\0", "-").split(".")[-6:]
        names = [".".join(first[start:]) for start in range(len(first) - 1)]
        names += [
            ".".join(labels[start:stop])
            for start in range(min(2, len(labels) - 2))
            for stop in range(len(labels) - 1, start + 1, -1)
        ]
        known = [name for name in names if name in _BY_HOST][:1]
    yield from known


def _target(parts: SplitResult) -> str:
    path = unquote(parts.path)
    if "%2F" in path or "%2f" in path:
        path = unquote(path)  # Encoded twice.
    target = re.sub(r"\A/{2,}", "/", path or "/")
    if parts.query:
        target += f"?{unquote(parts.query)}"
    return f"{target}#{unquote(parts.fragment)}" if parts.fragment else target


def _plain(parts: SplitResult, host: str) -> str:
    """Return the address to read: without user, fragment and a proxy's host."""
    port = f":{parts.port}" if parts.port and host == parts.hostname else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{host}{port}{parts.path}{query}"


def _first(
    rows: list[tuple[Site, re.Pattern[str]]], target: str, host: str, plain: str = ""
) -> Found | None:
    for site, pattern in rows:
        match = pattern.match(target)
        if not match:
            continue
        if callable(site.value):
            value = site.value(match)
        else:
            groups = [group or "" for group in match.groups()]
            value = site.value.format(*groups, host=host) if site.value else plain
        if value:
            return Found(site.name, site.gives, value)
    return None


def page_to_read(text: str) -> str | None:
    """Return the address of the page that describes a paper, None when it isn't to be read.

    It is read only when the text contains no identifier. "hal-02090402" gives
    "https://hal.science/hal-02090402".
    """
    found = find(text.strip().strip("<>"))
    return found.value if found and found.gives == PAGE else None


def may_be_read(url: str) -> bool:
    """Return whether a URL is on a host of the table whose pages are read.

    These are the hosts of rows that give PAGE, or an identifier that may have no catalogue here.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or parts.username is not None:
        return False
    labels = host.split(".")
    names = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    return any(
        site.gives in {PAGE, *READABLE_SCHEMES}
        for name in names & _BY_HOST.keys()
        for site, _ in _BY_HOST[name]
    )
