"""Sitemaps stay small, however large the site is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shortscience.web import sitemaps
from tests.support.factories import make_summary

pytestmark = pytest.mark.django_db


def test_a_part_has_no_more_than_its_limit(client, monkeypatch):
    monkeypatch.setattr(sitemaps.Summaries, "limit", 2)
    for _ in range(3):
        make_summary()
    index = client.get("/sitemap.xml").content.decode()
    assert "sitemap-summaries.xml?p=2" in index
    assert client.get("/sitemap-summaries.xml").content.decode().count("<url>") == 2
    assert client.get("/sitemap-summaries.xml?p=2").content.decode().count("<url>") == 1


def test_the_index_reads_no_rows(client):
    """Django's own way to the latest day reads every row of every part."""
    make_summary()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        index = client.get("/sitemap.xml").content.decode()
    assert "<lastmod>" in index
    assert all(
        "COUNT(" in query["sql"] or "MAX(" in query["sql"] for query in asked.captured_queries
    )


def test_of_papers_a_part_reads_no_abstract(client):
    summary = make_summary()
    with CaptureQueriesContext(connection) as asked:
        part = client.get("/sitemap-papers.xml").content.decode()
    assert summary.paper.get_absolute_url() in part
    assert not any("abstract" in query["sql"] for query in asked.captured_queries)
