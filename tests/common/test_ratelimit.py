"""One answer for all who ask too often: the same words, status 429, and when to come back."""

import re
from pathlib import Path

import pytest
from django.http import HttpResponse, JsonResponse
from django.utils.translation import override

from common.http import ratelimit

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    *("accounts", "papers", "summaries", "search", "syndication", "social", "notifications"),
    *("library", "following", "mailing", "moderation", "shortscience"),
)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(1, "1 second"), (40, "40 seconds"), (60, "1 minute"), (600, "10 minutes"), (7201, "3 hours")],
)
def test_the_message_says_how_long_to_wait(seconds, told):
    with override("en"):
        assert ratelimit.too_many_message(seconds) == f"Too many requests. Try again in {told}."


def test_the_answer_is_words_alone_or_the_page_that_is_given():
    alone = ratelimit.too_many_requests(40)
    assert (alone.status_code, alone.headers["Retry-After"]) == (429, "40")
    assert alone.content == b"Too many requests. Try again in 40 seconds."
    assert alone.headers["Content-Type"] == "text/plain; charset=utf-8"
    for page in (HttpResponse("<p>Kept."), JsonResponse({"problem": "x"})):
        content, kind = page.content, page.headers["Content-Type"]
        answer = ratelimit.too_many_requests(7, page)
        assert answer is page and (answer.content, answer.headers["Content-Type"]) == (
            content,
            kind,
        )
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_no_view_writes_an_answer_of_its_own():
    """A 429 without Retry-After, or in other words, would be one of these."""
    own = re.compile(r"status(?:_code)?\s*=\s*429\b|\bStatus\(429|in_words\(wait_seconds")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if own.search(line) and "too_many_requests(" not in line
    ]
    assert not found
