"""Writing, with script, without and by keyboard alone; and what must never be lost on the way."""

import io
import re

import pytest
from PIL import Image as Pillow
from playwright.sync_api import Page, expect

from summaries.models import Draft, Image, Suggestion, Summary, Vote
from tests.browser.signing_in import sign_in
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def mara(db):
    person = make_user("mara", name="Mara Lindqvist")
    make_summary(author=person, text="An earlier one, so that no template is offered.")
    return person


def text(page: Page):
    return page.get_by_label("Summary in Markdown")


def plot(name: str = "plot.png", colour: str = "white") -> dict[str, object]:
    file = io.BytesIO()
    Pillow.new("RGB", (60, 40), colour).save(file, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": file.getvalue()}


# A paste or a drop as the system makes it; the bytes are those of a picture.
GIVE = """([kind, bytes]) => {
  const given = new DataTransfer();
  given.items.add(new File([new Uint8Array(bytes)], "curve.png", { type: "image/png" }));
  const how = { bubbles: true, cancelable: true };
  document.getElementById("t").dispatchEvent(kind === "paste"
    ? new ClipboardEvent("paste", { ...how, clipboardData: given })
    : new DragEvent("drop", { ...how, dataTransfer: given }));
}"""


def test_a_summary_is_written_by_keyboard_alone(enter, mara):
    make_paper(title="Attention Is All You Need", arxiv="1706.03762", authors=("Ashish Vaswani",))
    make_paper(title="Attention Is Not All You Need", arxiv="2103.03404")
    paper = make_paper()
    page = enter(mara)
    # From the start: asked for with the key only, the browser may open its own window first.
    page.on("filechooser", lambda chooser: chooser.set_files([plot()]))
    page.goto(f"/paper/{paper.pk}/write")
    keys = page.keyboard
    text(page).focus()
    keys.type("It says more than \\cite{attention is not")
    options = page.locator("#choices [role=option]")
    expect(options).to_have_count(1)
    expect(
        page.get_by_text("1 paper. Use the arrow keys to choose, Enter to cite.")
    ).to_be_attached()
    keys.press("Escape")
    expect(options).to_be_hidden()
    for _ in "\\cite{attention is not":
        keys.press("Backspace")
    keys.type("\\cite{attention")
    expect(options).to_have_count(2)
    first = options.first.inner_text()
    keys.press("ArrowDown")
    keys.press("ArrowUp")
    expect(options.first).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    expect(text(page)).to_have_value(re.compile(r"than \\cite\{(1706\.03762|2103\.03404)\}$"))
    keys.type(", and ")
    keys.press("Control+b")
    keys.type("works")
    keys.press("End")
    keys.type(". See $\\alhpa$.")
    # The remedy of a slip, then the toolbar: one stop each way.
    expect(page.get_by_text("Line 1:")).to_be_visible()
    page.get_by_role("button", name="Write $\\alpha$").focus()
    keys.press("Enter")
    expect(text(page)).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("End")
    expect(page.get_by_role("button", name="Image", exact=True)).to_be_focused()
    keys.press("Control+End")
    expect(page.get_by_role("button", name="Image", exact=True)).to_be_focused()
    keys.press("Enter")
    expect(text(page)).to_have_value(
        re.compile(r"!\[image description\]\(/media/images/\w+\.png\)")
    )
    assert page.evaluate("String(document.getSelection())") == "image description"
    expect(
        page.get_by_text("Describe this image in the brackets for people who can")
    ).to_be_visible()
    keys.type("Two curves")
    expect(page.get_by_text("Draft saved at")).to_be_visible()
    expect(page.locator("#preview img")).to_have_attribute("alt", "Two curves")
    expect(page.locator("#state [data-count]")).to_have_text(re.compile(r"\d+ words"))
    shown = page.locator("#preview .prose").inner_html()
    keys.press("Tab")
    expect(text(page)).not_to_be_focused()
    text(page).focus()
    keys.press("Control+Enter")
    expect(page.get_by_text("Published.")).to_be_visible()
    prose = page.locator(".summary .prose").first
    assert prose.inner_html() == shown
    assert "<strong>works</strong>" in shown and "<math" in shown and first
    picture = page.locator(".summary .prose img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 60
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_pictures_are_pasted_dropped_and_refused(enter, mara):
    page = enter(mara)
    page.goto(f"/paper/{make_paper().pk}/write")
    text(page).fill("Before.")
    page.evaluate(GIVE, ["paste", list(plot()["buffer"])])
    expect(text(page)).to_have_value(re.compile(r"Before\.\n\n!\[image description\]\(/media"))
    text(page).press("Control+End")
    page.evaluate(GIVE, ["drop", list(plot(colour="red")["buffer"])])
    expect(text(page)).to_have_value(re.compile(r"(?:!\[image description\].*){2}", re.DOTALL))
    assert Image.objects.count() == 2
    kept = text(page).input_value()
    page.evaluate(GIVE, ["drop", [1, 2, 3]])
    expect(
        page.get_by_role("alert").filter(has_text="t be read. Upload a PNG, JPEG, WebP or GIF.")
    ).to_be_visible()
    assert text(page).input_value() == kept
    page.context.set_offline(True)
    page.evaluate(GIVE, ["paste", list(plot()["buffer"])])
    expect(page.get_by_text("curve.png was not uploaded: no connection.")).to_be_visible()
    page.context.set_offline(False)


def test_the_same_without_script(enter, mara):
    make_paper(title="Attention Is All You Need", arxiv="1706.03762")
    page = enter(mara, script=False, width=390)
    page.goto(f"/paper/{make_paper().pk}/write")
    text(page).fill("It *works* as in \\cite{1706.03762}.")
    page.get_by_label("File").set_input_files([plot()])
    page.get_by_label("Image description").fill("Two curves")
    page.get_by_role("button", name="Add image").click()
    expect(page.locator("#preview img")).to_have_attribute("alt", "Two curves")
    page.get_by_label("Anonymously").check()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published.")).to_be_visible()
    prose = page.locator(".summary .prose").first
    expect(prose.get_by_role("img", name="Two curves")).to_be_visible()
    expect(page.get_by_role("heading", name="Anonymous")).to_be_visible()
    reader = enter(script=False)
    reader.goto(page.url)
    expect(reader.get_by_role("heading", name="Anonymous")).to_be_visible()
    assert "Mara" not in reader.content()


def test_a_lost_connection_costs_no_word(enter, mara):
    paper = make_paper()
    page = enter(mara)
    page.goto(f"/paper/{paper.pk}/write")
    text(page).fill("Hours of work.")
    expect(page.get_by_text("Draft saved at")).to_be_visible()
    page.context.set_offline(True)
    text(page).fill("Hours of work, and more.")
    lost = page.get_by_text("Not saved: no connection. Saved in this browser.")
    expect(lost).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Not published: no connection.")).to_be_visible()
    # It sends itself when the connection is back,
    page.context.set_offline(False)
    expect(page.get_by_text("Draft saved at")).to_be_visible()
    assert Summary.objects.get(paper=paper).text == "Hours of work, and more."
    # and when the page was closed meanwhile, the next time it is open.
    page.context.set_offline(True)
    text(page).fill("Hours of work, and a last word.")
    expect(lost).to_be_visible()
    page.close()
    page = page.context.new_page()
    page.context.set_offline(False)
    page.goto(f"/paper/{paper.pk}/write")
    expect(text(page)).to_have_value("Hours of work, and a last word.")
    expect(page.get_by_text("Draft saved at")).to_be_visible()
    text(page).press("Control+z")
    expect(text(page)).to_have_value("Hours of work, and more.")
    assert Summary.objects.get(paper=paper).state == "draft"


def test_a_stale_edit_shows_both_texts(enter, mara):
    summary = make_summary(author=mara, text="First.")
    page = enter(mara)
    page.goto(f"/summary/{summary.pk}/edit")
    other = page.context.new_page()
    other.goto(f"/summary/{summary.pk}/edit")
    text(other).fill("From the other tab.")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Published.")).to_be_visible()
    text(page).fill("From this tab.")
    expect(page.get_by_text("Another tab or device saved a different text.")).to_be_visible()
    page.get_by_role("button", name="See both").click()
    expect(page.get_by_role("heading", name="Two versions of your summary")).to_be_visible()
    expect(page.get_by_label("Your text")).to_have_value("From this tab.")
    expect(page.get_by_text("From the other tab.")).to_be_visible()
    assert Summary.objects.get(pk=summary.pk).text == "From the other tab."
    page.get_by_role("button", name="Save mine").click()
    expect(page.get_by_text("Published.")).to_be_visible()
    assert Summary.objects.get(pk=summary.pk).text == "From this tab."
    assert not Draft.objects.exists()


def test_a_secret_link_opens_until_it_is_shut(enter, mara):
    paper = make_paper()
    page = enter(mara)
    page.goto(f"/paper/{paper.pk}/write")
    text(page).fill("For a few.")
    page.get_by_label("Anyone with the secret link").check()
    expect(
        page.get_by_text(
            "Anyone with the link can read it and share it, without an account. If you replace or remove the link, the old one stops working. People keep what they have already read or copied."
        )
    ).to_be_visible()
    page.get_by_label("Anonymously").check()
    page.get_by_role("button", name="Publish").click()
    link = page.get_by_label("Secret link", exact=True).input_value()
    reader = enter()
    reader.goto(f"/s/{link.rpartition('/')[2]}")
    expect(reader.get_by_text("For a few.")).to_be_visible()
    assert "Mara" not in reader.content()
    page.get_by_role("button", name="Stop sharing").click()
    expect(page.get_by_text("Link revoked. Only you can read this summary now.")).to_be_visible()
    assert reader.reload().status == 404


def test_a_session_that_ended_is_taken_up_in_another_tab(enter, mara):
    page = enter(mara)
    page.goto(f"/paper/{make_paper().pk}/write")
    page.context.clear_cookies(name="sessionid")
    text(page).fill("Hours of work.")
    expect(page.get_by_text("You are signed out. Saved in this browser.")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in (new tab)").click()
    door = opened.value
    door.locator("main").get_by_label("E-mail or user name").fill("mara")
    door.locator("main").get_by_label("Password", exact=True).fill("correct horse")
    door.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(door.get_by_role("heading", name="You are signed in")).to_be_visible()
    door.close()
    page.bring_to_front()
    told = page.get_by_text(re.compile("You are signed in again|Draft saved at"))
    for _ in range(10):
        # A headless tab is never looked at by itself, and a look on the way is not repeated.
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        page.wait_for_timeout(1500)
        if told.count():
            break
    expect(told).to_be_visible()
    # Else the button is pressed while the draft is on its way.
    expect(page.get_by_text("Draft saved at")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_an_edit_is_suggested_and_accepted(enter, mara, script):
    summary = make_summary(author=mara, text="It works well.")
    tunde = make_user("tunde", name="Tunde Bakare")
    page = enter(tunde, script=script)
    page.goto(summary.get_absolute_url())
    page.get_by_role("link", name="Suggest an edit").click()
    page.get_by_label("Text in Markdown").fill("It works often.")
    page.get_by_role("button", name="Show changes").click()
    expect(page.locator(".diff ins")).to_have_text("often")
    page.get_by_label("What it improves").fill("Less sure")
    page.get_by_role("button", name="Send to author").click()
    expect(page.get_by_text("Sent to the author. We")).to_be_visible()
    author = enter(mara, script=script)
    author.goto("/suggestion")
    author.get_by_role("link", name="Less sure").click()
    expect(author.locator(".diff del")).to_have_text("well")
    author.get_by_role("button", name="Accept and publish").click()
    expect(author.get_by_text("The history credits Tunde Bakare")).to_be_visible()
    author.get_by_role("link", name="History").click()
    expect(author.get_by_text("Suggested by Tunde Bakare, with thanks.")).to_be_visible()
    assert Suggestion.objects.get().state == "accepted"


def test_tools_mark_the_chosen_words_and_undo_takes_it_back(enter, mara):
    page = enter(mara)
    page.goto(f"/paper/{make_paper().pk}/write")
    for press, result in {
        "Control+b": "**word**",
        "Control+i": "*word*",
        "Control+k": "[word](https://)",
        "Formula": "$word$",
        "Cite a paper": "\\cite{word}",
        "Heading": "## word",
    }.items():
        text(page).fill("word")
        text(page).select_text()
        if "+" in press:
            page.keyboard.press(press)
        else:
            page.get_by_role("button", name=press, exact=True).click()
        expect(text(page)).to_have_value(result)
        page.keyboard.press("Control+z")
        expect(text(page)).to_have_value("word")


def test_a_vote_keeps_the_focus_and_tells_when_it_fails(open_page):
    summary = make_summary()
    make_user("tunde")
    page = open_page()
    sign_in(page, "tunde")
    page.goto(summary.paper.get_absolute_url())
    useful = page.get_by_role("button", name=re.compile("^Useful"))
    useful.focus()
    page.keyboard.press("Enter")
    expect(useful).to_have_attribute("aria-pressed", "true")
    expect(useful).to_be_focused()
    page.context.set_offline(True)
    useful.click()
    expect(page.get_by_role("alert")).to_have_text("No connection. Your vote was not counted.")
    page.context.set_offline(False)
    assert Vote.objects.get().value == 1
    page.context.clear_cookies(name="sessionid")
    useful.click()
    page.wait_for_url(f"**/account/login/?next=/summary/{summary.pk}")
