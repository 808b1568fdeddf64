"""The queue in the admin: what waits, one case of it, several at once."""

import pytest
from django.urls import reverse

from accounts.models import User
from moderation.models import Case, ModerationAction
from summaries.actions import comment as commenting
from summaries.actions import publish
from summaries.models import Summary, VoteRing
from tests.support.factories import make_paper, make_summary, make_user
from tests.support.moderators import LINK, make_administrator, make_case, make_moderator

pytestmark = pytest.mark.django_db
QUEUE = "/admin/moderation/case/"


@pytest.fixture
def mia(client):
    person = make_moderator()
    client.force_login(person)
    return person


def page(client, address=QUEUE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def decide(client, case, choice, **data):
    case.refresh_from_db()
    told = {"seen": case.change_count, "choice": choice, "reason": "spam", **data}
    return client.post(f"{QUEUE}{case.pk}/decide", told)


def test_a_reported_text_waits_with_its_reasons(client, mia, alice):
    case = make_case(author=alice, text="Cheap watches.", paper=make_paper(title="On clocks"))
    queue = page(client)
    assert "Summary by Alice Munro on “On clocks”" in queue and "1 report: spam" in queue
    assert "Cheap watches." in queue
    assert "1</span>" in queue
    one = page(client, f"{QUEUE}{case.pk}/change/")
    for told in ("Cheap watches.", "Source", "Links found", "Reports", "History", "Here since"):
        assert told in one, told


def test_tabs_and_filters(client, mia, alice):
    spam = make_case(author=alice, text="about spam")
    abuse = make_case(text="about abuse", reason="abuse", author=make_user(is_trusted=True))
    unnamed = make_case(text="about nobody", author=alice, is_anonymous=True)
    first = make_summary(text=f"{LINK} about the first")
    assert Case.objects.get(summary=first).is_screening
    for query, shown in [
        ("?reason=abuse", {"abuse"}),
        ("?reason=first", {"the first"}),
        ("?trust=trusted", {"abuse"}),
        ("?trust=new", {"spam", "the first"}),
        ("?trust=unnamed", {"nobody"}),
        ("?age=1", {"spam", "abuse", "nobody", "the first"}),
        ("?tab=mine", set()),
        ("?tab=done", set()),
        ("?tab=nonsense&reason=nonsense", {"spam", "abuse", "nobody", "the first"}),
    ]:
        queue = page(client, QUEUE + query)
        all_of_them = ("spam", "abuse", "nobody", "the first")
        assert {word for word in all_of_them if f"about {word}" in queue} == shown, query
    client.post(f"{QUEUE}{abuse.pk}/take")
    assert "about abuse" in page(client, f"{QUEUE}?tab=mine")
    decide(client, spam, "keep", reason="fine")
    assert "about spam" in page(client, f"{QUEUE}?tab=done")
    assert "about spam" not in page(client)
    assert unnamed.state == "waiting"


def test_a_decision_leads_back_to_the_list_where_it_was(client, mia):
    case, follows = make_case(), make_case()
    answer = decide(client, case, "hide", back="tab=waiting&trust=new&page=1", next=follows.pk)
    assert answer.url == f"{QUEUE}?tab=waiting&trust=new&page=1#case-{follows.pk}"
    assert Summary.objects.get(pk=case.summary_id).state == "hidden"


def test_what_is_missing_is_said_and_what_was_typed_stays(client, mia):
    case = make_case()
    answer = decide(client, case, "hide", reason="", words="kept words")
    assert answer.status_code == 422
    assert "Choose a reason." in answer.content.decode()
    assert "kept words" in answer.content.decode()
    assert not ModerationAction.objects.exists()


def test_the_second_of_two_moderators_is_told_who_was_quicker(client, mia):
    case = make_case()
    client.force_login(make_moderator("max"))
    decide(client, case, "keep", reason="fine")
    client.force_login(mia)
    stale = {"seen": 0, "choice": "hide", "reason": "spam", "words": "kept words"}
    answer = client.post(f"{QUEUE}{case.pk}/decide", stale)
    said = answer.content.decode()
    assert answer.status_code == 409 and "Max was faster: kept." in said and "kept words" in said
    assert Summary.objects.get().is_public


def test_several_at_once_and_who_was_quicker_with_one_of_them(client, mia):
    one, two, three = make_case(), make_case(), make_case()
    decide(client, three, "keep", reason="fine")
    answer = client.post(
        f"{QUEUE}bulk",
        {
            "case": [f"{case.pk}:0" for case in (one, two, three)],
            "choice": "hide",
            "reason": "spam",
            "back": "tab=waiting",
        },
        follow=True,
    )
    said = answer.content.decode()
    assert "2 done." in said and "was faster: kept" in said
    assert Summary.objects.published().get() == three.summary
    assert ModerationAction.objects.filter(deed="hidden").count() == 2


@pytest.mark.parametrize(
    "data, said",
    [
        ({"choice": "hide", "reason": "spam"}, "Select the texts first."),
        ({"case": "{case}:0", "choice": "", "reason": "spam"}, "Choose an action."),
        ({"case": "{case}:0", "choice": "hide", "reason": ""}, "Choose a reason."),
        ({"case": "x:y", "choice": "hide", "reason": "spam"}, "Select the texts first."),
    ],
)
def test_several_at_once_need_all_that_one_needs(client, mia, data, said):
    case = make_case()
    told = {name: value.format(case=case.pk) for name, value in data.items()}
    answer = client.post(f"{QUEUE}bulk", told)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert Summary.objects.get().is_public


def test_what_its_author_took_back_is_nobodys_business(client, mia, alice):
    case = make_case(author=alice, text="my own thing")
    publish.revise(
        summary_id=case.summary_id,
        editor=alice,
        text="my own thing",
        state="private",
        based_on=case.summary.save_count,
    )
    assert "my own thing" not in page(client)
    assert client.get(f"{QUEUE}{case.pk}/change/").status_code == 404
    assert client.get(f"/admin/summaries/summary/{case.summary_id}/change/").status_code == 302


def test_a_case_is_opened_from_the_page_of_a_text(client, mia, alice):
    summary = make_summary(author=alice)
    comment = commenting.comment(summary_id=summary.pk, author=alice, text="Hm.")
    for kind, text in (("summary", summary), ("comment", comment)):
        there = page(client, f"/admin/summaries/{kind}/{text.pk}/change/")
        address = reverse("admin:moderation_case_open", args=[kind, text.pk])
        assert address in there
        assert client.post(address).url == f"{QUEUE}{Case.objects.latest('pk').pk}/change/"


def test_a_list_costs_the_same_number_of_questions_however_long(
    client, mia, django_assert_num_queries
):
    def ask() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(client)
        return len(asked)

    for _ in range(2):
        make_case()
    commented = make_summary()
    make_case(commenting.comment(summary_id=commented.pk, author=make_user(), text="One."))
    ask()
    few = ask()
    for number in range(5):
        make_case()
        make_case(
            commenting.comment(summary_id=commented.pk, author=make_user(), text=f"No {number}.")
        )
    assert ask() == few <= 14


def test_members_do_not_come_in(client, alice):
    case = make_case()
    client.force_login(alice)
    for address in (QUEUE, f"{QUEUE}{case.pk}/change/", f"{QUEUE}{case.pk}/author"):
        assert client.get(address).status_code == 302
    for address in (f"{QUEUE}{case.pk}/decide", f"{QUEUE}{case.pk}/take", f"{QUEUE}bulk"):
        client.post(address, {"seen": 0, "choice": "hide", "reason": "spam"})
    assert Summary.objects.get().is_public and not ModerationAction.objects.exists()


# -- who wrote it -----------------------------------------------------------------------------


def test_only_an_administrator_opens_a_name_with_a_reason_once(client, alice):
    case = make_case(author=alice, is_anonymous=True)
    address = f"{QUEUE}{case.pk}/author"
    client.force_login(make_moderator())
    assert client.get(address).status_code == 403
    assert client.post(address, {"note": "curious"}).status_code == 403
    assert "Open the name" not in page(client, f"{QUEUE}{case.pk}/change/")
    client.force_login(make_administrator())
    assert "Open the name" in page(client, f"{QUEUE}{case.pk}/change/")
    assert "Alice" not in page(client, address)
    empty = client.post(address, {"note": " "})
    assert empty.status_code == 422 and "Alice" not in empty.content.decode()
    assert not ModerationAction.objects.exists()
    opened = client.post(address, {"note": "A court asked."})
    assert "Alice Munro" in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]
    act = ModerationAction.objects.get()
    assert (act.deed, act.note, act.person) == ("opened", "A court asked.", None)
    assert "Alice" not in page(client, f"{QUEUE}{case.pk}/change/")
    assert "Alice" not in page(client, address)


# -- people -----------------------------------------------------------------------------------


def test_an_account_is_suspended_and_opened_from_its_page(client, mia, alice):
    address = f"/admin/accounts/user/{alice.pk}/change/"
    assert "Suspend this account" in page(client, address)
    suspend = reverse("admin:moderation_person_suspend", args=[alice.pk])
    client.post(suspend, {"choice": "suspend", "days": 30, "reason": "spam"})
    assert "Suspended until" in page(client, address)
    client.post(suspend, {"choice": "lift"})
    assert "Suspend this account" in page(client, address)
    assert list(ModerationAction.objects.values_list("deed", flat=True)) == ["lifted", "suspended"]


def test_a_moderator_sees_no_addresses_and_changes_no_account(client, mia, alice):
    there = page(client, f"/admin/accounts/user/{alice.pk}/change/")
    assert alice.email not in there and alice.email not in page(client, "/admin/accounts/user/")
    client.post(f"/admin/accounts/user/{alice.pk}/change/", {"username": "changed"})
    assert User.objects.get(pk=alice.pk).username == "alice"
    assert client.get("/admin/accounts/user/?q=alice@example.org").status_code == 200
    assert "Alice" not in page(client, "/admin/accounts/user/?q=alice@example.org")


def test_an_administrator_changes_accounts_but_gives_no_rights(client, alice):
    ada = make_administrator()
    client.force_login(ada)
    root = make_user("root", is_superuser=True, is_staff=True)
    there = page(client, f"/admin/accounts/user/{alice.pk}/change/")
    assert 'name="is_trusted"' in there
    assert 'name="groups"' not in there and 'name="is_superuser"' not in there
    assert "/password/" not in there and 'name="email"' not in there
    client.post(f"/admin/accounts/user/{root.pk}/change/", {"username": "robbed"})
    assert User.objects.get(pk=root.pk).username == "root"
    client.post(f"/admin/accounts/user/{ada.pk}/change/", {"username": "ada", "is_superuser": "on"})
    assert not User.objects.get(pk=ada.pk).is_superuser


# -- vote rings -------------------------------------------------------------------------------


def test_a_ring_is_discounted_and_turned_round(client, mia, alice, bob):
    ring = VoteRing.objects.create(signs="12 votes in 3 hours")
    ring.members.set([alice, bob])
    there = page(client, f"/admin/summaries/votering/{ring.pk}/change/")
    assert "12 votes in 3 hours" in there and "These votes do not count" in there
    decide_on = reverse("admin:summaries_votering_decide", args=[ring.pk])
    client.post(decide_on, {"choice": "discount", "seen": "open"})
    ring.refresh_from_db()
    assert (ring.state, ring.decided_by) == ("discounted", mia)
    late = client.post(decide_on, {"choice": "clear", "seen": "open"}, follow=True)
    assert "Someone else has decided this in the meantime" in late.content.decode()
    client.post(decide_on, {"choice": "clear", "seen": "discounted"})
    ring.refresh_from_db()
    assert ring.state == "cleared"
    assert list(ModerationAction.objects.values_list("deed", flat=True)) == [
        "counted",
        "discounted",
    ]


def test_a_ring_names_nobody_who_is_unsigned_since(client, mia, alice, bob):
    summary = make_summary(author=alice)
    vote = summary.votes.create(voter=bob, value=1)
    ring = VoteRing.objects.create(signs="many votes")
    ring.votes.set([vote])
    address = f"/admin/summaries/votering/{ring.pk}/change/"
    assert summary.paper.title in page(client, address)
    Summary.objects.update(is_anonymous=True)
    assert summary.paper.title not in page(client, address)
