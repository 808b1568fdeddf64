"""Moderators decide on one screen, side by side; members propose on another."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError
from django.urls import reverse

from papers.curation.merge import merge, merged_into
from papers.curation.unmerge import undo
from papers.models import Decision, Merge, MergeProposal, Paper
from summaries.models import Summary, SummaryRequest
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(db):
    person = make_user("mona", is_staff=True)
    names = ["view_mergeproposal", "change_mergeproposal", "view_merge", "change_merge"]
    wanted = Permission.objects.filter(codename__in=[*names, "change_paper"])
    person.user_permissions.set(wanted)
    return person


@pytest.fixture
def pair(db):
    return make_paper(title="On things", year=2016), make_paper(title="Of things", year=2017)


@pytest.fixture
def proposal(pair, alice):
    return MergeProposal.objects.create(
        first=pair[0], second=pair[1], proposed_by=alice, note="The second is the journal version."
    )


def page_of(proposal) -> str:
    return reverse("admin:papers_mergeproposal_change", args=[proposal.pk])


def decide(client, proposal, **how):
    told = {"seen": proposal.state, "sure": "1", **how}
    address = reverse("admin:papers_mergeproposal_decide", args=[proposal.pk])
    return client.post(address, {name: value for name, value in told.items() if value}, follow=True)


def without_tokens(response) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value=")[^"]*', r"\1", response.content.decode())


# -- the screen -------------------------------------------------------------------------------


def test_both_papers_stand_side_by_side(client, moderator, proposal):
    client.force_login(moderator)
    page = client.get(page_of(proposal)).content.decode()
    assert "On things" in page and "Of things" in page
    assert "The second is the journal version." in page and "Alice Munro" in page
    assert re.search(r'class="differs">\s*<th scope="row">Title <span class="mark">differs', page)
    assert re.search(r"Authors\s*<span class=\"mark\">same", page)


def test_the_one_with_more_summaries_is_kept_by_default(client, moderator, proposal, pair):
    client.force_login(moderator)
    checked = re.compile(r'name="keep" value="(\d+)" id="keep-\d+" checked')
    assert checked.findall(client.get(page_of(proposal)).content.decode()) == [str(pair[0].pk)]
    make_summary(paper=pair[1])
    assert checked.findall(client.get(page_of(proposal)).content.decode()) == [str(pair[1].pk)]


def test_what_will_happen_is_told(client, moderator, proposal, pair, alice):
    for paper in pair:
        make_summary(paper=paper, author=alice)
    SummaryRequest.objects.create(paper=pair[1], user=alice)
    client.force_login(moderator)
    page = client.get(page_of(proposal)).content.decode()
    told = f"1 summary, 1 wish: all move from paper {pair[1].pk} to paper {pair[0].pk}."
    assert told in " ".join(page.split())
    assert "Alice Munro has a summary of both: both are kept." in page


def test_the_queue_shows_what_waits_first(client, moderator, pair):
    done = MergeProposal.objects.create(first=pair[0], second=pair[1], state=Decision.DECLINED)
    waits = MergeProposal.objects.create(first=pair[1], second=make_paper(title="Third"))
    client.force_login(moderator)
    page = client.get(reverse("admin:papers_mergeproposal_changelist")).content.decode()
    assert page.index(page_of(waits)) < page.index(page_of(done))


def test_the_queue_asks_as_much_for_many_as_for_one(
    client, moderator, pair, django_assert_num_queries
):
    address = reverse("admin:papers_mergeproposal_changelist")
    client.force_login(moderator)
    MergeProposal.objects.create(first=pair[0], second=pair[1])
    for count in (1, 8):
        while MergeProposal.objects.count() < count:
            papers = sorted([make_paper(), make_paper()], key=lambda paper: paper.pk)
            MergeProposal.objects.create(first=papers[0], second=papers[1])
        with django_assert_num_queries(6):
            client.get(address)


# -- deciding ---------------------------------------------------------------------------------


def test_merging_takes_one_click_and_one_tick(client, moderator, proposal, pair):
    client.force_login(moderator)
    kept, merged = pair[1], pair[0]
    page = decide(client, proposal, decision="merge", keep=str(kept.pk))
    done = Merge.objects.get()
    assert (done.kept, done.merged_number, done.merged_by) == (kept, merged.pk, moderator)
    assert page.redirect_chain[-1][0] == reverse("admin:papers_merge_change", args=[done.pk])
    assert f"Paper {merged.pk} was merged into paper {kept.pk}" in page.content.decode()
    assert not MergeProposal.objects.exists()


def test_not_the_same_is_remembered(client, moderator, proposal):
    client.force_login(moderator)
    decide(client, proposal, decision="decline")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (Decision.DECLINED, moderator)
    assert proposal.decided_at and not Merge.objects.exists()
    page = client.get(page_of(proposal)).content.decode()
    assert "Found to be two papers" in page and "by mona" in page


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"decision": "merge", "keep": "first", "sure": ""}, "Tick the box"),
        ({"decision": "decline", "sure": ""}, "Tick the box"),
        ({"decision": "merge", "keep": ""}, "Choose which"),
        ({"decision": "merge", "keep": "999999"}, "Choose which"),
        (
            {"decision": "merge", "keep": "first", "seen": "declined"},
            "Another moderator has decided",
        ),
    ],
)
def test_an_unfinished_decision_changes_nothing(client, moderator, proposal, pair, how, said):
    client.force_login(moderator)
    how = {**how, "keep": str(pair[0].pk) if how.get("keep") == "first" else how.get("keep", "")}
    assert said in decide(client, proposal, **how).content.decode()
    proposal.refresh_from_db()
    assert proposal.state == Decision.WAITING and not Merge.objects.exists()


def test_a_proposal_that_is_gone_says_so(client, moderator, proposal):
    client.force_login(moderator)
    MergeProposal.objects.all().delete()
    assert (
        "This proposal no longer exists"
        in decide(client, proposal, decision="decline").content.decode()
    )


def test_only_who_may_decides(client, proposal, pair, alice):
    looks = make_user(is_staff=True)
    looks.user_permissions.set(Permission.objects.filter(codename="view_mergeproposal"))
    client.force_login(looks)
    page = client.get(page_of(proposal)).content.decode()
    assert "You may look at this" in page and 'name="decision"' not in page
    address = reverse("admin:papers_mergeproposal_decide", args=[proposal.pk])
    told = {"decision": "merge", "keep": pair[0].pk, "sure": "1", "seen": "waiting"}
    assert client.post(address, told).status_code == 403
    client.force_login(alice)
    assert client.post(address, told).status_code == 302
    assert not Merge.objects.exists()


def test_the_list_of_merges_tells_what_became_of_them(client, moderator, pair):
    number = pair[1].pk
    done = merge(kept=pair[0], merged=pair[1], merged_by=None)
    client.force_login(moderator)
    address = reverse("admin:papers_merge_changelist")
    assert f"{number}: Of things" in client.get(address).content.decode()
    assert "0 merges" in client.get(address, {"undone": "yes"}).content.decode()
    undo(done, undone_by=moderator)
    assert "0 merges" in client.get(address, {"undone": "no"}).content.decode()
    assert "1 merge" in client.get(address, {"undone": "yes"}).content.decode()


def test_looking_decides_nothing(client, moderator, proposal, pair):
    client.force_login(moderator)
    for name in ("papers_mergeproposal_decide", "papers_merge_undo"):
        assert client.get(reverse(f"admin:{name}", args=[proposal.pk])).status_code == 405


# -- undoing ----------------------------------------------------------------------------------


def test_a_merge_is_undone_with_one_tick(client, moderator, pair):
    number = pair[1].pk
    done = merge(kept=pair[0], merged=pair[1], merged_by=moderator)
    client.force_login(moderator)
    address = reverse("admin:papers_merge_undo", args=[done.pk])
    assert "Tick the box" in client.post(address, follow=True).content.decode()
    page = client.post(address, {"sure": "1"}, follow=True).content.decode()
    assert f"Paper {number} was restored with its data" in page
    assert Paper.objects.filter(pk=number).exists() and merged_into(number) is None
    assert "already undone" in client.post(address, {"sure": "1"}, follow=True).content.decode()


def test_a_merge_with_a_later_one_on_top_says_which(client, moderator, pair):
    third = make_paper(title="The third")
    done = merge(kept=pair[0], merged=pair[1], merged_by=None)
    merge(kept=third, merged=pair[0], merged_by=None)
    client.force_login(moderator)
    page = client.get(reverse("admin:papers_merge_change", args=[done.pk])).content.decode()
    assert "Undo that merge first" in page and 'name="sure"' not in page


def test_only_who_may_undoes(client, pair):
    done = merge(kept=pair[0], merged=pair[1], merged_by=None)
    looks = make_user(is_staff=True)
    looks.user_permissions.set(Permission.objects.filter(codename="view_merge"))
    client.force_login(looks)
    page = client.get(reverse("admin:papers_merge_change", args=[done.pk])).content.decode()
    assert 'name="sure"' not in page
    address = reverse("admin:papers_merge_undo", args=[done.pk])
    assert client.post(address, {"sure": "1"}).status_code == 403


# -- who wrote it stays unknown ---------------------------------------------------------------


def test_no_page_tells_who_wrote_an_anonymous_summary(client, moderator, pair, alice, bob):
    """Two worlds that differ only in the author of an anonymous summary look the same."""
    make_summary(paper=pair[0], author=alice)
    hidden = make_summary(paper=pair[1], author=bob, is_anonymous=True)
    proposal = MergeProposal.objects.create(first=pair[0], second=pair[1])
    worlds = []
    for author in (bob, alice):
        Summary.objects.filter(pk=hidden.pk).update(author=author)
        client.force_login(moderator)
        before = [
            client.get(page_of(proposal)),
            client.get(reverse("admin:papers_mergeproposal_changelist")),
        ]
        client.force_login(make_user())
        before.append(client.get(reverse("paper-report-duplicate", args=[pair[0].pk])))
        worlds.append([without_tokens(page) for page in before])
    assert all(len(page) > 1000 for page in worlds[0])
    assert [re.sub(r"reader\d+", "", p) for p in worlds[0]] == [
        re.sub(r"reader\d+", "", p) for p in worlds[1]
    ]


@pytest.mark.parametrize("is_mine", [True, False])
def test_a_merge_tells_nobody_whose_summaries_they_are(
    client, moderator, pair, alice, bob, is_mine
):
    make_summary(paper=pair[0], author=alice)
    make_summary(paper=pair[1], author=alice if is_mine else bob, is_anonymous=True)
    done = merge(kept=pair[0], merged=pair[1], merged_by=None)
    client.force_login(moderator)
    for page in (
        client.get(reverse("admin:papers_merge_change", args=[done.pk])),
        client.get(reverse("admin:papers_merge_changelist")),
        client.get(reverse("admin:papers_merge_history", args=[done.pk])),
    ):
        text = page.content.decode()
        assert "came_by_merge" not in text and "snapshot" not in text
        assert "Alice" not in text and "Bob" not in text


# -- addresses --------------------------------------------------------------------------------


@pytest.fixture
def moved(pair):
    number, slug = pair[1].pk, pair[1].slug
    merge(kept=pair[0], merged=pair[1], merged_by=None)
    return number, slug, pair[0]


@pytest.mark.parametrize(
    ("rest", "new"),
    [
        ("", "/{slug}"),
        ("/{old_slug}", "/{slug}"),
        ("/anything-at-all", "/{slug}"),
        ("?order=newest", "/{slug}?order=newest"),
        ("/bibtex", "/bibtex"),
        ("/ris", "/ris"),
        ("/csl.json", "/csl.json"),
        ("/report-duplicate", "/report-duplicate"),
        ("/correct", "/correct"),
        ("/history", "/history"),
    ],
)
def test_the_old_number_redirects(client, moved, rest, new):
    number, old_slug, kept = moved
    answer = client.get(f"/paper/{number}{rest.format(old_slug=old_slug)}")
    assert answer.status_code == 301
    assert answer["Location"] == f"/paper/{kept.pk}{new.format(slug=kept.slug)}"
    assert "no-cache" in answer["Cache-Control"]


def test_the_desk_of_the_old_number_redirects(client, moved, alice):
    number, _, kept = moved
    client.force_login(alice)
    answer = client.get(f"/paper/{number}/write")
    assert (answer.status_code, answer["Location"]) == (301, f"/paper/{kept.pk}/write")


def test_a_text_begun_before_the_merge_is_published_after_it(client, moved, alice):
    number, _, kept = moved
    client.force_login(alice)
    told = {
        "text": "It works.",
        "signed": "name",
        "visibility": "public",
        "action": "publish",
        "note": "",
    }
    answer = client.post(f"/paper/{number}/write", told, follow=True)
    assert answer.redirect_chain[0] == (f"/paper/{kept.pk}/write", 308)
    assert Summary.objects.get().paper == kept and Summary.objects.get().text == "It works."


def test_a_merge_in_the_middle_of_publishing_loses_no_text(client, pair, alice, monkeypatch):
    """The paper goes after the view has read it and before the summary is written."""
    number = pair[1].pk

    def publish(**how):
        monkeypatch.undo()
        merge(kept=pair[0], merged=pair[1], merged_by=None)
        raise IntegrityError("the paper is no more")

    monkeypatch.setattr("summaries.actions.publish.publish", publish)
    client.force_login(alice)
    told = {"text": "It works.", "signed": "name", "visibility": "public", "action": "publish"}
    answer = client.post(f"/paper/{number}/write", told, follow=True)
    assert answer.redirect_chain[0] == (f"/paper/{pair[0].pk}/write", 308)
    assert Summary.objects.get().paper == pair[0]


def test_after_undoing_the_old_number_has_its_page(client, moved, moderator):
    number, slug, _ = moved
    client.force_login(moderator)
    client.post(reverse("admin:papers_merge_undo", args=[Merge.objects.get().pk]), {"sure": "1"})
    assert client.get(f"/paper/{number}/{slug}").status_code == 200


def test_a_number_that_was_never_a_paper_is_not_found(client, moved):
    for rest in ("", "/x", "/bibtex", "/report-duplicate"):
        assert client.get(f"/paper/999999{rest}").status_code == 404


# -- members propose --------------------------------------------------------------------------


def same_as(paper) -> str:
    return reverse("paper-report-duplicate", args=[paper.pk])


def test_members_name_the_other_paper_in_any_way(client, alice):
    paper = make_paper(title="One")
    client.force_login(alice)
    names = {
        "1601.00001": {"arxiv": "1601.00001"},
        "https://doi.org/10.1234/abc": {"doi": "10.1234/abc"},
        "number": {},
        "address": {},
        "https://shortscience.example/paper/number/whatever": {},
        "choice": {},
    }
    for place, (how, told) in enumerate(names.items()):
        other = make_paper(title=f"Another, {place}", **told)
        text = {"address": f"/paper/{other.pk}/{other.slug}", "number": str(other.pk)}.get(how, how)
        text = text.replace("/number/", f"/{other.pk}/")
        told = {"choice": other.pk} if how == "choice" else {"other": text}
        answer = client.post(same_as(paper), {**told, "note": "So it says."}, follow=True)
        assert "Thank you. A moderator will review both." in answer.content.decode(), how
        proposal = MergeProposal.objects.get(second=other)
        assert (proposal.first, proposal.proposed_by, proposal.note) == (
            paper,
            alice,
            "So it says.",
        )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Choose a paper, or enter an identifier such as 1706.03762"),
        (
            "10.9999/nowhere",
            "No paper here has this identifier. An arXiv identifier looks like 1706.03762.",
        ),
        ("999999", "No paper here has this identifier. An arXiv identifier looks like 1706.03762."),
        (
            "no such thing at all",
            "No paper here has this identifier. An arXiv identifier looks like 1706.03762.",
        ),
        ("itself", "This is the same paper. Enter the other one."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client, alice, text, said):
    paper = make_paper()
    client.force_login(alice)
    text = str(paper.pk) if text == "itself" else text
    answer = client.post(same_as(paper), {"other": text, "note": "Kept words."})
    assert answer.status_code == 422
    assert said in answer.content.decode() and "Kept words." in answer.content.decode()
    assert not MergeProposal.objects.exists()


def test_the_number_of_a_merged_paper_means_the_kept_one(client, alice, moved):
    number, _, kept = moved
    client.force_login(alice)
    client.post(same_as(make_paper()), {"other": str(number)})
    assert MergeProposal.objects.get().first == kept


def test_one_pair_is_proposed_once(client, alice, pair):
    client.force_login(alice)
    for paper, other in (pair, pair, pair[::-1]):
        answer = client.post(same_as(paper), {"other": str(other.pk)}, follow=True)
    assert "This is waiting for a moderator." in answer.content.decode()
    assert MergeProposal.objects.count() == 1


def test_a_declined_pair_comes_back_with_a_reason_only(client, alice, proposal, pair):
    MergeProposal.objects.update(state=Decision.DECLINED)
    client.force_login(alice)
    answer = client.post(same_as(pair[0]), {"other": str(pair[1].pk)})
    assert (
        answer.status_code == 409
        and "Moderators decided that these are two different papers. If you know more, explain it here and submit it again."
        in answer.content.decode()
    )
    told = {"other": str(pair[1].pk), "note": "The authors say so."}
    assert client.post(same_as(pair[0]), told).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, proposal.note) == (Decision.WAITING, "The authors say so.")


def test_candidates_are_offered(client, alice):
    paper = make_paper(title="A survey of surveys", year=2016)
    twin = make_paper(title="A Survey of Surveys", year=2019, source="dblp")
    make_paper(title="Nothing alike")
    client.force_login(alice)
    page = client.get(same_as(paper)).content.decode()
    assert f'value="{twin.pk}"' in page and "Nothing alike" not in page


def test_proposing_needs_an_account_and_keeps_what_was_typed(client, pair):
    assert client.get(same_as(pair[0]))["Location"].endswith(f"?next={same_as(pair[0])}")
    answer = client.post(same_as(pair[0]), {"other": "1601.00001", "note": "Kept words."})
    assert answer.status_code == 403 and "Kept words." in answer.content.decode()
    assert not MergeProposal.objects.exists()


def test_proposing_has_a_limit(client, alice, pair, monkeypatch):
    monkeypatch.setattr("papers.views.report_duplicate.PROPOSALS_PER_HOUR", 1)
    client.force_login(alice)
    client.post(same_as(pair[0]), {"other": str(pair[1].pk)})
    answer = client.post(same_as(pair[0]), {"other": str(pair[1].pk), "note": "Kept words."})
    assert answer.status_code == 429 and "Kept words." in answer.content.decode()


def test_a_moderator_who_proposes_is_led_to_the_screen(client, moderator, pair):
    client.force_login(moderator)
    answer = client.post(same_as(pair[0]), {"other": str(pair[1].pk)})
    assert answer["Location"] == page_of(MergeProposal.objects.get())
