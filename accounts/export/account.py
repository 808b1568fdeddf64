"""The account's part of a person's export."""

import json
from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings

from accounts import sessions
from accounts.models import User

READ_ME = """\
Your data on {site}, as of the time of the download.

account.json       your profile, addresses, settings, ways to sign in, open sessions
summaries/         your summaries in every state, as Markdown; each file begins with the facts
                   about it. The folder drafts/ holds what you have not published yet.
revisions/         every published version of every summary
images/            the pictures that you uploaded
comments.json      your comments, replies and questions, including anonymous ones
votes.json         your votes
suggestions.json   the changes you suggested to others

Other files are named after their content. There is no file for what you have none of.
Texts are Markdown with TeX between dollar signs; JSON files are UTF-8; times are in UTC.
"""


def files_of(person: User) -> Iterator[tuple[str, bytes]]:
    """Yield the read-me and `account.json` as (path, bytes)."""
    yield "read-me.txt", READ_ME.format(site=settings.SITE_NAME).encode()
    yield "account.json", json.dumps(_account(person), ensure_ascii=False, indent=2).encode()


def _account(person: User) -> dict[str, object]:
    steps = Authenticator.objects.filter(user=person).order_by("created_at")
    return {
        "user_name": person.username,
        "former_user_names": list(person.previous_usernames.values_list("name", flat=True)),
        "name": person.name,
        "about": person.about,
        "website": person.website,
        "orcid": person.orcid,
        "joined_at": person.date_joined.isoformat(),
        "is_verified": person.is_verified,
        "reputation": person.reputation,
        "emails": [
            {"address": row.email, "confirmed": row.verified, "primary": row.primary}
            for row in EmailAddress.objects.filter(user=person).order_by("-primary", "email")
        ],
        "signs_in_through": [
            {"site": row.provider, "as": row.uid, "since": row.date_joined.isoformat()}
            for row in SocialAccount.objects.filter(user=person).order_by("pk")
        ],
        "second_steps": [
            {"kind": row.get_type_display(), "since": row.created_at.isoformat()} for row in steps
        ],
        "reading": person.reading,
        "open_sessions": [
            {
                "browser": row.browser,
                "address": row.address,
                "began_at": row.began_at.isoformat(),
                "seen_at": row.seen_at.isoformat(),
            }
            for row in sessions.open_sessions(person, current_key="")
        ],
    }
