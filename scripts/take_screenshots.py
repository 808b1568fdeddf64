"""Take a screenshot of each page of the demo site; ./scripts/screenshots calls this."""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = (1280, 390)
THEMES = ("light", "dark")
# Chromium must connect to no other host.
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
# The name of each page in the file names, and its address on the demo site.
PAGES = {
    "home": "/",
    "home-recent-full": "/?sort=recent&show=full",
    "home-titles": "/?sort=best&show=titles",
    "home-field": "/?field=machine-learning&time=year",
    "home-empty": "/?field=biology&time=day",
    "paper": "/paper/1706.03762",
    "paper-math": "/paper/1312.6114",
    "paper-no-summary": "/paper/2112.10752",
    "paper-history": "/paper/1/history",
    "summary": "/summary/1",
    "summary-history": "/summary/1/history",
    "venues": "/venue",
    "venues-by-count": "/venue?sort=count",
    "venue": "/venue/neurips",
    "venue-year": "/venue/neurips/2017",
    "venue-year-all": "/venue/neurips/2017?show=all&sort=title",
    "users": "/users",
    "person": "/user/mara",
    "author": "/author/diederik-p-kingma",
    "wanted": "/wanted",
    "search-start": "/search",
    "search": "/search?q=attention",
    "search-nothing": "/search?q=zzyzzx",
    "search-venue-years": "/search?q=venue:neurips+year:2015-2020",
    "add": "/add",
    "newsletter": "/newsletter",
    "tools": "/tools",
    "about": "/about",
    "about-writing": "/about/writing",
    "about-guidelines": "/about/guidelines",
    "about-api": "/about/api",
    "about-feeds": "/about/feeds",
    "about-privacy": "/about/privacy",
    "moderation-log": "/moderation-log",
    "sign-in": "/account/login/",
    "sign-up": "/account/signup/",
    "new-password": "/account/password/reset/",
    "not-here": "/nowhere",
    "unknown-paper": "/paper/1706.03763",
}
LOST = {"not-here", "unknown-paper"}
MEMBER_PAGES = {
    "member-home": "/",
    "member-paper": "/paper/1706.03762",
    "member-summary": "/summary/1",
    "member-write": "/paper/2/write",
    "member-correct": "/paper/1/correct",
    "member-report-duplicate": "/paper/1/report-duplicate",
    "member-library": "/library",
    "member-following": "/following",
    "member-notifications": "/notifications",
    "member-settings": "/settings",
    "member-settings-reading": "/settings/reading",
    "member-settings-security": "/settings/security",
    "member-settings-mail": "/settings/mail",
    "member-settings-data": "/settings/data",
    "member-settings-account": "/settings/account",
    "member-add": "/add",
    "member-person": "/user/demo",
    "member-suggest": "/summary/1/suggest",
}


def main() -> None:
    """Take all screenshots, in both themes."""
    options = _arguments()
    options.to.mkdir(parents=True, exist_ok=True)
    with _site(options.url) as url, sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        count = 0
        for theme in THEMES:
            context = browser.new_context(base_url=url, color_scheme=theme)
            page = context.new_page()
            count += _take(page, PAGES, theme, options)
            if _sign_in(page):
                count += _take(page, MEMBER_PAGES, theme, options)
            context.close()
        browser.close()
    print(f"{count} screenshots in {options.to}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Screenshots of every page.")
    parser.add_argument("--url", help="address of a running demo site; by default one is started")
    parser.add_argument("--to", type=Path, default=ROOT / "var" / "screenshots")
    parser.add_argument("--only", default="", help="part of the names of the pages to take")
    return parser.parse_args()


@contextmanager
def _site(url: str | None):
    """Yield the address of a demo site: the given one, or one started here on a free port."""
    if url:
        yield url
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "LOG_LEVEL": "ERROR"}
        command = [str(ROOT / "scripts" / "run"), "--port", str(port)]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait_for(address: str, server: subprocess.Popen, seconds: int = 180) -> None:
    for _ in range(seconds * 2):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2)  # noqa: S310 (our own)
            return
        except (urllib.error.URLError, OSError):
            if server.poll() is not None:
                break
            time.sleep(0.5)
    sys.exit("The site did not start; run ./scripts/run to see why.")


def _sign_in(page: Page) -> bool:
    page.goto("/account/login/")
    form = page.locator("main form").filter(has=page.locator("[name=password]"))
    if not form.count():
        return False
    form.locator("[name=login]").fill("demo@example.org")
    form.locator("[name=password]").fill("demo-reader-2026")
    form.locator("button").last.click()
    page.wait_for_load_state()
    return "/account/login" not in page.url


def _take(page: Page, pages: dict[str, str], theme: str, options: argparse.Namespace) -> int:
    count = 0
    for name, address in pages.items():
        if options.only not in name:
            continue
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            response = page.goto(address)
            if response.status >= 400 and name not in LOST:
                print(f"{address} returns {response.status}", file=sys.stderr)
            page.screenshot(path=options.to / f"{name}-{width}-{theme}.png", full_page=True)
            count += 1
    return count


if __name__ == "__main__":
    main()
