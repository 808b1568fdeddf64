"""The writing page: nothing typed is lost, nothing is published by accident."""

import re

import pytest

from summaries.forms import TEMPLATE
from summaries.models import Summary
from summaries.rendering import MAX_CHARACTERS
from summaries.views import editor, editor_page
from tests.support.factories import make_paper, make_summary

pytestmark = pytest.mark.django_db

FORM = {"text": "It works.", "signed": "name", "visibility": "public", "action": "publish"}
FETCHED = {"HTTP_ACCEPT": "*/*"}


@pytest.fixture
def paper(db):
    return make_paper(title="Attention Is All You Need")


@pytest.fixture
def desk(client, alice, paper):
    """Alice, signed in, with the address where she writes."""
    client.force_login(alice)
    return f"/paper/{paper.pk}/write"


def kept(answer, text: str) -> bool:
    """Whether the answer gives the text back in a field."""
    return any(
        text in field
        for field in re.findall(r"<textarea[^>]*>(.*?)</textarea>", answer.content.decode(), re.S)
    )


def test_a_published_text_is_on_the_page_of_the_paper(client, desk, paper):
    answer = client.post(desk, {**FORM, "text": "It *works*."}, follow=True)
    assert b"Published." in answer.content and b"<em>works</em>" in answer.content
    client.logout()
    assert b"<em>works</em>" in client.get(paper.get_absolute_url()).content


@pytest.mark.parametrize(
    ("choices", "state", "anonymous"),
    [
        ({}, "published", False),
        ({"signed": "anonymous"}, "published", True),
        ({"visibility": "private"}, "private", False),
        ({"action": "draft"}, "draft", False),
        ({"action": "draft", "visibility": "private", "signed": "anonymous"}, "draft", True),
    ],
)
def test_buttons_and_choices_say_who_reads_it(client, desk, choices, state, anonymous):
    client.post(desk, {**FORM, **choices})
    summary = Summary.objects.get()
    assert (summary.state, summary.is_anonymous) == (state, anonymous)


def test_the_first_visit_offers_headings_and_later_ones_do_not(client, desk, alice):
    assert kept(client.get(desk), TEMPLATE.split("\n")[0])
    make_summary(author=alice)
    assert not kept(client.get(desk), TEMPLATE.split("\n")[0])


def test_who_has_a_summary_edits_it(client, desk, alice, paper):
    summary = make_summary(paper=paper, author=alice)
    assert client.get(desk).headers["Location"] == f"/summary/{summary.pk}/edit"


@pytest.mark.parametrize("text", ["", "  \n ", TEMPLATE, TEMPLATE.replace("\n", "\r\n")])
def test_an_empty_text_is_not_saved(client, desk, text):
    answer = client.post(desk, {**FORM, "text": text})
    assert answer.status_code == 422 and b"Write a sentence first" in answer.content
    assert not Summary.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": "x" * (MAX_CHARACTERS + 1)}, "Shorten it"),
        ({"note": "n" * 121}, "What changed"),
        ({"signed": ""}, "Byline"),
        ({"visibility": "nobody"}, "Who can read it"),
        ({"action": "burn"}, "Publish"),
        ({"based_on": "x"}, ""),
    ],
)
def test_a_refused_form_says_where_and_keeps_the_text(client, desk, change, words):
    sent = {**FORM, **change}
    answer = client.post(desk, sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and kept(answer, sent["text"][:20])
    assert words in page.partition('id="problem"')[2].partition("</div>")[0]
    assert not Summary.objects.exists()


def test_line_breaks_count_once(client, desk):
    text = "word\r\n" * (MAX_CHARACTERS // 5)
    assert len(text) > MAX_CHARACTERS
    answer = client.post(desk, {**FORM, "text": text, "action": "draft"})
    assert answer.status_code == 302 and "\r" not in Summary.objects.get().text


def test_a_text_that_the_renderer_refuses_is_kept(client, desk, monkeypatch):
    def refuse(*args, **kwargs):
        raise editor.TextRefusedError("This text takes too long to typeset.")

    monkeypatch.setattr(editor.publish, "publish", refuse)
    answer = client.post(desk, FORM)
    assert answer.status_code == 422 and kept(answer, "It works.")
    assert b"takes too long" in answer.content


def test_without_script_a_button_shows_the_preview(client, desk):
    answer = client.post(desk, {**FORM, "text": "It *works*.", "action": "preview"})
    assert answer.status_code == 200 and b"<em>works</em>" in answer.content
    assert kept(answer, "It *works*.") and not Summary.objects.exists()


@pytest.mark.parametrize(("state", "is_asked"), [("published", True), ("draft", False)])
def test_what_changed_is_asked_when_readers_have_seen_a_text(client, alice, state, is_asked):
    summary = make_summary(author=alice, state=state)
    client.force_login(alice)
    answer = client.post(
        f"/summary/{summary.pk}/edit", {**FORM, "action": "preview", "note": "Shorter"}
    )
    assert ('value="Shorter"' in answer.content.decode()) == is_asked


def test_the_preview_tells_line_and_fault(client, desk):
    answer = client.post("/editor/preview", {"text": "One.\n\nTwo $\\frac{1$."})
    assert answer.status_code == 200 and b"Line 3" in answer.content


def test_a_refused_preview_is_422(client, desk):
    answer = client.post("/editor/preview", {"text": "x" * (MAX_CHARACTERS + 1)})
    assert answer.status_code == 422 and b'class="errors"' in answer.content


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "x", ""])
def test_a_preview_with_a_wrong_number_is_a_new_one(client, desk, number):
    answer = client.post("/editor/preview", {"text": "## A", "summary": number})
    assert b'id="new-a"' in answer.content


def test_previews_are_limited_by_either_way(client, desk, monkeypatch):
    monkeypatch.setattr(editor_page, "PREVIEWS_PER_MINUTE", 1)
    assert client.post("/editor/preview", {"text": "One."}).status_code == 200
    assert client.post("/editor/preview", {"text": "One."}).status_code == 429
    answer = client.post(desk, {**FORM, "action": "preview"})
    assert answer.status_code == 429 and kept(answer, "It works.")


def test_saves_are_limited_and_the_text_is_kept(client, desk, monkeypatch):
    monkeypatch.setattr(editor, "SAVES_PER_HOUR", 0)
    answer = client.post(desk, FORM)
    assert answer.status_code == 429 and kept(answer, "It works.")
    assert b"Too many requests. Try again in" in answer.content and not Summary.objects.exists()


def test_publishing_needs_a_confirmed_address_and_drafts_do_not(client, desk, alice, settings):
    settings.VERIFY_EMAIL = True
    type(alice).objects.update(is_verified=False)
    answer = client.post(desk, FORM)
    assert answer.status_code == 422 and b"Confirm your e-mail address" in answer.content
    assert kept(answer, "It works.") and not Summary.objects.exists()
    assert client.post(desk, {**FORM, "action": "draft"}).status_code == 302


def test_a_stale_edit_gets_both_texts_and_changes_nothing(client, alice, paper):
    client.force_login(alice)
    summary = make_summary(paper=paper, author=alice, text="First.")
    edit = f"/summary/{summary.pk}/edit"
    client.post(edit, {**FORM, "text": "Theirs.", "based_on": 1})
    answer = client.post(edit, {**FORM, "text": "Mine & mine.", "based_on": 1})
    page = answer.content.decode()
    assert answer.status_code == 409 and kept(answer, "Mine &amp; mine.") and "Theirs." in page
    assert page.index("Mine &amp;") < page.index("Theirs.")
    assert "<del>" in page and "<ins>" in page  # Which words differ is marked.
    assert Summary.objects.get().text == "Theirs."
    client.post(edit, {**FORM, "text": "Mine & mine.", "based_on": 2})
    assert Summary.objects.get().text == "Mine & mine."


def test_a_conflict_of_drafts_is_saved_as_a_draft(client, alice, paper):
    client.force_login(alice)
    summary = make_summary(paper=paper, author=alice, text="First.", state="draft")
    edit = f"/summary/{summary.pk}/edit"
    client.post(edit, {**FORM, "text": "Theirs.", "based_on": 1, "action": "draft"})
    answer = client.post(edit, {**FORM, "text": "Mine.", "based_on": 1, "action": "draft"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="draft"' in page and 'value="publish"' not in page


def test_a_second_tab_that_also_began_a_first_text_loses_nothing(client, desk, alice, paper):
    make_summary(paper=paper, author=alice, text="From the other tab.")
    answer = client.post(desk, {**FORM, "text": "From this tab."})
    assert answer.status_code == 409 and kept(answer, "From this tab.")


def test_a_text_beside_a_hidden_one_is_kept_and_explained(client, desk, alice, paper):
    hidden = make_summary(paper=paper, author=alice)
    Summary.objects.update(state="hidden")
    answer = client.post(desk, {**FORM, "text": "Another try."})
    assert answer.status_code == 422 and kept(answer, "Another try.")
    assert b"Moderators have hidden" in answer.content
    assert client.get(desk).headers["Location"] == f"/summary/{hidden.pk}"


@pytest.mark.parametrize("address", ["/paper/{paper}/write", "/summary/{summary}/edit"])
def test_reading_a_writing_page_needs_an_account(client, paper, address):
    summary = make_summary(paper=paper)
    address = address.format(paper=paper.pk, summary=summary.pk)
    answer = client.get(address)
    assert answer.headers["Location"] == f"/account/login/?next={address}"


@pytest.mark.parametrize("address", ["/paper/{paper}/write", "/summary/{summary}/edit"])
def test_a_session_that_ended_gives_the_text_back(client, paper, address):
    summary = make_summary(paper=paper)
    address = address.format(paper=paper.pk, summary=summary.pk)
    answer = client.post(address, {**FORM, "text": "Hours of work."})
    assert answer.status_code == 403 and kept(answer, "Hours of work.")
    assert f"/account/login/?next={address}" in answer.content.decode()


@pytest.mark.parametrize("deed", ["edit", "delete"])
def test_nobody_touches_anothers_summary(client, bob, deed):
    summary = make_summary(text="One.")
    client.force_login(bob)
    assert client.post(f"/summary/{summary.pk}/{deed}", FORM).status_code == 404
    assert Summary.objects.published().get().text == "One."


def test_a_deleted_summary_is_gone_for_everyone(client, alice, paper):
    summary = make_summary(paper=paper, author=alice)
    client.force_login(alice)
    assert client.get(f"/summary/{summary.pk}/delete").status_code == 405
    client.post(f"/summary/{summary.pk}/delete")
    assert client.get(f"/summary/{summary.pk}").status_code == 302  # To the way back.
    client.logout()
    assert client.get(f"/summary/{summary.pk}").status_code == 410


def test_html_in_a_text_cannot_leave_its_field(client, desk):
    nasty = "</textarea><script>alert(1)</script>"
    for action in ("preview", "draft"):
        page = client.post(desk, {**FORM, "text": nasty, "action": action}, follow=True)
        assert b"<script>alert" not in page.content


def test_a_text_is_not_lost_when_its_summary_was_hidden_or_deleted_meanwhile(client, alice):
    client.force_login(alice)
    summary = make_summary(author=alice)
    address = f"/summary/{summary.pk}/edit"
    form = {**FORM, "text": "Longer words.", "based_on": summary.save_count}
    Summary.objects.update(state="hidden")
    answer = client.post(address, form)
    assert answer.status_code == 409 and b"Longer words." in answer.content
    assert client.get(address).headers["Location"] == f"/summary/{summary.pk}"
    assert address not in client.get(f"/summary/{summary.pk}").content.decode()
    Summary.objects.update(state="published")
    client.post(f"/summary/{summary.pk}/delete")
    answer = client.post(address, form)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Longer words." in page
    assert f"/summary/{summary.pk}/restore" in page
    client.post(f"/summary/{summary.pk}/restore")
    assert client.post(address, form).status_code == 302
    summary.refresh_from_db()
    assert summary.text == "Longer words."


def test_enter_in_a_field_saves_a_draft_and_discards_nothing(client, alice):
    """A browser presses the form's first button."""
    client.force_login(alice)
    summary = make_summary(author=alice)
    address = f"/summary/{summary.pk}/edit"
    form = {**FORM, "text": "Longer words.", "based_on": summary.save_count, "action": "draft"}
    page = client.post(address, form, follow=True).content.decode()
    assert "Discard draft" in page
    desk = page.split('id="desk"')[1]
    first = next(tag for tag in re.findall(r"<button[^>]*>", desk) if 'type="button"' not in tag)
    assert 'name="action" value="draft"' in first and "formaction" not in first
