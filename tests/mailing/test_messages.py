"""What a mail says, in whose language, and what it leaves out of what changed meanwhile."""

import datetime

import pytest
from django.utils import timezone, translation

from following import fan_out, follow
from mailing import batching
from mailing.messages import compose
from mailing.models import Mail
from mailing.preferences import choose
from summaries.actions.publish import revise
from tests.support.factories import make_paper, make_summary
from tests.support.letterbox import commented, make_reader, notify

pytestmark = pytest.mark.django_db
LATER = datetime.timedelta(minutes=10)


@pytest.fixture
def reader():
    return make_reader("reader")


def composed(person):
    """The message that would be sent now, None when nothing is left to say."""
    batching.collect(timezone.now() + LATER)
    return compose(Mail.objects.filter(user=person).latest("pk"), person.email)


def test_a_mail_speaks_the_language_of_its_receiver(reader):
    reader.reading = {"language": "de"}
    reader.save()
    commented(reader)
    with translation.override("ja"):
        message = composed(reader)
        assert translation.get_language() == "ja"
    assert '<html lang="de">' in message.alternatives[0].content


def test_every_line_leads_to_the_site(reader, settings):
    row = commented(reader, text="Why $x^2$?")
    message = composed(reader)
    address = settings.SITE_URL + row.comment.get_absolute_url()
    assert address in message.body and f'href="{address}"' in message.alternatives[0].content
    assert "Why x²?" in message.body


def test_what_moderators_say_is_mailed_whole(reader):
    summary = make_summary(author=reader)
    words = "Moderators have hidden your summary. " + "It is about another paper. " * 15
    notify(reader, "moderation", summary=summary, words=words[:500])
    message = composed(reader)
    assert message.subject.startswith("Message from the moderators")
    assert message.body.count("another paper") > 12


def test_who_follows_a_person_gets_no_mail_of_what_was_unsigned_before_it_went(reader):
    author = make_reader("mara")
    follow.follow(user=reader, kind="person", target=str(author.pk))
    choose(reader, {"followed": "now"})
    summary = make_summary(paper=make_paper(title="On sails"), author=author)
    fan_out.sweep(timezone.now() + LATER)
    assert "On sails" in composed(reader).subject
    revise(
        summary_id=summary.pk,
        editor=author,
        text=summary.text,
        based_on=summary.save_count,
        is_anonymous=True,
    )
    assert composed(reader) is None
