"""Adding papers and citing them. The address of a paper by any of its names is the last of all
addresses that begin with paper/, so it stands in shortscience/urls.py."""

from django.urls import path

from papers.views import add as adding
from papers.views import correct as correcting
from papers.views import export as citing
from papers.views import report_duplicate as merging

urlpatterns = [
    path("add", adding.add, name="add"),
    path("paper/<int:pk>/bibtex", citing.bibtex, name="paper-bibtex"),
    path("paper/<int:pk>/ris", citing.ris, name="paper-ris"),
    path("paper/<int:pk>/csl.json", citing.csl, name="paper-csl"),
    path("paper/<int:pk>/correct", correcting.correct, name="paper-correct"),
    path("paper/<int:pk>/same-as", merging.same_as, name="paper-same-as"),
    path("paper/<int:pk>/record", correcting.record, name="paper-record"),
]
