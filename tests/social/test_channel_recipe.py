"""docs/developing/channels.md in step with the channels: the recipe holds for each."""

import re
from pathlib import Path

import pytest

from social.channels import CHANNELS
from tests.support.social import CREDENTIALS

RECIPE = Path(__file__).resolve().parents[2] / "docs" / "developing" / "channels.md"


def table() -> dict[str, list[str]]:
    """Return {service: [credentials, result of two attempts, correction, removal]}."""
    lines = RECIPE.read_text(encoding="utf-8").partition("## How")[0].splitlines()
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("|")
    ]
    return {row[0]: row[1:] for row in rows[2:]}


@pytest.mark.parametrize("key", CHANNELS)
def test_every_channel_follows_the_recipe(key):
    channel = CHANNELS[key]
    assert channel.NAME and channel.LIMIT > 0 and channel.count("a b") == 3
    assert callable(channel.post) and channel.new_key() != channel.new_key()
    assert channel.ADDRESS == "" or channel.ADDRESS.startswith("https://")
    assert channel.REPEATABLE_SECONDS is None or channel.REPEATABLE_SECONDS >= 0
    assert CREDENTIALS[key].keys() == channel.CREDENTIALS.keys(), "The local server needs them."


@pytest.mark.parametrize("key", CHANNELS)
def test_the_table_says_what_each_channel_can_do(key):
    channel = CHANNELS[key]
    credentials, attempts, correction, removal = table()[channel.NAME]
    assert set(re.findall(r"`([a-z_]+)`", credentials)) == channel.CREDENTIALS.keys()
    assert attempts.startswith("two" if channel.REPEATABLE_SECONDS == 0 else "one post")
    assert correction == ("edited" if hasattr(channel, "edit") else "not changed")
    assert removal == ("deleted" if hasattr(channel, "delete") else "not removed")


def test_the_table_lists_no_other_service():
    assert table().keys() == {channel.NAME for channel in CHANNELS.values()}
