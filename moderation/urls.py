"""Reports, the public log, and the page for suspended people."""

from django.urls import path

from moderation.views import log, reporting, suspended

urlpatterns = [
    path("summary/<int:pk>/report", reporting.summary, name="summary-report"),
    path("comment/<int:pk>/report", reporting.comment, name="comment-report"),
    path("moderation-log", log.log, name="moderation-log"),
    path("suspended/<str:sealed>", suspended.suspended, name="suspended"),
]
