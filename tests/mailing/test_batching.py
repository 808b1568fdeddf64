"""Which mails are written when: at once after a moment, daily, weekly, never; never twice."""

import datetime

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outgoing
from django.utils import timezone

from mailing import batching, outbox
from mailing.deliverability import suppress
from mailing.models import Frequency, OutgoingEmail, OutgoingEmailItem, Suppression
from mailing.preferences import choose
from notifications.models import Notification
from tests.support.factories import make_summary, make_user
from tests.support.letterbox import commented, make_reader, notify

pytestmark = pytest.mark.django_db
Kind = Notification.Kind
# A Wednesday that is over.
NOON = datetime.datetime(2024, 11, 27, 12, tzinfo=datetime.UTC)
MINUTE, HOUR, DAY = (
    datetime.timedelta(minutes=1),
    datetime.timedelta(hours=1),
    datetime.timedelta(1),
)


@pytest.fixture
def reader():
    return make_reader("reader")


def run(now: datetime.datetime) -> list:
    """What beat does in one minute; returns the mails that went out."""
    before = len(outgoing.outbox)
    batching.collect(now)
    outbox.send_due()
    return outgoing.outbox[before:]


def test_answers_gather_for_a_moment_and_go_in_one_mail(reader):
    commented(reader, at=NOON)
    commented(reader, at=NOON + MINUTE)
    assert run(NOON + MINUTE) == []
    (mail,) = run(NOON + 3 * MINUTE)
    assert mail.to == ["reader@example.org"]
    assert run(NOON + 30 * MINUTE) == []
    assert OutgoingEmailItem.objects.count() == 2


def test_what_was_read_on_the_site_is_not_mailed(reader):
    row = commented(reader, at=NOON)
    Notification.objects.filter(pk=row.pk).update(read_at=NOON)
    assert run(NOON + HOUR) == []


@pytest.mark.parametrize(
    ("pace", "happened", "before", "due"),
    [
        (Frequency.DAILY, NOON, NOON + 18 * HOUR, NOON + 19 * HOUR),
        (Frequency.DAILY, NOON - 6 * HOUR, NOON - 5.5 * HOUR, NOON - 5 * HOUR),
        (Frequency.WEEKLY, NOON, NOON + 4 * DAY + 18 * HOUR, NOON + 4 * DAY + 19 * HOUR),
    ],
)
def test_digests_come_at_their_hour(reader, pace, happened, before, due):
    choose(reader, {Kind.COMMENT: pace})
    commented(reader, at=happened)
    assert run(before) == []
    (mail,) = run(due)
    assert pace.value in mail.body
    assert run(due + MINUTE) == [] == run(due + 13 * DAY)


def test_what_comes_after_the_hour_waits_for_the_next_digest(reader):
    choose(reader, {Kind.COMMENT: Frequency.DAILY})
    commented(reader, text="Before.", at=NOON)
    run(NOON + DAY)
    commented(reader, text="After.", at=NOON + DAY)
    assert run(NOON + DAY + HOUR) == []
    (mail,) = run(NOON + 2 * DAY)
    assert "After." in mail.body and "Before." not in mail.body


def test_a_digest_holds_all_kinds_of_its_pace_and_no_other(reader):
    choose(
        reader,
        {Kind.COMMENT: Frequency.DAILY, Kind.FOLLOWED: Frequency.DAILY, Kind.WISH: Frequency.NEVER},
    )
    commented(reader, text="Good point.", at=NOON)
    notify(reader, Kind.FOLLOWED, summary=make_summary(text="New text."), at=NOON)
    notify(reader, Kind.WISH, summary=make_summary(text="Wished for."), at=NOON)
    (mail,) = run(NOON + DAY)
    assert "Good point." in mail.body and "New text." in mail.body
    assert "Wished for." not in mail.body


def test_never_is_kept_for_what_happened_before_mail_was_wanted_again(reader):
    choose(reader, {Kind.COMMENT: Frequency.NEVER})
    commented(reader, at=timezone.now() - HOUR)
    choose(reader, {Kind.COMMENT: Frequency.NOW})
    assert run(timezone.now() + HOUR) == []
    commented(reader)
    assert len(run(timezone.now() + 2 * HOUR)) == 1


def test_what_waited_for_a_weekly_digest_comes_at_once_when_that_is_chosen(reader):
    choose(reader, {Kind.COMMENT: Frequency.WEEKLY})
    commented(reader, at=NOON)
    choose(reader, {Kind.COMMENT: Frequency.NOW})
    assert len(run(NOON + HOUR)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"suspended_until": NOON + 3650 * DAY},
        {"verified": False},
        {"primary": False},
        {"stop": "reader@example.org"},
        {"stop": "Reader@Example.org"},
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_no_mail_to_who_left_is_suspended_or_cannot_be_reached(reader, change, when):
    commented(reader, at=NOON)
    if when == "after":
        batching.collect(NOON + HOUR)
    for name, value in change.items():
        if name == "stop":
            suppress(value, reason=Suppression.Reason.BOUNCED)
        elif name in {"verified", "primary"}:
            EmailAddress.objects.filter(user=reader).update(**{name: value})
        else:
            setattr(reader, name, value)
            reader.save(update_fields=[name])
    assert run(NOON + HOUR) == []


def test_an_address_without_a_row_of_its_own_gets_no_mail():
    commented(make_user(), at=NOON)
    assert run(NOON + HOUR) == []


def test_news_that_waited_too_long_is_no_news(reader):
    commented(reader, at=NOON)
    assert run(NOON + 16 * DAY) == []


def test_another_process_that_was_quicker_wins(reader):
    row = commented(reader, at=NOON)
    rival = OutgoingEmail.objects.create(
        user=reader, form=Frequency.DAILY, key="other", next_try_at=NOON
    )
    waiting = list(batching._by_person(batching._pending(Frequency.NOW, NOON + HOUR)))
    OutgoingEmailItem.objects.create(mail=rival, notification=row)
    for user_id, numbers in waiting:
        late = OutgoingEmail(user_id=user_id, form=Frequency.NOW, key="now:1")
        assert not batching._attach_items(late, numbers)
    assert OutgoingEmail.objects.count() == 1


def test_collecting_asks_a_fixed_number_of_queries(reader, django_assert_num_queries):
    for _ in range(3):
        commented(make_reader(), at=NOON)
    with django_assert_num_queries(3):
        batching.collect(NOON)
