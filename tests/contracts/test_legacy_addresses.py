"""Links, feeds and tools of ShortScience.org find their pages here, and so do those to addresses
that this site's own pages had before."""

from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from django.urls import get_resolver

from mailing.models import Frequency
from mailing.preferences import frequencies_of, stop_token
from papers.importing.pipeline import import_record
from papers.models import TAKEN_SLUGS, Paper
from shortscience.web.legacy_redirects import FORMER
from summaries.models import Draft
from tests.support.addresses import routes
from tests.support.factories import make_paper, make_record, make_summary

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers(alice, bob):
    """Real papers with the names that the original knew them by; all but one summarised."""
    told = {
        "nice": {"arxiv": "1605.08803", "title": "Density estimation using Real NVP"},
        "lstm": {
            "arxiv": "1506.00019",
            "dblp": "journals/corr/LiptonKW16",
            "title": "A Critical Review of Recurrent Neural Networks",
        },
        "abs": {"arxiv": "1906.02425", "title": "Uncertainty-guided Continual Learning"},
        "frcnn": {
            "dblp": "conf/nips/RenHGS15",
            "doi": "10.1109/tpami.2016.2577031",
            "arxiv": "1506.01497",
            "title": "Faster R-CNN",
        },
        "acl": {"doi": "10.18653/v1/e17-2025", "title": "Using the Output Embedding"},
        "key": {"key": "zhou2019deconstructing", "title": "Deconstructing Lottery Tickets"},
        "old": {"arxiv": "hep-th/9901001", "title": "Strings"},
        "brackets": {"doi": "10.1002/(sici)1097-0258(19980815/30)17:15", "title": "Medicine"},
    }
    found = {}
    for short, names in told.items():
        record = make_record(source="bibsonomy", year=2016, **names)
        found[short] = import_record(record).paper
    for short in ["nice", "lstm", "abs", "frcnn", "acl", "old", "brackets"]:
        make_summary(paper=found[short], author=alice)
    make_summary(paper=found["nice"], author=bob)
    return found


# What stands after /paper?bibtexKey= in links found in the wild, and the paper it means.
KEYS = [
    ("journals/corr/1605.08803", "nice"),
    ("journals%2Fcorr%2F1605.08803", "nice"),
    ("journals/corr/abs-1605-08803", "nice"),
    ("DBLP:journals/corr/abs-1605-08803", "nice"),
    ("1605.08803", "nice"),
    ("1605.08803v3", "nice"),
    ("arXiv:1605.08803", "nice"),
    ("arxiv%3A1605.08803", "nice"),
    ("https://arxiv.org/abs/1605.08803", "nice"),
    ("http://arxiv.org/abs/1605.08803v2", "nice"),
    ("https%3A%2F%2Farxiv.org%2Fpdf%2F1605.08803.pdf", "nice"),
    ("https://arxiv.org/pdf/1605.08803", "nice"),
    ("arxiv.org/abs/1605.08803", "nice"),
    ("10.48550/arXiv.1605.08803", "nice"),
    ("https://doi.org/10.48550/arXiv.1605.08803", "nice"),
    ("journals/corr/LiptonKW16", "lstm"),
    ("journals%2fcorr%2fLiptonKW16", "lstm"),
    ("DBLP:journals/corr/LiptonKW16", "lstm"),
    ("https://dblp.org/rec/journals/corr/LiptonKW16", "lstm"),
    ("https://dblp.org/rec/bib/journals/corr/LiptonKW16", "lstm"),
    ("http://dblp.uni-trier.de/rec/html/journals/corr/LiptonKW16", "lstm"),
    ("1506.00019", "lstm"),
    ("journals/corr/abs-1906-02425", "abs"),
    ("journals/corr/1906.02425", "abs"),
    ("journals%2Fcorr%2Fabs-1906-02425", "abs"),
    ("https://dblp.org/rec/journals/corr/abs-1906-02425.html", "abs"),
    ("conf/nips/RenHGS15", "frcnn"),
    ("conf%2Fnips%2FRenHGS15", "frcnn"),
    ("DBLP%3Aconf%2Fnips%2FRenHGS15", "frcnn"),
    ("10.1109/TPAMI.2016.2577031", "frcnn"),
    ("journals/corr/1506.01497", "frcnn"),
    ("10.18653/v1/e17-2025", "acl"),
    ("10.18653/v1/E17-2025", "acl"),
    ("10.18653%2Fv1%2Fe17-2025", "acl"),
    ("doi:10.18653/v1/e17-2025", "acl"),
    ("https://doi.org/10.18653/v1/e17-2025", "acl"),
    ("http://dx.doi.org/10.18653/v1/E17-2025", "acl"),
    ("%2010.18653/v1/e17-2025%20", "acl"),
    ("hep-th/9901001", "old"),
    ("journals/corr/hep-th/9901001", "old"),
    ("arXiv:hep-th/9901001v1", "old"),
    ("https://arxiv.org/abs/hep-th/9901001", "old"),
    ("10.1002/(SICI)1097-0258(19980815/30)17:15", "brackets"),
    ("10.1002%2F%28sici%291097-0258%2819980815%2F30%2917%3A15", "brackets"),
    # Copied twice through an encoder.
    (quote("journals%2Fcorr%2F1605.08803"), "nice"),
]


@pytest.mark.parametrize(("key", "paper"), KEYS)
def test_every_form_of_a_key_leads_to_the_paper(client, papers, key, paper):
    answer = client.get(f"/paper?bibtexKey={key}", follow=True)
    assert answer.redirect_chain == [(papers[paper].get_absolute_url(), 301)]
    assert answer.status_code == 200


@pytest.mark.parametrize("key", ["zhou2019deconstructing", "zhou2019deconstructing&a=alice"])
def test_a_paper_without_summaries_answers_203_to_tools_and_200_to_readers(client, papers, key):
    answer = client.get(f"/paper?bibtexKey={key}", follow=True)
    address = papers["key"].get_absolute_url()
    assert answer.redirect_chain == [(f"{address}?bibtexKey=zhou2019deconstructing", 301)]
    assert answer.status_code == 203
    assert client.get(address).status_code == 200


def test_a_person_of_the_original_leads_to_the_summary(client, papers, bob):
    summary = papers["nice"].summaries.get(author=bob)
    answer = client.get("/paper?bibtexKey=journals/corr/1605.08803&a=BOB")
    assert answer.headers["Location"].endswith(f"#s-{summary.pk}")
    summary.is_anonymous = True
    summary.save(update_fields=["is_anonymous"])
    answer = client.get("/paper?bibtexKey=journals/corr/1605.08803&a=bob")
    assert "#" not in answer.headers["Location"]


def test_an_unknown_key_offers_to_add_the_paper(client, papers):
    answer = client.get("/paper?bibtexKey=journals/corr/2001.00001")
    assert answer.status_code == 404
    assert "2001.00001" in answer.content.decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/paper", "/"),
        ("/paper?bibtexKey=", "/"),
        ("/user?name=alice", "/user/alice"),
        ("/user?name=Alice%20B", "/user/Alice%20B"),
        ("/user", "/users"),
        ("/user?name=", "/users?name="),
        ("/user?name=a/b", "/users?name=a/b"),
        ("/user?page=2", "/users?page=2"),
        ("/venue?key=conf/nips&year=2016", "/venue/neurips/2016"),
        ("/venue?key=NIPS&year=2016", "/venue/neurips/2016"),
        ("/venue?key=conf%2Fnips", "/venue/neurips"),
        ("/venue?key=conf/nips&year=1492", "/venue/neurips"),
        ("/venue?key=nowhere&year=2016", "/venue"),
        ("/search?term=lottery", "/search?q=lottery"),
        ("/search?term=a%26b", f"/search?{urlencode({'q': 'a&b'})}"),
        ("/internalsearch?q=lottery", "/search?q=lottery"),
    ],
)
def test_other_pages_have_moved(client, alice, old, new):
    import_record(make_record(dblp="conf/nips/X16", venue="NIPS", year=2016))
    answer = client.get(old)
    assert (answer.status_code, answer.headers["Location"]) == (301, new)


def test_a_browser_that_kept_the_opposite_redirect_is_not_sent_round_in_circles(client):
    assert client.get("/user")["Clear-Site-Data"] == '"cache"'
    for page in ("/users", "/user/alice", "/user?name=alice", "/letters"):
        assert "Clear-Site-Data" not in client.get(page).headers


@pytest.mark.parametrize("page", ["/users", "/venue", "/search", "/search?q=x", "/venue?sort=name"])
def test_pages_of_today_stay_at_the_same_addresses(client, page):
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("address", ["/paper?bibtexKey=1605.08803", "/user", "/user?name=alice"])
def test_addresses_of_the_original_are_read_only(client, address):
    assert client.post(address).status_code == 405


DIGEST = "0123456789abcdef"
# Where a page of this site was, and where it is. Each is asked with and without a query, by GET,
# HEAD and POST.
MOVED = [
    ("/cite", "/editor/cite"),
    ("/letters", "/newsletter"),
    ("/letters/2026-08", "/newsletter/2026-08"),
    ("/letters/feed.atom", "/newsletter/feed.atom"),
    ("/letters/feed.json", "/newsletter/feed.json"),
    ("/paper/12/record", "/paper/12/history"),
    ("/paper/12/same-as", "/paper/12/report-duplicate"),
    ("/paper/12/wish", "/paper/12/request-summary"),
    (f"/paper/12/picture/{DIGEST}.png", f"/paper/12/share-image/{DIGEST}.png"),
    ("/preview", "/editor/preview"),
    ("/settings/mail/start", "/settings/mail/resume"),
    ("/settings/security/app.svg", "/settings/security/totp.svg"),
    ("/summary/12/discard", "/summary/12/draft/discard"),
    (f"/summary/12/picture/{DIGEST}.png", f"/summary/12/share-image/{DIGEST}.png"),
    ("/write/back", "/editor/return"),
    ("/write/picture", "/editor/images"),
    ("/write/session", "/editor/session"),
]
# With what no header may hold, and what leads elsewhere when it is read as an address.
QUERIES = ["", "?page=2&q=a%26b", "?next=//elsewhere.example", "?x=%0d%0aSet-Cookie:%20a=b"]


@pytest.mark.parametrize(("old", "new"), MOVED)
def test_pages_of_this_site_have_moved(client, old, new):
    for method, status in [("get", 301), ("head", 301), ("post", 308)]:
        for query in QUERIES:
            answer = getattr(client, method)(old + query)
            assert (answer.status_code, answer.headers["Location"]) == (status, new + query)


def test_every_former_address_is_in_the_table():
    old_ones = {get_resolver().resolve(old).route for old, _ in MOVED}
    assert old_ones == set(FORMER) and len(MOVED) == len(FORMER)
    assert not {get_resolver().resolve(new).route for _, new in MOVED} & set(FORMER)


@pytest.mark.parametrize("old", ["//elsewhere.example/cite", "/cite//elsewhere.example", "/cite/"])
def test_what_only_looks_like_a_former_address_leads_nowhere(client, old):
    answer = client.get("/", PATH_INFO=old)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "token", ["//elsewhere.example", "@elsewhere.example", "%0d%0aX:y", "a?b#c"]
)
def test_a_token_leads_to_no_other_site(client, token):
    answer = client.get("/", PATH_INFO=f"/mail/stop/{token}")
    if answer.status_code == 301:
        assert answer.headers["Location"].startswith("/unsubscribe/")
    else:
        assert answer.status_code == 404


def test_a_form_that_was_open_meanwhile_loses_nothing(client, alice, bob):
    paper = make_paper()
    client.force_login(alice)
    answer = client.post(f"/paper/{paper.pk}/wish", {"value": "1"}, follow=True)
    assert [status for _, status in answer.redirect_chain] == [308, 303]
    assert Paper.objects.get(pk=paper.pk).wish_count == 1
    answer = client.post("/preview", {"text": "It *works*."}, follow=True)
    assert "<em>works</em>" in answer.content.decode()
    summary = make_summary(author=alice)
    Draft.objects.create(summary=summary, text="Something else.", based_on=1)
    client.post(f"/summary/{summary.pk}/discard", {"discard": "1"}, follow=True)
    assert not Draft.objects.exists()


def test_a_former_address_wants_the_token_of_a_form_as_well(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    paper = make_paper()
    for old, _ in [*MOVED, (f"/paper/{paper.pk}/wish", "")]:
        assert client.post(old, {"value": "1"}).status_code == 403
    token = "a" * 32
    client.cookies["csrftoken"] = token
    form = {"value": "1", "csrfmiddlewaretoken": token}
    answer = client.post(f"/paper/{paper.pk}/wish", form)
    assert answer.status_code == 308
    # The page of today asks for it once more.
    assert client.post(answer["Location"], {"value": "1"}).status_code == 403
    assert client.post(answer["Location"], form).status_code == 303


def test_mails_that_lie_in_inboxes_still_stop_by_one_click(alice):
    """At the old address itself: mail programs follow no redirect after a POST."""
    stranger = Client(enforce_csrf_checks=True)
    address = f"/mail/stop/{stop_token(alice.pk, 'comment')}"
    for looked in (stranger.get(address), stranger.head(address)):
        assert looked.status_code == 301
        assert looked["Location"] == address.replace("/mail/stop/", "/unsubscribe/")
    assert frequencies_of(alice)["comment"] != Frequency.NEVER
    content_type = "application/x-www-form-urlencoded"
    answer = stranger.post(address, "List-Unsubscribe=One-Click", content_type=content_type)
    assert answer.status_code == 200
    assert frequencies_of(alice)["comment"] == Frequency.NEVER
    assert stranger.post("/mail/stop/forged").status_code == 404


def test_no_title_takes_the_address_of_a_page_about_the_paper():
    below = "paper/<int:pk>/"
    words = {route.removeprefix(below) for route in routes() if route.startswith(below)}
    words = {word for word in words if word.replace("-", "").isalpha()}
    assert {"history", "record", "write"} <= words <= TAKEN_SLUGS
