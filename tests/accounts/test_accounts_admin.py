"""What moderators change by hand has the same consequences as what a person does."""

import pytest

from accounts.models import User
from summaries.actions.vote import cast_vote
from summaries.models import Summary
from tests.support.factories import make_summary, make_user

pytestmark = pytest.mark.django_db


def change(client, person: User, **fields: object) -> None:
    """Send the form of the person's page in the admin with these fields changed."""
    address = f"/admin/accounts/user/{person.pk}/change/"
    form = client.get(address).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields if name != "password"}
    sent = {
        name: value for name, value in (sent | fields).items() if value not in (None, False, [])
    }
    answer = client.post(address, sent)
    assert answer.status_code == 302, answer.context["errors"]


@pytest.fixture
def administrator(client, db):
    person = make_user("root", is_staff=True, is_superuser=True)
    client.force_login(person)
    return person


@pytest.mark.parametrize("field", ["is_active", "is_verified"])
def test_votes_of_a_closed_account_stop_counting_and_count_again(client, administrator, field):
    summary, voter = make_summary(), make_user("voter")
    cast_vote(summary_id=summary.pk, voter=voter, value=1)
    change(client, voter, **{field: False})
    assert Summary.objects.get(pk=summary.pk).score == 0
    voter.refresh_from_db()
    change(client, voter, **{field: "on"})
    assert Summary.objects.get(pk=summary.pk).score == 1


def test_an_old_address_leads_on_after_moderators_changed_the_name(client, administrator):
    person = make_user("rude-name")
    form = {"username": "renamed", "name": "", "reason": "abuse"}
    client.post(f"/admin/accounts/user/{person.pk}/rename", form)
    assert client.get("/user/rude-name")["Location"] == "/user/renamed"
