"""Adding papers and citing them. The address of a paper by any of its names is the last of all
addresses that begin with paper/, so it stands in shortscience/urls.py."""

from django.urls import path

from papers import correction_views, merge_views, views

urlpatterns = [
    path("add", views.add, name="add"),
    path("paper/<int:pk>/bibtex", views.bibtex, name="paper-bibtex"),
    path("paper/<int:pk>/ris", views.ris, name="paper-ris"),
    path("paper/<int:pk>/csl.json", views.csl, name="paper-csl"),
    path("paper/<int:pk>/correct", correction_views.correct, name="paper-correct"),
    path("paper/<int:pk>/same-as", merge_views.same_as, name="paper-same-as"),
    path("paper/<int:pk>/record", correction_views.record, name="paper-record"),
]
