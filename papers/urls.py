"""Pages that add, cite and correct papers.

The page of a paper by any identifier matches everything under paper/, so it is the last pattern in
shortscience/urls.py.
"""

from django.urls import path

from papers.views import add, correct, export, report_duplicate

urlpatterns = [
    path("add", add.add, name="add"),
    path("paper/<int:pk>/bibtex", export.bibtex, name="paper-bibtex"),
    path("paper/<int:pk>/ris", export.ris, name="paper-ris"),
    path("paper/<int:pk>/csl.json", export.csl, name="paper-csl"),
    path("paper/<int:pk>/correct", correct.correct, name="paper-correct"),
    path(
        "paper/<int:pk>/report-duplicate",
        report_duplicate.report_duplicate,
        name="paper-report-duplicate",
    ),
    path("paper/<int:pk>/history", correct.history, name="paper-history"),
]
