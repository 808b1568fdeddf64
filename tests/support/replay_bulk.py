"""Answers of arXiv's OAI-PMH, DataCite and DBLP for the replay server, from tests/fixtures/."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
_RECORD = re.compile(r"<record>.*?</record>", re.DOTALL)


def answer(path: str) -> tuple[int, str, bytes] | None:
    """(status, content type, body), None for a path of another catalogue."""
    parts = urlsplit(path)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if parts.path == "/oai":
        return 200, "text/xml", _oai(query).encode()
    if parts.path.startswith("/datacite/dois/"):
        return _datacite(unquote(parts.path.removeprefix("/datacite/dois/")))
    if parts.path.startswith("/dblp/"):
        return _dblp(unquote(parts.path.removeprefix("/dblp/")), query)
    return None


def _oai(query: dict[str, str]) -> str:
    """One record by identifier, or two pages of all; the second one by its token."""
    text = (FIXTURES / "arxiv_oai" / "raw.xml").read_text(encoding="utf-8")
    records = _RECORD.findall(text)

    def error(code: str, words: str) -> str:
        return _RECORD.sub("", text).replace(
            "<ListRecords>", f"<error code='{code}'>{words}</error><ListRecords>"
        )

    if query["verb"] == "GetRecord":
        told = f"<identifier>{query['identifier']}</identifier>"
        found = next((record for record in records if told in record), None)
        if found is None:
            return error("idDoesNotExist", "No results for this ID")
        return (
            _RECORD.sub("", text)
            .replace("ListRecords>", "GetRecord>")
            .replace("<GetRecord>", f"<GetRecord>{found}")
        )
    if "resumptionToken" in query:
        if query["resumptionToken"] != "verb%3DListRecords%26skip%3D2":
            return error("badResumptionToken", "The token is invalid or expired.")
        for record in records[:2]:
            text = text.replace(record, "")
        return text.replace("</ListRecords>", "<resumptionToken/></ListRecords>")
    if query.get("set") == "cs:cs:OS":
        return error("noRecordsMatch", "An empty list.")
    if query.get("set") == "cs.OS":
        return error("badArgument", "Set has invalid format.")
    token = "<resumptionToken>verb%3DListRecords%26skip%3D2</resumptionToken>"
    kept = iter(records[:2])
    return _RECORD.sub(lambda _: next(kept, ""), text).replace(
        "</ListRecords>", f"{token}</ListRecords>"
    )


def _datacite(doi: str) -> tuple[int, str, bytes]:
    dois = json.loads((FIXTURES / "datacite" / "dois.json").read_text(encoding="utf-8"))
    attributes = dois.get(doi.lower())
    if attributes is None:
        body = {"errors": [{"status": "404", "title": "The resource does not exist."}]}
        return 404, "application/json", json.dumps(body).encode()
    body = {"data": {"id": doi, "type": "dois", "attributes": attributes}}
    return 200, "application/vnd.api+json", json.dumps(body).encode()


def _dblp(path: str, query: dict[str, str]) -> tuple[int, str, bytes]:
    if path == "search/publ/api":
        hits = json.loads((FIXTURES / "dblp" / "hits.json").read_text(encoding="utf-8"))
        words = query["q"].lower().split()
        found = [hit for hit in hits if all(word in str(hit).lower() for word in words)]
        told = {"@total": str(len(found)), "@first": "0"} | ({"hit": found} if found else {})
        return 200, "application/json", json.dumps({"result": {"hits": told}}).encode()
    key = path.removeprefix("rec/").removesuffix(".xml")
    text = (FIXTURES / "dblp" / "excerpt.xml").read_text(encoding="iso-8859-1")
    found = re.search(rf'<(\w+) [^>]*key="{re.escape(key)}".*?</\1>', text, re.DOTALL)
    if found is None:
        return 404, "text/html", b"<!DOCTYPE html><html><body>Not found<br></body></html>"
    return 200, "application/xml", f"<dblp>{found[0]}</dblp>".encode("iso-8859-1")
