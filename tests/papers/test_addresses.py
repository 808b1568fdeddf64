"""Every row of the table of addresses, spellings that people paste, and what hostile texts cost."""

import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from papers import addresses
from papers.addresses import ANY, PAGE, SITES, Site, find, may_be_read, page_to_read
from papers.identifiers import PaperId, paper_id_url, parse_identifier, parse_isbn
from papers.models import Identifier

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "addresses.md"


def _shown(name: PaperId | None) -> str:
    return f"{name.scheme} {name.value}" if name else ""


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_the_example_of_every_row_gives_its_result(site):
    assert find(site.example).site == site.name, "by its own row"
    name = parse_identifier(site.example)
    if site.gives == PAGE:
        assert page_to_read(site.example) == site.result
        assert may_be_read(site.result)
        assert name is None or (not site.hosts and name.scheme == "key")
    else:
        told = site.result if site.gives == ANY else f"{site.gives} {site.result}"
        assert _shown(name) == told
        assert page_to_read(site.example) is None


@pytest.mark.parametrize("site", [site for site in SITES if site.hosts], ids=lambda site: site.name)
@pytest.mark.parametrize("change", ["bare", "http", "brackets", "sentence", "tracked", "fragment"])
def test_every_row_is_understood_however_it_is_pasted(site, change):
    joint = "&" if "?" in site.example else "?"
    without_scheme = re.sub(r"\Ahttps?://", "", site.example)
    has_fragment = "#" in site.example
    pasted = {
        "bare": without_scheme,
        "http": f"  http://{without_scheme}\n",
        "brackets": f"<{site.example}>",
        "sentence": f"({site.example}).",
        "tracked": site.example if has_fragment else f"{site.example}{joint}utm_source=a",
        "fragment": site.example if has_fragment else f"{site.example}#:~:text=abstract",
    }[change]
    usual, name = parse_identifier(site.example), parse_identifier(pasted)
    assert name == usual
    if site.gives == PAGE and site.value:
        usual_page = page_to_read(site.example)
        assert page_to_read(pasted.strip(" \n(.)<>")) == usual_page


def test_the_table_has_at_least_sixty_sites_and_no_name_twice():
    names = [site.name for site in SITES]
    assert len(names) == len(set(names))
    assert len({urlsplit(site.example).hostname for site in SITES if site.hosts}) >= 60
    assert {site.gives for site in SITES} <= {PAGE, ANY, *Identifier.Scheme.values}


PASTED = {
    # What people copy from pages, mails, PDFs and files.
    "1706.03762": "arxiv 1706.03762",
    "arXiv 1706.03762": "arxiv 1706.03762",
    "arXiv:1706.03762 [cs.CL]": "arxiv 1706.03762",
    "arXiv:1706.03762v7 [cs.CL] 2 Aug 2023": "arxiv 1706.03762",
    "arxiv.org/abs/1706.03762": "arxiv 1706.03762",
    "ARXIV.ORG/PDF/1706.03762V5": "arxiv 1706.03762",
    "HTTPS://ARXIV.ORG/ABS/1706.03762": "arxiv 1706.03762",
    "https:/arxiv.org/abs/1706.03762": "arxiv 1706.03762",
    "arXiv.org:1706.03762": "arxiv 1706.03762",
    "“1706.03762”": "arxiv 1706.03762",
    "１７０６．０３７６２": "arxiv 1706.03762",
    "arXiv：1706.03762": "arxiv 1706.03762",
    "[1706.03762](https://arxiv.org/abs/1706.03762)": "arxiv 1706.03762",
    '<a class="x" href="https://arxiv.org/abs/1706.03762">Attention</a>': "arxiv 1706.03762",
    r"\url{https://arxiv.org/abs/1706.03762}": "arxiv 1706.03762",
    r"\href{https://arxiv.org/abs/1706.03762}{Attention}": "arxiv 1706.03762",
    r"\cite{1706.03762}": "arxiv 1706.03762",
    "<URL:http://arxiv.org/abs/1706.03762>": "arxiv 1706.03762",
    "https://arxiv.org/abs/1706.03762\u200b": "arxiv 1706.03762",
    "https://arxiv.org/abs/math.GT/0309136": "arxiv math/0309136",
    "https://arxiv-org.proxy.example.edu/abs/1706.03762": "arxiv 1706.03762",
    "https://arxiv.org.proxy.example.edu/abs/1706.03762": "arxiv 1706.03762",
    "https://doi.org/10.48550/arXiv.1706.03762": "arxiv 1706.03762",
    "DOI 10.1038/nature14539": "doi 10.1038/nature14539",
    "DOI10.1038/nature14539": "doi 10.1038/nature14539",
    "doi:10.1038/nature14539": "doi 10.1038/nature14539",
    "doi: https://doi.org/10.1038/nature14539": "doi 10.1038/nature14539",
    "https://doi.org/doi:10.1038/nature14539": "doi 10.1038/nature14539",
    "doi.org/10.1038/nature14539": "doi 10.1038/nature14539",
    "dx.doi.org/10.1038/nature14539": "doi 10.1038/nature14539",
    "<https://doi.org/10.1038/nature14539>": "doi 10.1038/nature14539",
    "https://doi.org/10.1038/nature14539.": "doi 10.1038/nature14539",
    "https://doi.org/10.1038%2Fnature14539": "doi 10.1038/nature14539",
    "https://doi.org/10.1038%252Fnature14539": "doi 10.1038/nature14539",
    "(10.1038/nature14539)": "doi 10.1038/nature14539",
    "10.1038/nature14539;": "doi 10.1038/nature14539",
    "10.1016/S0004\u20103702(99)00052\u20101": "doi 10.1016/s0004-3702(99)00052-1",
    r"10.1007/978-3-319-20794-0{\_}129-1": "doi 10.1007/978-3-319-20794-0_129-1",
    r"10.1007/978-3-319-20794-0\_129-1": "doi 10.1007/978-3-319-20794-0_129-1",
    "10.1002/(SICI)1097-461X(1998)66:4&lt;261::AID-QUA1&gt;3.0.CO;2-T": (
        "doi 10.1002/(sici)1097-461x(1998)66:4<261::aid-qua1>3.0.co;2-t"
    ),
    "https://www.biorxiv.org/content/10.1101/2020.03.24.004655v1": (
        "doi 10.1101/2020.03.24.004655"
    ),
    "10.1101/2020.03.24.004655v2": "doi 10.1101/2020.03.24.004655",
    "https://www.biorxiv.org/content/biorxiv/early/2020/03/25/2020.03.24.004655.full.pdf": (
        "doi 10.1101/2020.03.24.004655"
    ),
    "https://journals.plos.org/plosone/article/figure?id=10.1371/journal.pone.0012345.g002": (
        "doi 10.1371/journal.pone.0012345"
    ),
    "https://www-nature-com.ezproxy.example.edu/articles/nature14539": "doi 10.1038/nature14539",
    "https://doi-org.proxy.example.edu/10.1038/nature14539": "doi 10.1038/nature14539",
    "https://www.nature.com/articles/nature14539/figures/2": "doi 10.1038/nature14539",
    "https://www.example.org/view/10.1038/nature14539": "doi 10.1038/nature14539",
    "https://repository.example.org/x?doi=10.1038%2Fnature14539&lang=de": (
        "doi 10.1038/nature14539"
    ),
    "https://zenodo.org/doi/10.5281/zenodo.7955181": "doi 10.5281/zenodo.7955181",
    "https://ssrn.com/abstract=3580018": "doi 10.2139/ssrn.3580018",
    "https://papers.ssrn.com/sol3/papers.cfm?abstract_id=3580018": "doi 10.2139/ssrn.3580018",
    "PMID 31452104": "pmid 31452104",
    "PMID: 31452104.": "pmid 31452104",
    "PMID31452104": "pmid 31452104",
    "PMC 7096775": "pmc PMC7096775",
    "PMCID: PMC7096775": "pmc PMC7096775",
    "https://europepmc.org/articles/PMC7096775": "pmc PMC7096775",
    "https://europepmc.org/abstract/MED/31452104": "pmid 31452104",
    "DBLP: conf/nips/RenHGS15": "dblp conf/nips/RenHGS15",
    "dblp.org/rec/conf/nips/RenHGS15": "dblp conf/nips/RenHGS15",
    "https://dblp.org/rec/bib2/conf/nips/RenHGS15.bib": "dblp conf/nips/RenHGS15",
    "https://dblp.uni-trier.de/rec/journals/corr/abs-1706-03762.xml": "arxiv 1706.03762",
    "https://dblp.org/db/journals/corr/corr1706.html#abs-1706-03762": "arxiv 1706.03762",
    "openreview.net/pdf?id=rJ4km2R5t7": "openreview rJ4km2R5t7",
    "https://openreview.net/forum?id=nosuchpaper1": "openreview nosuchpaper1",
    "OpenReview: https://openreview.net/forum?id=rJ4km2R5t7": "openreview rJ4km2R5t7",
    "https://aclanthology.org/P17-1001/": "acl P17-1001",
    "http://aclweb.org/anthology/P17-1001": "acl P17-1001",
    "https://aclanthology.org/2020.acl-main.703v2.pdf": "acl 2020.acl-main.703",
    "https://www.shortscience.org/paper?bibtexKey=journals/corr/1706.03762": "arxiv 1706.03762",
    "http://shortscience.org/paper?bibtexKey=conf%2Fnips%2FRenHGS15#joe": (
        "dblp conf/nips/RenHGS15"
    ),
    "https://www.shortscience.org/paper?bibtexKey=zhou2019deconstructing": (
        "key zhou2019deconstructing"
    ),
    "https://www.google.com/url?q=https://web.archive.org/web/2019/https://arxiv.org/abs/1706.03762": (
        "arxiv 1706.03762"
    ),
}


@pytest.mark.parametrize(("text", "told"), PASTED.items())
def test_what_people_paste(text, told):
    assert _shown(parse_identifier(text)) == told


PAGES = {
    "https://proceedings.mlr.press/v139/radford21a.html": (
        "https://proceedings.mlr.press/v139/radford21a.html"
    ),
    "https://proceedings.neurips.cc/paper/2017/hash/3f5ee243547dee91fbd053c1c4a845aa-Abstract.html": (
        "https://proceedings.neurips.cc/paper/2017/hash/"
        "3f5ee243547dee91fbd053c1c4a845aa-Abstract.html"
    ),
    "https://proceedings.neurips.cc/paper_files/paper/2022/file/"
    "3f5ee243547dee91fbd053c1c4a845aa-Paper-Conference.pdf": (
        "https://proceedings.neurips.cc/paper_files/paper/2022/hash/"
        "3f5ee243547dee91fbd053c1c4a845aa-Abstract-Conference.html"
    ),
    "hal-02090402v1": "https://hal.science/hal-02090402",
    "https://hal.archives-ouvertes.fr/hal-02090402": "https://hal.science/hal-02090402",
    "CorpusID:13756489": "https://api.semanticscholar.org/CorpusID:13756489",
    "https://www-sciencedirect-com.proxy.example.edu/science/article/pii/S0893608014002135": (
        "https://www.sciencedirect.com/science/article/pii/S0893608014002135"
    ),
    "ieeexplore.ieee.org/document/7780459": "https://ieeexplore.ieee.org/document/7780459",
}


@pytest.mark.parametrize(("text", "page"), PAGES.items())
def test_pages_that_must_be_read(text, page):
    assert page_to_read(text) == page
    name = parse_identifier(text)
    assert name is None or name.scheme == "key"


@pytest.mark.parametrize(
    "text",
    [
        "https://scholar.google.com/scholar?cluster=2960712678066186980",
        "https://example.org/some/paper.pdf",
        "https://arxiv.org/list/cs.CL/recent",
        "https://arxiv.org/abs/1706.03762.1",
        "https://openreview.net/group?id=ICLR.cc/2025/Conference",
        "https://dblp.org/db/conf/nips/nips2017.html",
        "https://dblp.org/pid/69/2380.html",
        "https://www.nature.com/",
        "https://peerj.com/articles/",
        "https://huggingface.co/papers",
        "https://doi.org/",
        "https://doi.org/10.1038",
        "10.1038/nature14539 and 10.1038/nature14540",
        "arXiv 1706.03762 is good",
        "https://arxiv.org/abs/9999.99999",
        "https://user:secret@",
        "https://[::1",
        "https://arxiv.org:99999/abs/x",
        "9780262035613 and more",
        "PMID zero",
    ],
)
def test_what_is_not_understood(text):
    name = parse_identifier(text)
    assert name is None


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "https://mlr.press.example.org/v1/x.html",
        "https://evilmlr.press/v1/x.html",
        "ftp://proceedings.mlr.press/v1/x.html",
        "https://joe@proceedings.mlr.press/v1/x.html",
        "https://127.0.0.1/",
        "https://[x",
        "https://arxiv.org/abs/1706.03762",
    ],
)
def test_only_hosts_of_the_table_may_be_read(url):
    assert not may_be_read(url)


@pytest.mark.parametrize(
    ("text", "isbn"),
    [
        ("9780262035613", "9780262035613"),
        ("ISBN 978-0-262-03561-3", "9780262035613"),
        ("ISBN-13: 978 0 262 03561 3", "9780262035613"),
        ("urn:isbn:9780262035613", "9780262035613"),
        ("0-262-03561-8", "9780262035613"),
        ("ISBN-10 080442957X", "9780804429573"),
        ("9780262035614", ""),
        ("0-262-03561-7", ""),
        ("1706.03762", ""),
        ("12345", ""),
    ],
)
def test_isbns_are_checked(text, isbn):
    assert parse_isbn(text) == isbn


@pytest.mark.parametrize(
    "told",
    sorted(
        {*PASTED.values(), *(f"{s.gives} {s.result}" for s in SITES if s.gives not in {PAGE, ANY})}
    ),
)
def test_the_link_to_an_identifier_leads_back_to_it(told):
    scheme, _, value = told.partition(" ")
    name = PaperId(scheme, value)
    link = paper_id_url(name)
    if scheme in {"key", "bibsonomy"}:
        assert link is None
    else:
        assert parse_identifier(link) == name
    assert parse_identifier(value if scheme != "pmid" else f"pmid:{value}") == name or scheme == (
        "openreview"
    )


HOSTILE = [
    "10.1234/",
    "10.1002/(SICI)<:",
    "a-",
    "a.",
    "%25",
    "%2F",
    "<a href=",
    "[](",
    "((((",
    "https://",
    "https://arxiv.org/abs/",
    "https://doi.org/10.1/",
    "https://arxiv.org/list/#",
    "https://web.archive.org/web/2020/",
    "https://www.google.com/url?q=https://www.google.com/url?q=",
    "https://ssrn.com/?abstract_id=&",
    "https://openreview.net/forum?id=&id=",
    "https://openaccess.thecvf.com/a/",
    "https://x.nature.com/a/10.1",
    "pii/S",
    "&amp;",
    "\\_",
    "{\\_}",
    "1",
    "978-",
    "arxiv ",
    " ",
    "\u200b",
    "conf/a/",
    "isbn ",
]


def _cpu_seconds(texts: list[str]) -> float:
    began = time.process_time()
    for text in texts:
        parse_identifier(text)
        page_to_read(text)
        parse_isbn(text)
    return time.process_time() - began


@pytest.mark.parametrize(
    "start", ["", "https://arxiv.org/", "https://example.org/a?b=", "doi:10.1/"]
)
def test_hostile_texts_cost_time_in_proportion_to_their_length(start):
    long = [start + piece * (100_000 // len(piece)) for piece in HOSTILE]
    # The longest that are looked at closely.
    close = [(start + piece * 2000)[: addresses.MAX_LENGTH] for piece in HOSTILE]
    assert _cpu_seconds(long) < 0.5, "30 texts of 100 kB"
    assert _cpu_seconds(close) < 1.0, "30 texts of 2 kB"


def _documented(site: Site) -> str:
    """The row of docs/reference/addresses.md."""
    gives = f"`{site.result}`" if site.gives == ANY else f"`{site.gives} {site.result}`"
    if site.gives == PAGE:
        gives = "the page" if site.result == site.example else f"the page `{site.result}`"
    return f"| {site.name} | `{site.example}` | {gives} |"


def test_the_documentation_lists_the_table():
    rows = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert rows[2:] == [_documented(site) for site in SITES]
