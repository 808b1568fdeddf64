"""Adding papers and citing them. The address of a paper by any of its names is the last of all
addresses that begin with paper/, so it stands in shortscience/urls.py."""

from django.urls import path

from papers.views import add, correct, export, report_duplicate

urlpatterns = [
    path("add", add.add, name="add"),
    path("paper/<int:pk>/bibtex", export.bibtex, name="paper-bibtex"),
    path("paper/<int:pk>/ris", export.ris, name="paper-ris"),
    path("paper/<int:pk>/csl.json", export.csl, name="paper-csl"),
    path("paper/<int:pk>/correct", correct.correct, name="paper-correct"),
    path(
        "paper/<int:pk>/report-duplicate", report_duplicate.same_as, name="paper-report-duplicate"
    ),
    path("paper/<int:pk>/history", correct.record, name="paper-history"),
]
