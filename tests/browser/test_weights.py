"""What a first visit transfers, compressed as WhiteNoise and the gzip middleware do."""

import gzip

import pytest

from tests.browser.signing_in import sign_in
from tests.browser.test_pages import TEXT
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

KB = 1024
# Kilobytes of HTML, style, script and all together, with the font where there are formulas.
LIMITS = {
    "list": (20, 12, 3, 52),
    # With the style of their own subject.
    "venues": (20, 13, 3, 52),
    "paper": (40, 12, 4.5, 120),
    "write": (12, 16, 40, 110),
    "error": (4, 12, 3, 24),
}
KINDS = {"document": 0, "stylesheet": 1, "script": 2}


@pytest.fixture
def pages():
    mara = make_user("mara")
    cited = make_paper(title="Adam: A Method", arxiv="1412.6980")
    make_summary(paper=cited, author=mara)
    for number in range(26):
        paper = make_paper(title=f"On $x_{{{number}}}$", venue="NeurIPS", year=2017)
        summary = make_summary(paper=paper, text=f"With $x^{number}$ words. " * 12)
    long_one = make_paper(title="Long", abstract="A sentence. " * 60)
    for _ in range(3):
        make_summary(paper=long_one, text=TEXT + "\n\nMore. $\\alpha^2 + \\beta$ words. " * 40)
    return {
        "/": "list",
        "/?sort=best&show=titles": "list",
        "/venue": "venues",
        long_one.get_absolute_url(): "paper",
        summary.get_absolute_url(): "paper",
        "/nowhere": "error",
        "/about/writing": "list",
    }


def weights_of(page, address: str) -> tuple[list[float], float]:
    """Kilobytes that came for ([HTML, style, script], everything)."""
    answers = []
    note = lambda answer: answers.append(answer)  # noqa: E731 (Playwright marks what it calls)
    page.on("response", note)
    page.goto(address, wait_until="networkidle")
    page.remove_listener("response", note)
    by_kind, total = [0.0, 0.0, 0.0], 0.0
    for answer in answers:
        if not answer.ok and answer.request.resource_type != "document":
            continue
        kind = KINDS.get(answer.request.resource_type)
        if kind is None:
            # Pictures and fonts are packed already; the few small SVG count uncompressed.
            size = int(answer.headers.get("content-length", 0)) / KB
        else:
            size = len(gzip.compress(answer.body(), 6)) / KB
            # A sheet with a font inside is a font.
            by_kind[kind] += 0 if "/math-font" in answer.url and kind == 1 else size
        total += size
    return by_kind, total


def too_much(address: str, kind: str, came: list[float], total: float) -> list[str]:
    *limits, whole = LIMITS[kind]
    names = ("HTML", "style", "script")
    found = [
        f"{address}: {size:.1f} KB of {name}, not {limit}"
        for name, size, limit in zip(names, came, limits, strict=True)
        if size > limit
    ]
    return found + ([f"{address}: {total:.1f} KB, not {whole}"] if total > whole else [])


def test_readers_first_visits_are_light(open_page, pages):
    faults = []
    for address, kind in pages.items():
        # A page of its own: nothing is kept from the one before.
        faults += too_much(address, kind, *weights_of(open_page(), address))
    assert not faults, "\n".join(faults)


def test_the_desk_is_light(open_page, pages):
    page = open_page()
    sign_in(page, "mara")
    faults = too_much("write", "write", *weights_of(page, f"/paper/{make_paper().pk}/write"))
    assert not faults, "\n".join(faults)


def test_lists_without_formulas_fetch_no_font(open_page, pages):
    page = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.resource_type))
    page.goto("/venue", wait_until="networkidle")
    page.goto("/about", wait_until="networkidle")
    assert "font" not in asked
