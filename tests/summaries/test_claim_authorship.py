"""Who wrote a paper may say so: the iD that ORCID vouches for stands in the record."""

import pytest

from papers.models import Authorship
from summaries.actions.comment import ask
from summaries.models import AuthorClaim
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db
ORCID = "0000-0002-1825-0097"
BADGE = "author of the paper"


@pytest.fixture
def paper(db):
    paper = make_paper()
    Authorship.objects.filter(pk=paper.authorships.first().pk).update(orcid=ORCID)
    return paper


@pytest.fixture
def ada(db):
    return make_user("ada", name="Ada Lovelace", orcid=ORCID)


def claim(client, paper, value: str = "1"):
    return client.post(f"/paper/{paper.pk}/claim", {"value": value}, follow=True)


def test_a_matching_id_shows_nothing_until_its_owner_says_so(client, ada, paper):
    make_summary(paper=paper, author=ada)
    ask(paper_id=paper.pk, author=ada, text="Any questions?")
    page = paper.get_absolute_url()
    assert BADGE not in client.get(page).content.decode()
    client.force_login(ada)
    assert "I am an author of this paper" in client.get(page).content.decode()
    for _ in range(2):
        assert (
            "Your signed summaries and comments here now show that you are an author."
            in claim(client, paper).content.decode()
        )
    assert AuthorClaim.objects.count() == 1
    client.logout()
    assert client.get(page).content.decode().count(BADGE) >= 2
    client.force_login(ada)
    claim(client, paper, "0")
    client.logout()
    assert BADGE not in client.get(page).content.decode()


@pytest.mark.parametrize("orcid", ["", "0000-0001-5109-3700"])
def test_nobody_else_can_say_so(client, paper, orcid):
    person = make_user("mallory", name="Ada Lovelace", orcid=orcid)
    client.force_login(person)
    assert "I am an author" not in client.get(paper.get_absolute_url()).content.decode()
    html = claim(client, paper).content.decode()
    assert "ORCID iD" in html and not AuthorClaim.objects.exists()


def test_the_mark_goes_with_the_id(client, ada, paper):
    make_summary(paper=paper, author=ada)
    client.force_login(ada)
    claim(client, paper)
    client.logout()
    ada.orcid = ""
    ada.save()
    assert BADGE not in client.get(paper.get_absolute_url()).content.decode()


def test_an_anonymous_text_is_never_marked(client, ada, paper):
    make_summary(paper=paper, author=ada, is_anonymous=True)
    client.force_login(ada)
    claim(client, paper)
    client.logout()
    assert BADGE not in client.get(paper.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("value", "status"), [("2", 400), ("", 400)])
def test_another_value_is_refused(client, ada, paper, value, status):
    client.force_login(ada)
    assert claim(client, paper, value).status_code == status


def test_signed_out_people_sign_in_and_return(client, paper):
    answer = client.post(f"/paper/{paper.pk}/claim", {"value": "1"})
    assert answer["Location"] == f"/account/login/?next=/paper/{paper.pk}"
