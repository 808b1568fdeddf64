"""Adding papers, finding them by any name, and citing them."""

from django.urls import path

from papers import views

urlpatterns = [
    path("add", views.add, name="add"),
    path("paper/<int:pk>/bibtex", views.bibtex, name="paper-bibtex"),
    path("paper/<int:pk>/ris", views.ris, name="paper-ris"),
    path("paper/<int:pk>/csl.json", views.csl, name="paper-csl"),
    path("paper/<path:name>", views.by_name, name="paper-by-name"),
]
