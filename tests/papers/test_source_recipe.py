"""docs/developing/sources.md in step with the sources: the recipe holds for each, and its example runs."""

import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from common.http.client import Answer, Service
from papers import sources
from papers.identifiers import PaperId
from papers.importing.precedence import PUBLICATION_ORDER, TEXT_ORDER
from papers.models import Identifier
from papers.sources import SOURCES, SourceParseError, SourceRefusedError
from tests.support.own_machine import CATALOGUE_PATHS

SETTINGS = Path(__file__).resolve().parents[2] / "shortscience" / "settings.py"
RECIPE = Path(__file__).resolve().parents[2] / "docs" / "developing" / "sources.md"
SERVICE = Service(name="Example", base_url="http://x")
PAPER = {
    "title": "RETRACTED: Notes on the <i>engine</i>.",
    "people": ["Lovelace, Ada", None],
    "year": "1843",
    "doi": "https://doi.org/10.1000/X",
}


@pytest.mark.parametrize("key", SOURCES)
def test_every_source_follows_the_recipe(key, settings):
    source = SOURCES[key]
    assert source.NAME and callable(source.fetch)
    assert source.SCHEMES and set(source.SCHEMES) <= set(Identifier.Scheme.values)
    # What a site asks by default; tests themselves ask nobody.
    assert re.search(rf'"{source.ADDRESS}",\s*"https://', SETTINGS.read_text())
    assert settings.SOURCE_SPACING_SECONDS[getattr(source, "SPACING", key)] > 0
    assert all(hasattr(settings, name) for name in getattr(source, "NEEDS", ()))
    assert key in TEXT_ORDER and key in PUBLICATION_ORDER
    assert source.ADDRESS in CATALOGUE_PATHS, "The replay server has no path for it."


@pytest.fixture
def example() -> ModuleType:
    """The module that the recipe prints."""
    code = re.search(r"```python\n(.*?)```", RECIPE.read_text(encoding="utf-8"), re.DOTALL)[1]
    module = ModuleType("example")
    exec(compile(code, str(RECIPE), "exec"), module.__dict__)
    return module


def test_the_worked_example_reads_a_paper_and_refuses_rubbish(example):
    record = example.parse_paper(SERVICE, Answer(200, json.dumps(PAPER).encode(), {}))
    assert record.title == "Notes on the engine" and record.is_retracted
    assert record.authors == ("Ada Lovelace",) and record.year == 1843
    assert record.identifiers == (PaperId("doi", "10.1000/x"),)
    for body in (b"", b"[]", b"<html>", b'{"title": "T"}', b'{"doi": "10.1000/x"}', b"[" * 99999):
        with pytest.raises(SourceParseError, match="Example"):
            example.parse_paper(SERVICE, Answer(200, body, {}))


def test_the_worked_example_is_asked_once_it_is_entered_and_has_its_key(
    example, replay, settings, monkeypatch
):
    monkeypatch.setattr(sources, "SOURCES", {"example": example})
    settings.EXAMPLE_API_URL, settings.EXAMPLE_API_KEY = replay.url, ""
    settings.SOURCE_SPACING_SECONDS = {"example": 0.0}
    with pytest.raises(sources.RecordNotFoundError, match="no account there"):
        sources.fetch(PaperId("doi", "10.1000/x"))
    assert replay.requests == []
    settings.EXAMPLE_API_KEY = "secret"
    replay.fail(body=json.dumps(PAPER).encode(), times=1)
    assert sources.fetch(PaperId("doi", "10.1000/x")).year == 1843
    replay.fail(status=401, times=1)
    with pytest.raises(SourceRefusedError, match="Example denied us access"):
        sources.fetch(PaperId("doi", "10.1000/x"))


def test_the_recipe_names_what_exists():
    text = RECIPE.read_text(encoding="utf-8")
    root = RECIPE.parents[2]
    for path in re.findall(r"`((?:papers|tests|docs|shortscience)/[\w/.]+\.\w+)`", text):
        assert (root / path).exists(), path
