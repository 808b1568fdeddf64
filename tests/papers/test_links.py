"""Where a paper is to be had: which links, in which order, and which never."""

import datetime

import pytest

from papers.links import is_allowed, links_of, notice_url, versions_of
from papers.models import ArxivVersion, Identifier, Paper

pytestmark = pytest.mark.django_db


def paper_with(*names: str, versions=(), **fields) -> Paper:
    """A paper with names such as "arxiv:1706.03762", read as the page reads it."""
    fields = {"title": "Learning to test", "citation_key": "x", **fields}
    paper = Paper.objects.create(**fields)
    for name in names:
        scheme, _, value = name.partition(":")
        Identifier.objects.create(paper=paper, scheme=scheme, value=value)
    for number, day in versions:
        ArxivVersion.objects.create(paper=paper, number=number, submitted_on=day)
    return Paper.objects.prefetch_related("identifiers", "versions").get(pk=paper.pk)


def addresses(paper: Paper) -> dict[str, str]:
    return {link.label: link.url for link in links_of(paper)}


def test_every_name_of_a_paper_is_a_link():
    paper = paper_with(
        "arxiv:1706.03762",
        "doi:10.1000/xyz",
        "dblp:conf/nips/VaswaniSPUJGKP17",
        "openreview:ryQu7f-RZ",
        "pmid:31452104",
        "pmc:PMC7029158",
        "acl:P18-1031",
        "openalex:W2741809807",
        "key:vaswani",
        code_url="https://github.com/example/code",
        data_url="https://zenodo.org/records/1",
    )
    assert addresses(paper) == {
        "PDF": "https://arxiv.org/pdf/1706.03762",
        "arXiv": "https://arxiv.org/abs/1706.03762",
        "DOI": "https://doi.org/10.1000/xyz",
        "ACL Anthology": "https://aclanthology.org/P18-1031",
        "OpenReview": "https://openreview.net/forum?id=ryQu7f-RZ",
        "PubMed Central": "https://pmc.ncbi.nlm.nih.gov/articles/PMC7029158/",
        "PubMed": "https://pubmed.ncbi.nlm.nih.gov/31452104/",
        "DBLP": "https://dblp.org/rec/conf/nips/VaswaniSPUJGKP17",
        "OpenAlex": "https://openalex.org/W2741809807",
        "Code": "https://github.com/example/code",
        "Data": "https://zenodo.org/records/1",
        "Semantic Scholar": "https://api.semanticscholar.org/arXiv:1706.03762",
        "Google Scholar": "https://scholar.google.com/scholar_lookup?arxiv_id=1706.03762",
    }
    main = [link.label for link in links_of(paper) if link.is_main]
    assert main == ["PDF", "arXiv", "DOI", "Code"]


@pytest.mark.parametrize(
    ("names", "fields", "first"),
    [
        (["acl:P18-1031"], {}, ("PDF", "https://aclanthology.org/P18-1031.pdf")),
        (["openreview:abc"], {}, ("PDF", "https://openreview.net/pdf?id=abc")),
        (["pmid:7"], {}, ("PubMed", "https://pubmed.ncbi.nlm.nih.gov/7/")),
        (["dblp:conf/x/Y"], {}, ("DBLP", "https://dblp.org/rec/conf/x/Y")),
        ([], {"url": "https://www.jmlr.org/a.pdf"}, ("PDF at jmlr.org", None)),
        ([], {"url": "https://example.org/a"}, ("Paper at example.org", "https://example.org/a")),
    ],
)
def test_there_is_a_main_link(names, fields, first):
    links = links_of(paper_with(*names, **fields))
    label, url = first
    assert links[0].is_main and links[0].label == label
    assert url is None or links[0].url == url


def test_a_paper_of_which_only_the_title_is_known_is_looked_for():
    paper = paper_with(title="On $x_i$ & more")
    assert addresses(paper) == {
        "Semantic Scholar": "https://www.semanticscholar.org/search?q=On+x_i+%26+more",
        "Google Scholar": "https://scholar.google.com/scholar?q=On+x_i+%26+more",
    }
    assert not any(link.is_main for link in links_of(paper))


def test_the_preprints_doi_stays_linked_beside_that_of_the_publication():
    paper = paper_with("doi:10.1038/s1", "doi:10.1101/2020.01.01.1")
    told = addresses(paper)
    assert told["DOI"] == "https://doi.org/10.1038/s1"
    assert told["DOI 10.1101/2020.01.01.1"] == "https://doi.org/10.1101/2020.01.01.1"


def test_no_address_stands_there_twice():
    paper = paper_with("arxiv:1706.03762", url="http://arxiv.org/abs/1706.03762v3")
    urls = [link.url for link in links_of(paper)]
    assert len(urls) == len(set(urls)) and "http://arxiv.org/abs/1706.03762v3" not in urls


def test_signs_in_a_doi_do_not_end_the_address():
    assert addresses(paper_with("doi:10.1000/a#b?c%d"))["DOI"] == (
        "https://doi.org/10.1000/a%23b%3Fc%25d"
    )


@pytest.mark.parametrize(
    ("arxiv", "versions", "has_html"),
    [
        ("2312.00752", [], True),
        ("2311.18743", [], False),
        ("1706.03762", [(1, datetime.date(2017, 6, 12))], False),
        ("1706.03762", [(1, datetime.date(2017, 6, 12)), (8, datetime.date(2024, 1, 2))], True),
        ("hep-th/9901001", [], False),
    ],
)
def test_html_only_of_what_was_sent_in_since_arxiv_makes_it(arxiv, versions, has_html):
    paper = paper_with(f"arxiv:{arxiv}", versions=versions)
    assert ("arXiv HTML" in addresses(paper)) is has_html


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org/a.pdf",
        "//example.org/a",
        "https://",
        "https://localhost/a",
        "https://[x",
        "https://name:secret@example.org/",
        "https://sci-hub.se/10.1000/x",
        "https://www.Sci-Hub.st/10.1000/x",
        "https://sci-hub.example.org./x",
        "http://libgen.is/book?md5=1",
        "http://gen.lib.rus.ec/book",
        "https://annas-archive.org/md5/1",
        "https://z-lib.io/book",
        "https://library.lol/main/1",
    ],
)
def test_refused_addresses_are_linked_nowhere(url):
    assert not is_allowed(url)
    paper = paper_with(url=url, code_url=url, data_url=url)
    assert [link.label for link in links_of(paper)] == ["Semantic Scholar", "Google Scholar"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/sci-hub.se",
        "http://papers.nips.cc/paper/7181",
        "https://github.com/libgen/x",
        "https://zenodo.org/records/1",
        "https://zlib.net/",
    ],
)
def test_honest_addresses_are_linked(url):
    assert is_allowed(url)


@pytest.mark.parametrize(
    ("fields", "names", "address"),
    [
        ({"is_retracted": True}, ["arxiv:1706.03762", "doi:10.1/x"], "https://doi.org/10.1/x"),
        ({"is_withdrawn": True}, ["doi:10.1/x", "arxiv:1706.03762"], "https://arxiv.org/abs/1706"),
        ({"is_retracted": True}, [], ""),
    ],
)
def test_the_notice_is_where_the_paper_was_taken_back(fields, names, address):
    found = notice_url(paper_with(*names, **fields))
    assert found.startswith(address) and bool(found) == bool(address)


def test_versions_are_listed_also_when_only_their_number_is_known():
    day = datetime.date(2017, 12, 6)
    paper = paper_with("arxiv:1706.03762", versions=[(2, day)], arxiv_version=3)
    assert [(v.number, v.submitted_on, v.is_current) for v in versions_of(paper)] == [
        (3, None, True),
        (2, day, False),
        (1, None, False),
    ]
    assert versions_of(paper)[2].url == "https://arxiv.org/abs/1706.03762v1"


def test_a_paper_that_is_not_on_arxiv_has_no_versions():
    assert versions_of(paper_with("doi:10.1/x", arxiv_version=3)) == []


def test_links_ask_nothing_when_names_and_versions_are_prefetched(django_assert_num_queries):
    paper = paper_with("arxiv:2312.00752", "doi:10.1/x", versions=[(1, None)])
    with django_assert_num_queries(0):
        links_of(paper), versions_of(paper), notice_url(paper)


def test_an_arxiv_identifier_with_an_impossible_month_breaks_no_page(client):
    """BibTeX files have slips: there is no month 89."""
    paper = paper_with("arxiv:1089.10375")
    assert "arXiv HTML" not in addresses(paper)
    assert client.get(paper.get_absolute_url()).status_code == 200
