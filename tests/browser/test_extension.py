"""The browser extension in a real Chromium: a local page stands for arXiv, the live site answers."""

import io
import json
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from papers.identifiers import PaperId, parse_identifier
from shortscience.web import tools_page
from tests.support.factories import make_paper, make_summary, make_user
from tests.support.fonts import font_environment
from tests.support.local_servers import LocalServer
from tests.support.services import CHROMIUM_FLAGS, chromium_path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PAGE = b"<!doctype html><title>A paper</title><h1>Attention</h1>"
DOI_PAGE = b'<!doctype html><meta name="citation_doi" content="10.1000/182"><title>x</title>'


@pytest.fixture
def places() -> Iterator[int]:
    """The port of a server for all pages of papers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = DOI_PAGE if self.path.startswith("/document/") else PAGE
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with LocalServer(Handler) as server:
        yield urlsplit(server.url).port


@pytest.fixture
def browser(chromium, live_server, settings, tmp_path, places) -> Iterator[BrowserContext]:
    """A Chromium with the extension as the site offers it, but for http instead of https."""
    settings.SITE_URL = live_server.url
    tools_page.packed.cache_clear()
    folder = tmp_path / "extension"
    with zipfile.ZipFile(io.BytesIO(tools_page.packed("chromium"))) as packed:
        packed.extractall(folder)
    tools_page.packed.cache_clear()
    manifest = json.loads((folder / "manifest.json").read_text())
    matches = manifest["content_scripts"][0]["matches"]
    manifest["content_scripts"][0]["matches"] = [m.replace("https://", "http://") for m in matches]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    context = chromium.browser_type.launch_persistent_context(
        str(tmp_path / "profile"),
        executable_path=chromium_path(),
        headless=False,
        env=font_environment("dejavu", tmp_path / "fonts"),
        args=[
            *CHROMIUM_FLAGS,
            "--headless=new",
            f"--disable-extensions-except={folder}",
            f"--load-extension={folder}",
            f"--host-resolver-rules=MAP * 127.0.0.1:{places}, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            "--disable-features=DisableLoadExtensionCommandLineSwitch,HttpsUpgrades",
        ],
    )
    yield context
    context.close()


def worker(browser: BrowserContext):
    return (
        browser.service_workers[0]
        if browser.service_workers
        else browser.wait_for_event("serviceworker")
    )


def known(browser: BrowserContext, name: str) -> dict:
    """What the extension knows of the tab with this paper, with the tab's number and its badge."""
    script = """async (name) => {
        for (let time = 0; time < 100; time += 1) {
            const kept = await chrome.storage.session.get(null);
            const found = Object.entries(kept).find(([k, v]) => k.startsWith("tab ") && v.name === name);
            if (found) {
                const tab = Number(found[0].slice(4));
                await new Promise((done) => setTimeout(done, 200));
                return { ...found[1], tab, badge: await chrome.action.getBadgeText({ tabId: tab }),
                         title: await chrome.action.getTitle({ tabId: tab }) };
            }
            await new Promise((done) => setTimeout(done, 50));
        }
        return null;
    }"""
    return worker(browser).evaluate(script, name)


def popup(browser: BrowserContext, tab: int) -> Page:
    """The page behind the button; in a tab of its own it would take itself for the paper."""
    base = worker(browser).url.rpartition("/")[0]
    page = browser.new_page()
    page.add_init_script(f"chrome.tabs.query = async () => [{{ id: {tab} }}]")
    page.goto(f"{base}/popup.html")
    return page


def test_the_button_tells_how_many_summaries_there_are(browser, live_server):
    paper = make_paper(title="Attention & more", arxiv="1706.03762", doi="10.1000/182")
    mara = make_user("mara", name="Mara Lindqvist")
    make_summary(paper=paper, author=mara, text="It looks *back* at <b>all</b> of it.")
    make_summary(paper=paper, is_anonymous=True, text="Another view.")
    asked = []
    browser.on("request", lambda request: asked.append((request.url, request.post_data)))
    page = browser.new_page()
    page.goto("http://arxiv.org/abs/1706.03762v5?secret=1#top")
    found = known(browser, "arxiv:1706.03762v5")
    assert (found["badge"], found["title"]) == ("2", "2 summaries")
    # Only the identifier is told, not where somebody is.
    assert "secret" not in json.dumps([item for item in asked if "/api/" in item[0]])
    shown = popup(browser, found["tab"])
    expect(shown.get_by_role("heading")).to_have_text("Attention & more")
    expect(shown.get_by_role("listitem")).to_have_count(2)
    expect(shown.get_by_role("listitem").filter(has_text="Mara Lindqvist")).to_contain_text(
        "It looks back at"
    )
    address = shown.get_by_role("link", name="View paper").get_attribute("href")
    assert address == live_server.url + paper.get_absolute_url()
    write = shown.get_by_role("link", name="Write a summary").get_attribute("href")
    assert write == f"{live_server.url}/paper/{paper.pk}/write"
    # A publisher's page tells its DOI inside.
    page.goto("http://ieeexplore.ieee.org/document/1")
    assert known(browser, "doi:10.1000/182")["badge"] == "2"


def test_a_paper_without_summaries_and_an_unknown_one_can_be_begun(browser, live_server):
    make_paper(arxiv="1706.03762")
    page = browser.new_page()
    page.goto("http://arxiv.org/pdf/1706.03762")
    found = known(browser, "arxiv:1706.03762")
    assert found["badge"] == "" and found["title"] == "No summaries yet"
    page.goto("http://arxiv.org/abs/2201.00001")
    found = known(browser, "arxiv:2201.00001")
    shown = popup(browser, found["tab"])
    expect(shown.get_by_text("This paper isn’t on the site yet.")).to_be_visible()
    link = shown.get_by_role("link", name="Add it and write a summary")
    address = f"{live_server.url}/add?q=arxiv%3A2201.00001&then=write"
    assert link.get_attribute("href") == address


ADDRESSES = [
    ("https://arxiv.org/abs/1706.03762v5?context=cs", "arxiv", "1706.03762"),
    ("https://arxiv.org/pdf/hep-th/9901001.pdf", "arxiv", "hep-th/9901001"),
    ("https://arxiv.org/html/1706.03762v7#S2", "arxiv", "1706.03762"),
    ("https://www.alphaxiv.org/abs/1706.03762", "arxiv", "1706.03762"),
    ("https://openreview.net/forum?id=B1gabcDEF9&noteId=x", "openreview", "B1gabcDEF9"),
    ("https://pubmed.ncbi.nlm.nih.gov/26017442/", "pmid", "26017442"),
    ("https://pmc.ncbi.nlm.nih.gov/articles/PMC4521442/", "pmc", "PMC4521442"),
    ("https://dblp.org/rec/conf/nips/VaswaniSPUJGKP17.html", "dblp", "conf/nips/VaswaniSPUJGKP17"),
    ("https://dblp.org/rec/journals/corr/abs-1706-03762.html?view=bibtex", "arxiv", "1706.03762"),
    ("https://aclanthology.org/2020.acl-main.1/", "acl", "2020.acl-main.1"),
    ("https://doi.org/10.1038/nature14539", "doi", "10.1038/nature14539"),
    ("https://dl.acm.org/doi/full/10.1145/3292500.3330701", "doi", "10.1145/3292500.3330701"),
    ("https://www.science.org/doi/10.1126/science.aaa8415", "doi", "10.1126/science.aaa8415"),
    (
        "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0185809",
        "doi",
        "10.1371/journal.pone.0185809",
    ),
    (
        "https://www.biorxiv.org/content/10.1101/2020.01.02.123456v1.full",
        "doi",
        "10.1101/2020.01.02.123456",
    ),
    (
        "https://link.springer.com/article/10.1007/s11263-015-0816-y",
        "doi",
        "10.1007/s11263-015-0816-y",
    ),
    ("https://arxiv.org/list/cs.LG/recent", "", ""),
    ("https://openreview.net/group?id=ICLR.cc/2020", "", ""),
    ("https://dblp.org/pid/83/10213.html", "", ""),
    ("https://pubmed.ncbi.nlm.nih.gov/?term=attention", "", ""),
]


def test_what_the_extension_calls_a_paper_the_site_understands(chromium):
    page = chromium.new_page()
    page.add_script_tag(path=tools_page.EXTENSION / "names.js")
    told = page.evaluate("(all) => all.map(nameOfAddress)", [item[0] for item in ADDRESSES])
    page.close()
    understood = [parse_identifier(name) if name else None for name in told]
    expected = [PaperId(scheme, value) if scheme else None for _, scheme, value in ADDRESSES]
    assert understood == expected


def test_other_pages_are_left_alone_and_another_site_can_be_set(browser, places):
    page = browser.new_page()
    page.goto("http://news.example/arxiv.org/abs/1706.03762")
    page.goto("http://arxiv.org/list/cs.LG/recent")
    page.wait_for_timeout(500)
    kept = worker(browser).evaluate("chrome.storage.session.get(null)")
    assert not [key for key in kept if key.startswith("answer")]
    base = worker(browser).url.rpartition("/")[0]
    options = browser.new_page()
    options.goto(f"{base}/options.html")
    options.get_by_label("Address of the site").fill(f"http://127.0.0.1:{places}/some/page")
    options.get_by_role("button", name="Save").click()
    expect(options.get_by_role("status")).to_have_text("Saved.")
    page.goto("http://arxiv.org/abs/1706.03762")
    found = known(browser, "arxiv:1706.03762")
    assert (
        found["base"] == f"http://127.0.0.1:{places}"
        and "is not responding. Try again later, " in found["title"]
    )
