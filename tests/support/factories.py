"""Rows for tests, made through the same operations that the site uses."""

import itertools

from django.utils import timezone

from accounts.models import User
from papers.identifiers import PaperId
from papers.importing.pipeline import import_record
from papers.models import Paper, Venue
from papers.sources import Record
from papers.venues import make_venue as new_venue
from papers.venues import normalise_venue_name
from summaries.actions.publish import publish
from summaries.models import Summary

_numbers = itertools.count(1)


def make_user(username: str = "", **fields: object) -> User:
    """A verified person; the password is "correct horse"."""
    username = username or f"reader{next(_numbers)}"
    user = User(
        username=username,
        **{"email": f"{username}@example.org", "is_verified": True, **fields},
    )
    user.set_password("correct horse")
    user.save()
    return user


def make_record(**told: object) -> Record:
    """What a catalogue says; `arxiv` and `doi` are short for identifiers."""
    names = [
        PaperId(scheme, told.pop(scheme))
        for scheme in ("arxiv", "doi", "dblp", "key")
        if scheme in told
    ]
    defaults = {
        "source": "bibtex",
        "title": f"Learning to test, part {next(_numbers)}",
        "authors": ("Ada Lovelace", "Alan Turing"),
        "year": 2016,
        "identifiers": tuple(names),
    }
    return Record(**{**defaults, **told})


def make_paper(**told: object) -> Paper:
    """A paper as if imported: make_paper(title="…", arxiv="1412.6980", venue="ICLR")."""
    return import_record(make_record(**told)).paper


def make_venue(name: str, **fields: object) -> Venue:
    return new_venue(name=name, aliases=[("name", normalise_venue_name(name))], **fields)


def make_summary(
    *, paper: Paper | None = None, author: User | None = None, text: str = "It works.", **how
) -> Summary:
    """A published summary; `published_at` sets it back."""
    published_at = how.pop("published_at", None)
    summary = publish(paper=paper or make_paper(), author=author or make_user(), text=text, **how)
    if published_at:
        Summary.objects.filter(pk=summary.pk).update(published_at=published_at or timezone.now())
        summary.refresh_from_db()
    return summary
