"""What ./scripts/run does before it serves."""

import os

import pytest
from django.core.management import call_command

from summaries.models import Summary
from tests.factories import make_summary


@pytest.fixture
def site(settings, tmp_path, db):
    """A site with something in it, and one style sheet: (source, collected)."""
    make_summary()
    source = tmp_path / "static"
    source.mkdir()
    (source / "look.css").write_text("body { color: black }")
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = tmp_path / "collected"
    call_command("prepare")
    return source, settings.STATIC_ROOT


def test_a_style_from_an_archive_of_long_ago_is_taken_up(site):
    source, collected = site
    assert "black" in (collected / "look.css").read_text()
    for number, name in enumerate(["look.css", "more.css"]):
        (source / name).write_text(f"body {{ order: {number} }}")
        os.utime(source / name, (0, 0))
    call_command("prepare")
    assert "order: 0" in (collected / "look.css").read_text()
    assert (collected / "more.css").exists()


def test_nothing_is_collected_or_seeded_twice(site):
    _, collected = site
    (collected / "look.css").write_text("as it was")
    call_command("prepare")
    assert (collected / "look.css").read_text() == "as it was"
    assert Summary.objects.count() == 1
