"""What browsers and machines find at the addresses that standards name, and the tools of readers."""

import datetime
import io
import json
import zipfile

import pytest
from django.utils import timezone
from lxml import etree
from prometheus_client.parser import text_string_to_metric_families

from shortscience.web import tools_page
from social.models import Announcement
from tests.support.factories import make_paper, make_summary
from tests.support.social import make_channels

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"


def test_browsers_can_search_here(client):
    page = client.get("/about").content.decode()
    assert 'rel="search" href="/opensearch.xml"' in page
    answer = client.get("/opensearch.xml")
    assert answer.headers["Content-Type"] == "application/opensearchdescription+xml"
    tree = etree.fromstring(answer.content)
    urls = {url.get("type"): url.get("template") for url in tree.iter("{*}Url")}
    assert urls["text/html"] == f"{SITE}/search?q={{searchTerms}}"
    make_paper(title="Attention is all")
    suggestions = urls["application/x-suggestions+json"].replace("{searchTerms}", "attent")
    told = client.get(suggestions.removeprefix(SITE)).json()
    assert told[0] == "attent" and told[1] == ["Attention is all"]
    assert len(tree.findtext("{*}ShortName")) <= 16


def test_finders_of_holes_know_whom_to_tell(client, settings):
    answer = client.get("/.well-known/security.txt")
    assert answer.headers["Content-Type"].startswith("text/plain")
    told = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert told["Contact"] == f"mailto:{settings.CONTACT_EMAIL}"
    expires = datetime.datetime.fromisoformat(told["Expires"])
    days = (expires - timezone.now()).days
    # RFC 9116 asks for less than a year.
    assert 90 < days < 365 and told["Canonical"] == f"{SITE}/.well-known/security.txt"


def test_the_site_can_be_installed(client):
    assert '<link rel="manifest" href="/manifest.webmanifest">' in client.get("/").content.decode()
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert told["name"] and told["start_url"] == "/" and told["display"]
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in told["icons"]}
    assert {"any", "maskable"} == {icon["purpose"] for icon in told["icons"]}
    for icon in told["icons"]:
        path = tools_page.EXTENSION.parent / "static" / icon["src"].removeprefix("/static/")
        width = int.from_bytes(path.read_bytes()[16:20], "big")
        assert icon["sizes"] == f"{width}x{width}"


def test_the_worker_of_the_browser_may_look_after_the_whole_site(client):
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache" and not answer.cookies
    told = json.loads(answer.content.decode().partition("const SITE = ")[2].partition(";\n")[0])
    assert set(told["words"]) == {"en", "de", "ja"} and told["version"]
    assert all("{date}" in words for words in told["words"].values())
    assert client.get(told["offline"]).status_code == 200
    assert told["signOut"] == ["/account/logout/", "/admin/logout/"]
    assert client.get("/sw.js").content == answer.content


# -- /metrics ---------------------------------------------------------------------------------


def gauges(client) -> dict[str, dict[str, float]]:
    """What was told, by name and by the values of the labels, with commas between them."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        family.name.removeprefix("shortscience_"): {
            ",".join(sample.labels.values()): sample.value for sample in family.samples
        }
        for family in text_string_to_metric_families(answer.content.decode())
    }


def test_metrics_count_what_there_is_and_what_waits(client, alice, social):
    make_channels(social.url, "mastodon")
    make_summary(author=alice)
    make_summary(author=alice, state="draft")
    late = timezone.now() - datetime.timedelta(minutes=10)
    Announcement.objects.update(next_try_at=late)
    told = gauges(client)
    assert told["papers"][""] == 2
    assert told["summaries"]["published"] == 1
    assert told["summaries"]["draft"] == 1
    assert told["announcements"]["waiting"] == 1
    assert told["announcements"]["failed"] == 0
    assert 590 < told["overdue_seconds"]["announcements"] < 700


def test_metrics_are_told_while_redis_is_away(client, settings):
    gone = "redis://127.0.0.1:1/0"
    settings.REDIS_URL = settings.CELERY_BROKER_URL = gone
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": gone}
    }
    make_paper()
    told = gauges(client)
    assert told["papers"][""] == 1
    assert told["queued_tasks"] == {}, "how many wait is unknown, not none"
    assert told["requests"] or gauges(client)["requests"]


def test_metrics_are_for_this_machine_and_who_has_the_token(client, settings):
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics", **elsewhere).status_code == 404
    # A proxy on this machine asks for everybody.
    assert client.get("/metrics", headers={"x-forwarded-for": "192.0.2.7"}).status_code == 404
    bearer = {"authorization": "Bearer open-sesame"}
    assert client.get("/metrics", headers=bearer, **elsewhere).status_code == 404
    settings.METRICS_TOKEN = "open-sesame"
    assert client.get("/metrics", headers=bearer, **elsewhere).status_code == 200
    wrong = {"authorization": "Bearer öpen"}
    assert client.get("/metrics", headers=wrong, **elsewhere).status_code == 404
    assert (
        client.get("/metrics", headers={"authorization": "Bearer "}, **elsewhere).status_code == 404
    )


# -- tools ------------------------------------------------------------------------------------


@pytest.mark.parametrize("browser", tools_page.BROWSERS)
def test_the_extension_comes_for_each_browser_and_asks_this_site(client, browser, settings):
    settings.SITE_URL = "https://shortscience.example"
    tools_page.packed.cache_clear()
    answer = client.get(f"/tools/extension-{browser}.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    tools_page.packed.cache_clear()
    assert client.get(f"/tools/extension-{browser}.zip").content == answer.content
    tools_page.packed.cache_clear()
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert '"https://shortscience.example"' in packed.read("site.js").decode()
        manifest = json.loads(packed.read("manifest.json"))
        names = set(packed.namelist())
    key = "service_worker" if browser == "chromium" else "scripts"
    assert set(manifest["background"]) == {key}
    assert ("browser_specific_settings" in manifest) == (browser == "firefox")
    scripts = manifest["content_scripts"][0]["js"]
    icons = manifest["icons"].values()
    assert {"background.js", "popup.html", "popup.js", "options.html", *scripts, *icons} <= names
    # It asks for no right over hosts beside those whose pages it reads.
    assert manifest["permissions"] == ["storage"] and "host_permissions" not in manifest


def test_the_extension_speaks_all_languages_of_the_site(settings):
    words = {}
    for code, _name in settings.LANGUAGES:
        path = tools_page.EXTENSION / "_locales" / code / "messages.json"
        words[code] = json.loads(path.read_text(encoding="utf-8"))
    assert all(set(told) == set(words["en"]) for told in words.values())
    assert all(each["message"] for told in words.values() for each in told.values())
    used = "".join(path.read_text() for path in tools_page.EXTENSION.glob("*.js"))
    unused = [name for name in words["en"] if f'"{name}"' not in used]
    assert unused == ["description"]


def test_no_extension_for_other_browsers(client):
    assert client.get("/tools/extension-lynx.zip").status_code == 404


def test_the_tools_page_names_hosts_and_a_bookmark(client):
    page = client.get("/tools").content.decode()
    assert "<li>arxiv.org</li>" in page and "<li>openreview.net</li>" in page
    assert "javascript:location.href=&#x27;http://127.0.0.1:8000/add?q=&#x27;" in page


@pytest.mark.parametrize(
    "address",
    [
        "https://arxiv.org/abs/1706.03762v5",
        "https://arxiv.org/pdf/1706.03762",
        "https://doi.org/10.1000/182",
        "https://dl.acm.org/doi/full/10.1000/182?cookieSet=1",
        "https://www.example.org/doi/10.1000/182#sec-2",
    ],
)
def test_the_bookmark_leads_from_a_page_to_the_paper(client, address):
    paper = make_paper(arxiv="1706.03762", doi="10.1000/182")
    answer = client.get("/add", {"q": address})
    assert answer.headers["Location"] == paper.get_absolute_url()


def test_the_bookmark_offers_to_add_an_unknown_paper(client, monkeypatch):
    monkeypatch.setattr("papers.views.add.ask_catalogues", lambda *a, **k: ([], []), raising=False)
    answer = client.get("/add", {"q": "https://arxiv.org/abs/2201.00001"})
    assert answer.status_code == 200 and "2201.00001" in answer.content.decode()


# -- the interface that other sites and the extension ask -------------------------------------


def lookup(client, identifiers: list[str]):
    return client.post(
        "/api/v1/lookup", json.dumps({"identifiers": identifiers}), content_type="application/json"
    )


def test_other_sites_may_look_up_and_nothing_else(client, monkeypatch):
    paper = make_paper(arxiv="1706.03762")
    make_summary(paper=paper, text="It *works* for $x$.")
    told = client.options("/api/v1/lookup")
    assert (told.status_code, told.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert told.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert told.headers["Access-Control-Allow-Methods"] == "POST"
    answer = lookup(client, ["arxiv:1706.03762"])
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json()["papers"]["arxiv:1706.03762"]["summary_count"] == 1
    summaries = client.get(f"/api/v1/papers/{paper.pk}/summaries")
    assert summaries.headers["Access-Control-Allow-Origin"] == "*"
    assert summaries.json()[0]["excerpt"] == "It works for $x$."
    for address in ("/", paper.get_absolute_url(), f"/api/v1/papers/{paper.pk}", "/oembed?url=x"):
        assert "Access-Control-Allow-Origin" not in client.get(address).headers
    assert "Access-Control-Allow-Credentials" not in answer.headers
    # Errors can be read as well, or nobody would know why.
    monkeypatch.setattr("shortscience.api.LOOKUPS_PER_HOUR", 1)
    refused = lookup(client, ["x"])
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (429, "*")
