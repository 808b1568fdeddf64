"""Addresses by which browsers, other sites and machines find what is here."""

from django.urls import path

from shortscience.observability import metrics
from shortscience.web import service_worker as offline
from shortscience.web import tools_page as tools
from shortscience.web import well_known as announced

urlpatterns = [
    path("tools", tools.tools, name="tools"),
    path("tools/extension-<str:browser>.zip", tools.extension, name="extension"),
    path("offline", offline.offline, name="offline"),
    path("sw.js", offline.service_worker, name="service-worker"),
    path("manifest.webmanifest", announced.manifest, name="manifest"),
    path("opensearch.xml", announced.opensearch, name="opensearch"),
    path(".well-known/security.txt", announced.security_txt, name="security-txt"),
    path("metrics", metrics.metrics, name="metrics"),
]
