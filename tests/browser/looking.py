"""What a page must never have, at any width: findings of axe-core, and scrolling sideways."""

from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (320, 390, 820, 1280)
_axe = Axe()


def findings(page: Page, *, within: str | None = None) -> list[str]:
    """What axe-core finds on the page, or `within` a part of it: ["color-contrast: <p class=…"]."""
    violations = _axe.run(page, within, options={"runOnly": RULES}).response["violations"]
    return [
        f"{found['id']}: {node['html'][:120]}"
        for found in violations
        for node in found["nodes"][:3]
    ]


def faults_of(page: Page, address: str, *, widths: Iterable[int] = WIDTHS) -> list[str]:
    """Go there, and tell what is wrong at any of these widths, with the address before it."""
    answer = page.goto(address)
    if answer is not None and answer.status >= 500:
        return [f"{address} answers {answer.status}"]
    faults = [f"{address}: {found}" for found in findings(page)]
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{address} scrolls sideways at {width}")
    return faults
