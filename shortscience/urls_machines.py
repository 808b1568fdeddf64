"""Addresses for browsers, other sites and programs."""

from django.urls import path

from shortscience.observability import metrics
from shortscience.web import service_worker, tools_page, well_known

urlpatterns = [
    path("tools", tools_page.tools, name="tools"),
    path("tools/extension-<str:browser>.zip", tools_page.extension, name="extension"),
    path("offline", service_worker.offline, name="offline"),
    path("sw.js", service_worker.service_worker, name="service-worker"),
    path("manifest.webmanifest", well_known.manifest, name="manifest"),
    path("opensearch.xml", well_known.opensearch, name="opensearch"),
    path(".well-known/security.txt", well_known.security_txt, name="security-txt"),
    path("metrics", metrics.metrics, name="metrics"),
]
