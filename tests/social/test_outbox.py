"""New summaries are told on every channel once, follow their changes, and say no more than they may."""

import datetime

import pytest
from django.utils import timezone

from common.http.webhook import ForbiddenHostError, NotSentError, http_send
from common.texmath.unicode_text import readable
from common.text.sentences import first_sentence
from social import outbox
from social.channels import CHANNELS, bluesky, mastodon, x
from social.models import Announcement, Channel
from social.post_text import Facts, compose, graphemes
from summaries.actions import delete, hide_and_remove, publish
from tests.support.factories import make_paper, make_summary
from tests.support.social import make_channels

pytestmark = pytest.mark.django_db
State = Announcement.State
SERVICES = list(CHANNELS)
EDITABLE = [kind for kind, module in CHANNELS.items() if hasattr(module, "edit")]
DELETABLE = [kind for kind, module in CHANNELS.items() if hasattr(module, "delete")]


def later(minutes: int = 60 * 3) -> None:
    """Let time pass: what waits is due, and no claim holds."""
    past = timezone.now() - datetime.timedelta(seconds=1)
    Announcement.objects.update(next_try_at=past)
    Announcement.objects.exclude(claimed_until=None).update(claimed_until=past)


def states() -> dict[str, str]:
    return dict(Announcement.objects.values_list("channel__kind", "state"))


def revise(summary, author, **changes):
    summary.refresh_from_db()
    told = {"text": summary.text, **changes}
    return publish.revise(summary_id=summary.pk, editor=author, based_on=summary.save_count, **told)


@pytest.fixture
def paper(db):
    return make_paper(title="Scaling with $\\alpha/r \\leq x^2$", venue="ICLR", year=2017)


def test_a_published_summary_is_told_on_every_channel_once(social, paper, alice):
    make_channels(social.url)
    summary = make_summary(
        paper=paper, author=alice, text="It shows $x_1$ in all $\\mathbb{R}^n$ spaces."
    )
    assert outbox.send_due() == len(SERVICES)
    assert outbox.send_due() == 0
    assert set(states().values()) == {State.POSTED}
    for service in SERVICES:
        [text] = social.posts[service].values()
        assert "Scaling with α/r ≤ x²" in text and "x₁ in all ℝⁿ spaces" in text
        assert "Alice Munro" in text and f"http://127.0.0.1:8000/summary/{summary.pk}" in text
    row = Announcement.objects.get(channel__kind="mastodon")
    assert row.remote_url.startswith(social.url) and row.posted_text and row.posted_at


@pytest.mark.parametrize("state", ["draft", "private"])
def test_what_is_not_public_is_not_told(social, paper, alice, state):
    make_channels(social.url)
    make_summary(paper=paper, author=alice, state=state)
    assert not Announcement.objects.exists()


def test_a_channel_that_comes_later_is_not_told_of_the_past(social, alice):
    summary = make_summary(author=alice)
    make_channels(social.url)
    revise(summary, alice, text="It works still.")
    assert not Announcement.objects.exists()


def test_an_author_has_time_to_correct(social, paper, alice):
    make_channels(social.url, "mastodon", delay_minutes=15)
    summary = make_summary(paper=paper, author=alice, text="It dose not work for anybody at all.")
    assert outbox.send_due() == 0
    revise(summary, alice, text="It does not work for anybody at all.")
    later()
    outbox.send_due()
    assert ["It does not work" in text for text in social.posts["mastodon"].values()] == [True]


@pytest.mark.parametrize("deed", ["withdraw", "hide", "private"])
def test_what_goes_before_its_time_is_never_told(social, paper, alice, deed):
    make_channels(social.url, "mastodon", delay_minutes=15)
    summary = make_summary(paper=paper, author=alice)
    if deed == "withdraw":
        delete.delete_summary(summary_id=summary.pk, editor=alice)
    elif deed == "hide":
        hide_and_remove.hide([summary])
    else:
        revise(summary, alice, state="private")
    later()
    outbox.send_due()
    assert not social.posts.get("mastodon") and states() == {"mastodon": State.SKIPPED}
    if deed == "hide":
        hide_and_remove.restore([summary])
        outbox.send_due()
        assert states() == {"mastodon": State.POSTED}


@pytest.mark.parametrize("service", EDITABLE)
def test_a_correction_edits_the_post_and_a_removal_takes_it_back(social, paper, alice, service):
    make_channels(social.url, service)
    summary = make_summary(
        paper=paper, author=alice, text="It shows that attention alone is all of it, always."
    )
    outbox.send_due()
    revise(summary, alice, text="It shows that attention alone is half of it, always.")
    outbox.send_due()
    [text] = social.posts[service].values()
    assert "half of it" in text and "all of it" not in text
    calls = len(social.calls)
    revise(summary, alice, text="It shows that attention alone is half of it, always. And more.")
    outbox.send_due()
    # The sentence that is told did not change.
    assert len([c for c in social.calls[calls:] if "createSession" not in c[1]]) == 0
    delete.delete_summary(summary_id=summary.pk, editor=alice)
    outbox.send_due()
    assert social.posts[service] == {} and states() == {service: State.REMOVED}


@pytest.mark.parametrize("service", sorted(set(SERVICES) - set(EDITABLE)))
def test_what_cannot_be_edited_stays_as_it_was_posted(social, paper, alice, service):
    make_channels(social.url, service)
    summary = make_summary(paper=paper, author=alice, text="Attention alone is all of it, always.")
    outbox.send_due()
    before = dict(social.posts[service])
    revise(summary, alice, text="Attention alone is half of it, always.")
    later()
    outbox.send_due()
    assert social.posts[service] == before and states() == {service: State.POSTED}


@pytest.mark.parametrize("service", SERVICES)
def test_a_removal_takes_a_post_back_where_the_service_can(social, paper, alice, service):
    make_channels(social.url, service)
    summary = make_summary(paper=paper, author=alice)
    outbox.send_due()
    hide_and_remove.hide([summary])
    outbox.send_due()
    if service in DELETABLE:
        assert social.posts[service] == {} and states() == {service: State.REMOVED}
    else:
        assert len(social.posts[service]) == 1 and states() == {service: State.POSTED}
        assert outbox.send_due() == 0


def test_an_anonymous_author_is_never_named(social, paper, alice):
    make_channels(social.url)
    summary = make_summary(paper=paper, author=alice, is_anonymous=True)
    outbox.send_due()
    told = [call[2] for call in social.calls]
    assert told and "Alice" not in repr(told) and "a reader" in repr(told)
    revise(summary, alice, is_anonymous=False)
    later()
    outbox.send_due()
    assert "Alice Munro" in social.posts["mastodon"].popitem()[1]


def test_a_name_that_is_taken_back_goes_from_the_posts(social, paper, alice):
    """By an edit, or with the post where there is no other way."""
    make_channels(social.url, *DELETABLE)
    summary = make_summary(paper=paper, author=alice)
    outbox.send_due()
    assert "Alice" in repr(social.posts)
    revise(summary, alice, is_anonymous=True)
    outbox.send_due()
    assert "Alice" not in repr(social.posts)
    assert states() == {
        kind: State.POSTED if kind in EDITABLE else State.REMOVED for kind in DELETABLE
    }


REPEATABLE = [kind for kind, module in CHANNELS.items() if module.REPEATABLE_SECONDS != 0]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("fault", ["hang", "drop", "500", "garbage"])
def test_no_answer_makes_no_second_post(social, paper, alice, service, fault):
    make_channels(social.url, service)
    make_summary(paper=paper, author=alice)
    if service == "bluesky":
        bluesky._session(Channel.objects.get())
    social.next_fault = fault
    outbox.send_due()
    assert states() == {service: State.SENDING if service in REPEATABLE else State.UNCERTAIN}
    for _ in range(3):
        later()
        outbox.send_due()
    assert sum(social.deliveries[service].values()) == 1
    expected = State.POSTED if service in REPEATABLE else State.UNCERTAIN
    assert states() == {service: expected}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("fault", ["429", "503"])
def test_what_was_not_taken_is_sent_again_when_the_service_says(
    social, paper, alice, service, fault
):
    make_channels(social.url, service)
    make_summary(paper=paper, author=alice)
    if service == "bluesky":
        bluesky._session(Channel.objects.get())
    social.next_fault = fault
    outbox.send_due()
    row = Announcement.objects.get()
    assert row.state == State.WAITING and row.next_try_at > timezone.now() and fault in row.answer
    later()
    outbox.send_due()
    assert sum(social.deliveries[service].values()) == 1 and states() == {service: State.POSTED}


@pytest.mark.parametrize("service", SERVICES)
def test_a_killed_worker_neither_loses_nor_repeats(social, paper, alice, service):
    """Killed before it sent, and after: the row alone cannot tell which."""
    make_channels(social.url, service)
    make_summary(paper=paper, author=alice)
    row = outbox._claim(Announcement.objects.get().pk)
    CHANNELS[service].post(
        row.channel, outbox.message_for(row.summary, row.channel), row.idempotency_key
    )
    assert outbox.send_due() == 0  # The claim still holds.
    later()
    outbox.send_due()
    assert sum(social.deliveries[service].values()) == 1
    expected = State.POSTED if service in REPEATABLE else State.UNCERTAIN
    assert states() == {service: expected}


def test_mastodon_forgets_keys_and_so_do_we(social, paper, alice):
    make_channels(social.url, "mastodon")
    make_summary(paper=paper, author=alice)
    outbox._claim(Announcement.objects.get().pk)
    hours = timezone.now() - datetime.timedelta(hours=2)
    Announcement.objects.update(first_sent_at=hours)
    later()
    outbox.send_due()
    assert states() == {"mastodon": State.UNCERTAIN} and not social.posts.get("mastodon")


def test_a_service_that_locks_us_out_pauses_its_channel_and_loses_nothing(social, paper, alice):
    channel = make_channels(social.url, "mastodon")["mastodon"]
    make_summary(paper=paper, author=alice)
    social.is_locked = True
    outbox.send_due()
    channel.refresh_from_db()
    assert channel.is_paused and "invalid" in channel.problem
    later()
    assert outbox.send_due() == 0
    social.is_locked = False
    Channel.objects.update(is_paused=False)
    outbox.send_due()
    assert states() == {"mastodon": State.POSTED}


def test_a_day_without_a_service_is_the_end_and_a_person_may_try_again(social, paper, alice):
    channel = make_channels("http://127.0.0.1:9", "mastodon")["mastodon"]
    make_summary(paper=paper, author=alice)
    outbox.send_due()
    assert states() == {"mastodon": State.WAITING}
    Announcement.objects.update(first_sent_at=timezone.now() - datetime.timedelta(days=2))
    later()
    outbox.send_due()
    assert states() == {"mastodon": State.FAILED}
    channel.address = social.url
    channel.save()
    assert outbox.retry(Announcement.objects.all()) == 1
    outbox.send_due()
    assert states() == {"mastodon": State.POSTED}


def test_an_uncertain_post_is_settled_by_a_person(social, paper, alice):
    make_channels(social.url, "slack")
    make_summary(paper=paper, author=alice)
    social.next_fault = "500"
    outbox.send_due()
    assert outbox.mark_posted(Announcement.objects.all()) == 1
    assert states() == {"slack": State.POSTED}


def test_x_posts_nothing_without_a_budget_and_no_more_than_it(social, paper, alice):
    channel = Channel.objects.create(name="x", kind="x", address=social.url, delay_minutes=0)
    make_summary(paper=paper, author=alice)
    outbox.send_due()
    channel.refresh_from_db()
    assert channel.is_paused and "budget" in channel.problem and not social.calls


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/hook",
        "https://127.0.0.1/hook",
        "https://localhost/hook",
        "https://[::1]/hook",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://0x7f000001/",
        "ftp://example.org/",
        "https://",
        "not an address",
    ],
)
def test_no_channel_reaches_into_the_own_network(address):
    with pytest.raises((ForbiddenHostError, NotSentError)):
        http_send("POST", address, json={})


def test_secrets_are_encrypted_and_keys_can_be_changed(settings, django_db_blocker):
    from django.db import connection

    settings.CREDENTIAL_KEYS = ["old words"]
    channel = Channel.objects.create(name="m", kind="mastodon", credentials={"token": "sesame"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM summaries_channel")
        assert "sesame" not in cursor.fetchone()[0]
    settings.CREDENTIAL_KEYS = ["new words", "old words"]
    assert Channel.objects.get(pk=channel.pk).credentials == {"token": "sesame"}
    settings.CREDENTIAL_KEYS = ["other words"]
    assert Channel.objects.get(pk=channel.pk).credentials == {}


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"$\alpha/r \leq x^2$", "α/r ≤ x²"),
        (r"$O(n\log n)$ steps", "O(n log n) steps"),
        (r"$x_{i+1}$ in $\mathbb{R}^{n}$", "xᵢ₊₁ in ℝⁿ"),
        (r"$\frac{1}{\sqrt{d_k}}$", "1/√(d_k)"),
        (r"$\sum_{i=1}^n x_i$", "∑ᵢ₌₁ⁿ xᵢ"),
        (r"$W^\top x$, $10^{-3}$, $\|x\|_2$", "Wᵀ x, 10⁻³, ‖x‖₂"),
        (r"$\mathrm{softmax}(z)$", "softmax(z)"),
        (r"$|\hat m|/\sqrt{\hat{v}}$", "|m\u0302|/√(v\u0302)"),
        (r"$\tilde\theta^2 = \bar{\mathbf{x}}_0$", "θ\u0303² = x\u0304₀"),
        (r"$\overline{ab}$", "ab"),
        (r"$\unknownmacro{x}$ stays readable", "x stays readable"),
        ("it costs 5$ or 6$", "it costs 5$ or 6$"),
        (r"$\begin{", r"$\begin{"),
    ],
)
def test_formulas_are_readable_as_letters(tex, text):
    assert readable(tex) == text


def test_a_first_sentence_says_something():
    text = (
        "Great paper. It shows, e.g. in Fig. 2, that J. Doe et al. were right. More follows here."
    )
    assert first_sentence(text) == (
        "Great paper. It shows, e.g. in Fig. 2, that J. Doe et al. were right."
    )


FACTS = Facts(
    title="A title {link} of some words",
    sentence="Wörter 👩‍👩‍👧 und mehr " * 60,
    author="Mara",
    link="https://science.example/summary/123456",
)


@pytest.mark.parametrize("kind", list(CHANNELS))
@pytest.mark.parametrize("title", ["Short", "Very long words in it " * 40])
def test_posts_fit_and_keep_link_and_author(kind, title):
    from dataclasses import replace

    module = CHANNELS[kind]
    text = compose(
        Channel._meta.get_field("template").default,
        replace(FACTS, title=title),
        limit=module.LIMIT,
        count=module.count,
    )
    assert module.count(text) <= module.LIMIT
    assert FACTS.link in text and "by Mara" in text
    assert not any(part.startswith("\u200d") for part in text.split("…"))


def test_every_service_counts_in_its_own_way():
    link = "https://science.example/" + "x" * 100
    assert mastodon.count(f"Hi {link}") == 3 + 23
    assert bluesky.count(f"Hi {link}") == 3 + len(link)
    assert x.count(f"Hi {link}") == 3 + 23
    assert (
        graphemes("👩‍👩‍👧é"),
        x.count("漢字"),
        x.count("👩‍👩‍👧"),
        bluesky.count("é" * 2000),
    ) == (2, 4, 2, 3000)


def test_links_of_bluesky_are_counted_in_bytes(social, alice):
    make_channels(social.url, "bluesky")
    make_summary(paper=make_paper(title="Ünïcødé 漢字"), author=alice)
    outbox.send_due()
    [call] = [call for call in social.calls if "putRecord" in call[1]]
    record = call[2]["record"]
    [facet] = record["facets"]
    start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
    assert record["text"].encode()[start:end].decode() == facet["features"][0]["uri"]


def test_nobody_is_called_and_nothing_is_markup(social, alice):
    make_channels(social.url, "discord", "slack", "matrix")
    make_summary(paper=make_paper(title="@everyone <b>&</b> <http://evil|x>"), author=alice)
    outbox.send_due()
    told = {call[1].split("/")[1]: call[2] for call in social.calls}
    assert told["discord"]["allowed_mentions"] == {"parse": []}
    assert "&lt;b&gt;&amp;" in told["slack"]["text"] and "<http" not in told["slack"]["text"]
    assert "<b>" not in told["_matrix"]["formatted_body"]


def channel_form(**changes: str) -> dict[str, str]:
    form = {
        "name": "Our Mastodon",
        "kind": "mastodon",
        "address": "https://mastodon.example/",
        "secrets": "token = sesame",
        "template": "{title} {link}",
        "delay_minutes": "15",
        "is_active": "on",
    }
    return {**form, **changes}


@pytest.fixture
def staff(client, alice):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    client.force_login(alice)
    return client


def test_credentials_go_into_the_admin_and_never_come_out(staff, alice):
    assert staff.post("/admin/social/channel/add/", channel_form()).status_code == 302
    channel = Channel.objects.get()
    assert channel.credentials == {"token": "sesame"}
    assert channel.address == "https://mastodon.example"
    make_summary(author=alice, text="It works well in all cases that were ever tried.")
    address = f"/admin/social/channel/{channel.pk}/change/"
    html = staff.get(address).content.decode()
    assert "sesame" not in html and "of 500, as Mastodon counts" in html
    staff.post(address, channel_form(secrets="", name="Renamed"))
    channel.refresh_from_db()
    assert (channel.name, channel.credentials) == ("Renamed", {"token": "sesame"})
    staff.post(address, channel_form(secrets="token ="))
    channel.refresh_from_db()
    assert channel.credentials == {}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"secrets": "tokn = x"}, "Mastodon takes token"),
        ({"secrets": "token"}, "needs a value"),
        ({"address": ""}, "needs the address of its server"),
        ({"kind": "myspace"}, "Select a valid choice"),
        ({"template": "{titel} {link}"}, "{titel} is unknown. Use these fields: {title}"),
        ({"template": "{title}"}, "Add {link}, so that readers can find the summary"),
    ],
)
def test_a_wrong_channel_is_told(staff, changes, words):
    answer = staff.post("/admin/social/channel/add/", channel_form(**changes))
    assert answer.status_code == 200 and words in answer.content.decode()
    assert not Channel.objects.exists()


def act(staff, model: str, action: str, *numbers: int) -> str:
    form = {"action": action, "_selected_action": [str(number) for number in numbers]}
    return staff.post(f"/admin/social/{model}/", form, follow=True).content.decode()


def test_a_test_is_sent_by_hand_and_its_failure_told(staff, social):
    channel = make_channels(social.url, "mastodon")["mastodon"]
    assert "test posted" in act(staff, "channel", "send_a_test", channel.pk)
    [text] = social.posts["mastodon"].values()
    assert text.startswith("Test post of ShortScience")
    social.is_locked = True
    html = act(staff, "channel", "send_a_test", channel.pk)
    assert "access token is invalid" in html and "secret" not in html
    assert not Announcement.objects.exists()


def test_the_page_of_a_channel_saves_it_and_sends_a_test(staff, social):
    channel = make_channels(social.url, "mastodon")["mastodon"]
    address = f"/admin/social/channel/{channel.pk}/change/"
    assert "Save and send a test" in staff.get(address).content.decode()
    form = channel_form(name="Ours", secrets="", address=channel.address, _test="1")
    html = staff.post(address, form, follow=True).content.decode()
    assert "Ours: test posted" in html and len(social.posts["mastodon"]) == 1


def test_moderators_see_and_settle_what_is_uncertain(staff, social, bob):
    channel = make_channels(social.url, "slack")["slack"]
    make_summary(author=bob)
    social.next_fault = "500"
    outbox.send_due()
    row = Announcement.objects.get()
    html = staff.get("/admin/social/announcement/?state__exact=uncertain").content.decode()
    assert "it may have been posted" in html
    assert "1 will be sent again" in act(staff, "announcement", "try_again", row.pk)
    assert "1 paused" in act(staff, "channel", "pause", channel.pk)
    outbox.send_due()
    assert states() == {"slack": State.WAITING}
    assert "1 resumed" in act(staff, "channel", "go_on", channel.pk)
    outbox.send_due()
    assert states() == {"slack": State.POSTED}
    assert staff.get(f"/admin/social/announcement/{row.pk}/change/").status_code == 200
    assert staff.post(f"/admin/social/announcement/{row.pk}/delete/").status_code == 403


def test_a_post_calls_nobody_by_name():
    facts = Facts(
        title="@everyone needs it",
        sentence="Thanks to @ada@x.org.",
        author="A",
        link="https://x/@a",
    )
    text = compose("@us: {title} {sentence} {link}", facts, limit=500, count=len)
    assert text == "@us: @\u200beveryone needs it Thanks to @\u200bada@x.org. https://x/@a"
