"""Sign in as people do, so that sessions are listed and recent."""

from accounts.models import User

PASSWORD = "correct horse"  # As in tests.support.factories.


def sign_in(client, person: User, *, recently: bool = True) -> None:
    """With `recently`, the password was asked for a second time just now."""
    client.post("/account/login/", {"login": person.username, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(person.pk)
    if recently:
        client.post("/account/reauthenticate/", {"password": PASSWORD})
