"""Answers of OpenAlex, PubMed and OpenReview for the replay server, from tests/fixtures/."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
_NOT_FOUND = (404, "text/html", b"<!doctype html>\n<h1>Not Found</h1>")
_CHALLENGE = (200, "text/html", b"<!DOCTYPE html><html><body>Verifying your browser</body></html>")
_PAPER = re.compile(r"<Pubmed(Book)?Article>.*?</Pubmed(?:Book)?Article>", re.DOTALL)


def answer(handler) -> tuple[int, str, bytes] | None:
    """(status, content type, body), None for a path of another catalogue."""
    parts = urlsplit(handler.path)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if parts.path.startswith("/openalex/works"):
        return _openalex(unquote(parts.path.removeprefix("/openalex/works")).strip("/"), query)
    if parts.path.startswith("/eutils/"):
        return _pubmed(parts.path.removeprefix("/eutils/"), query)
    if parts.path.startswith(("/openreview/", "/openreview1/")):
        return _openreview(handler, parts.path, query)
    return None


def _json(value, status: int = 200) -> tuple[int, str, bytes]:
    return status, "application/json", json.dumps(value).encode()


def _openalex(name: str, query: dict[str, str]) -> tuple[int, str, bytes]:
    if query.get("api_key") != "secret":
        return _json({"error": "Unauthorized", "message": "API key required"}, 401)
    works = json.loads((FIXTURES / "openalex" / "works.json").read_text(encoding="utf-8"))
    if not name:
        hits = [work for work in works if query["search"].lower() in str(work).lower()]
        return _json({"meta": {"count": len(hits)}, "results": hits})
    wanted = name.lower().replace("pmid:", "gov/").replace("pmcid:pmc", "articles/")
    for work in works:
        told = [work.get("id"), work.get("doi"), *map(str, work["ids"].values())]
        if any((value or "").lower().endswith(wanted) for value in told):
            return _json(work)
    return _NOT_FOUND


def _pubmed(tool: str, query: dict[str, str]) -> tuple[int, str, bytes]:
    articles = (FIXTURES / "pubmed" / "articles.xml").read_text(encoding="utf-8")
    papers = {
        re.search(r"<PMID[^>]*>(\d+)<", found[0])[1]: found[0]
        for found in _PAPER.finditer(articles)
    }
    if tool == "efetch.fcgi":
        hits = [papers[pmid] for pmid in query["id"].split(",") if pmid in papers]
        body = _PAPER.sub("", articles).replace(
            "</PubmedArticleSet>", "".join(reversed(hits)) + "</PubmedArticleSet>"
        )
        return 200, "text/xml; charset=UTF-8", body.encode()
    words = query["term"].removesuffix("[pmcid]").lower().split()
    found = [pmid for pmid, text in papers.items() if all(word in text.lower() for word in words)]
    return _json({"header": {}, "esearchresult": {"count": str(len(found)), "idlist": found}})


def _openreview(handler, path: str, query: dict[str, str]) -> tuple[int, str, bytes]:
    if path == "/openreview/login" and handler.command == "POST":
        told = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        if told != {"id": "reader", "password": "secret"}:
            return _json({"name": "Error", "message": "Invalid username or password"}, 400)
        return _json({"token": "to.ken", "user": {}})
    if handler.headers.get("Authorization") != "Bearer to.ken":
        return _CHALLENGE
    file = "notes1.json" if path.startswith("/openreview1/") else "notes.json"
    notes = json.loads((FIXTURES / "openreview" / file).read_text(encoding="utf-8"))
    if path.endswith("/notes/search"):
        hits = [note for note in notes if query["term"].lower() in str(note).lower()]
    else:
        hits = [note for note in notes if note["id"] == query["id"]]
        if not hits:
            return _json({"name": "NotFoundError", "message": "The Note was not found"}, 404)
    return _json({"notes": hits, "count": len(hits)})
