"""Every form of a paper's name, and what is refused."""

import pytest

from papers.identifiers import PaperId, paper_id_url, parse_arxiv_id, parse_identifier

ARXIV = {
    "1606.03490": ("1606.03490", None),
    "arXiv:1606.03490": ("1606.03490", None),
    "arxiv: 1606.03490": ("1606.03490", None),
    "oai:arXiv.org:1606.03490": ("1606.03490", None),
    "1606.03490v2": ("1606.03490", 2),
    "0704.0001": ("0704.0001", None),
    "1412.9999": ("1412.9999", None),
    "1501.00001": ("1501.00001", None),
    "hep-th/9901001": ("hep-th/9901001", None),
    "hep-th/9901001v3": ("hep-th/9901001", 3),
    "math.GT/0309136": ("math/0309136", None),
    "MATH/0309136": ("math/0309136", None),
    "10.48550/arXiv.1706.03762": ("1706.03762", None),
    "https://doi.org/10.48550/ARXIV.1706.03762": ("1706.03762", None),
    "https://arxiv.org/abs/1706.03762v5": ("1706.03762", 5),
    "http://export.arxiv.org/abs/1706.03762": ("1706.03762", None),
    "https://www.arxiv.org/pdf/1706.03762v5.pdf": ("1706.03762", 5),
    "https://arxiv.org/html/1706.03762/": ("1706.03762", None),
    "https://arxiv.org/abs/1706.03762?context=cs#x": ("1706.03762", None),
    "https://arxiv.org/abs/hep-th%2F9901001": ("hep-th/9901001", None),
    "arxiv.org/abs/1706.03762": ("1706.03762", None),
    "https://arxiv.org/e-print/1706.03762": ("1706.03762", None),
}


@pytest.mark.parametrize(("text", "parsed"), ARXIV.items())
def test_forms_of_arxiv_identifiers(text, parsed):
    assert parse_arxiv_id(text) == parsed


@pytest.mark.parametrize(
    "text",
    [
        *("0703.1234", "1412.00001", "1501.0001", "0707.00000", "1513.12345", "cs/0705001"),
        *("math/0000001", "1501.00001v0", "1501.00001v01", "9912.1234", "nonsense/9901001"),
        *("", "1706", "1706.03762.1", "https://example.org/abs/1706.03762x"),
    ],
)
def test_what_is_no_arxiv_identifier(text):
    with pytest.raises(ValueError, match="arXiv identifier"):
        parse_arxiv_id(text)


NAMES = {
    "journals/corr/1605.08803": ("arxiv", "1605.08803"),
    "journals/corr/abs-1906-02425": ("arxiv", "1906.02425"),
    "journals/corr/LiptonKW16": ("dblp", "journals/corr/LiptonKW16"),
    "conf/nips/RenHGS15": ("dblp", "conf/nips/RenHGS15"),
    "DBLP:conf/nips/RenHGS15": ("dblp", "conf/nips/RenHGS15"),
    "conf%2Fnips%2FRenHGS15": ("dblp", "conf/nips/RenHGS15"),
    "https://dblp.org/rec/conf/nips/RenHGS15.html?view=bibtex": ("dblp", "conf/nips/RenHGS15"),
    "https://dblp.uni-trier.de/rec/bib/conf/nips/RenHGS15": ("dblp", "conf/nips/RenHGS15"),
    "10.18653/v1/e17-2025": ("doi", "10.18653/v1/e17-2025"),
    "doi:10.1109/CVPR.2016.90": ("doi", "10.1109/cvpr.2016.90"),
    "DOI: 10.1109/CVPR.2016.90": ("doi", "10.1109/cvpr.2016.90"),
    "https://dx.doi.org/10.1109/CVPR.2016.90": ("doi", "10.1109/cvpr.2016.90"),
    "https://dl.acm.org/doi/10.1145/2939672.2939785": ("doi", "10.1145/2939672.2939785"),
    "https://dl.acm.org/doi/pdf/10.1145/2939672.2939785?x=1": ("doi", "10.1145/2939672.2939785"),
    "10.1016/S0004-3702(99)00052-1": ("doi", "10.1016/s0004-3702(99)00052-1"),
    "pmid:31452104": ("pmid", "31452104"),
    "https://pubmed.ncbi.nlm.nih.gov/31452104/": ("pmid", "31452104"),
    "10.1002/(SICI)1097-461X(1998)66:4<261::AID-QUA1>3.0.CO;2-T": (
        "doi",
        "10.1002/(sici)1097-461x(1998)66:4<261::aid-qua1>3.0.co;2-t",
    ),
    "https://doi.org/10.1002/(SICI)1097-461X(1998)66:4%3C261::AID-QUA1%3E3.0.CO;2-T": (
        "doi",
        "10.1002/(sici)1097-461x(1998)66:4<261::aid-qua1>3.0.co;2-t",
    ),
    "PMID: 0031452104": ("pmid", "31452104"),
    "https://www.ncbi.nlm.nih.gov/pubmed/31452104": ("pmid", "31452104"),
    "https://pubmed.ncbi.nlm.nih.gov/31452104/?dopt=Abstract": ("pmid", "31452104"),
    "PMC7096775": ("pmc", "PMC7096775"),
    "pmc7096775": ("pmc", "PMC7096775"),
    "PMCID: PMC7096775": ("pmc", "PMC7096775"),
    "pmc:7096775": ("pmc", "PMC7096775"),
    "PMC7096775.1": ("pmc", "PMC7096775"),
    "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7096775": ("pmc", "PMC7096775"),
    "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7096775/pdf/x.pdf": ("pmc", "PMC7096775"),
    "https://www.ncbi.nlm.nih.gov/pmc/articles/7096775/": ("pmc", "PMC7096775"),
    "https://pmc.ncbi.nlm.nih.gov/articles/PMC7096775/#sec1": ("pmc", "PMC7096775"),
    "https://openalex.org/W2741809807": ("openalex", "W2741809807"),
    "https://api.openalex.org/works/w2741809807": ("openalex", "W2741809807"),
    "https://openalex.org/works/W2741809807": ("openalex", "W2741809807"),
    "W2741809807": ("openalex", "W2741809807"),
    "openalex: W2741809807": ("openalex", "W2741809807"),
    "W2014": ("key", "W2014"),
    "PMCsmith2019": ("key", "PMCsmith2019"),
    "https://openreview.net/attachment?id=rJ4km2R5t7&name=pdf": ("openreview", "rJ4km2R5t7"),
    "https://openreview.net/forum?noteId=abc&id=rJ4km2R5t7": ("openreview", "rJ4km2R5t7"),
    "https://openreview.net/forum?id=rJ4km2R5t7": ("openreview", "rJ4km2R5t7"),
    "https://openreview.net/pdf?id=rJ4km2R5t7": ("openreview", "rJ4km2R5t7"),
    "N19-1423": ("acl", "N19-1423"),
    "2020.acl-main.703": ("acl", "2020.acl-main.703"),
    "https://aclanthology.org/N19-1423.pdf": ("acl", "N19-1423"),
    "50e4959be61db325d2f02c1d8cd7bfbb": ("bibsonomy", "50e4959be61db325d2f02c1d8cd7bfbb"),
    "150e4959be61db325d2f02c1d8cd7bfbb": ("bibsonomy", "50e4959be61db325d2f02c1d8cd7bfbb"),
    "https://www.bibsonomy.org/bibtex/250e4959be61db325d2f02c1d8cd7bfbb/dblp": (
        "bibsonomy",
        "250e4959be61db325d2f02c1d8cd7bfbb",
    ),
    "zhou2019deconstructing": ("key", "zhou2019deconstructing"),
    " zhou2019deconstructing ": ("key", "zhou2019deconstructing"),
}


@pytest.mark.parametrize(("text", "name"), NAMES.items())
def test_forms_of_names(text, name):
    assert parse_identifier(text) == PaperId(*name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "what is this?",
        "https://example.org/",
        "1412.00001",
        "12345",
        "10.1/x",
        "x" * 600,
        "<b>",
        "a\nb",
        "pmc:x",
        "https://[x",
        "http://[arxiv.org/abs/1706.03762",
        "pmid:000",
        "openalex:A5040511745",
        "https://openalex.org/A5040511745",
        "https://openreview.net/group?id=ICLR.cc/2025/Conference",
        "https://pmc.ncbi.nlm.nih.gov/about/faq/",
    ],
)
def test_what_is_no_name(text):
    assert parse_identifier(text) is None


def test_names_have_addresses_where_there_are_any():
    assert paper_id_url(PaperId("arxiv", "1706.03762")) == "https://arxiv.org/abs/1706.03762"
    assert paper_id_url(PaperId("doi", "10.1000/x")) == "https://doi.org/10.1000/x"
    assert paper_id_url(PaperId("doi", "10.1/(sici)1<2::a>3;4")) == (
        "https://doi.org/10.1/(sici)1%3C2::a%3E3;4"
    )
    assert paper_id_url(PaperId("pmid", "31452104")) == "https://pubmed.ncbi.nlm.nih.gov/31452104/"
    assert paper_id_url(PaperId("pmc", "PMC12")) == "https://pmc.ncbi.nlm.nih.gov/articles/PMC12/"
    assert paper_id_url(PaperId("openalex", "W12")) == "https://openalex.org/W12"
    assert paper_id_url(PaperId("openreview", "x_Y-1")) == "https://openreview.net/forum?id=x_Y-1"
    assert paper_id_url(PaperId("key", "x2019")) is None
