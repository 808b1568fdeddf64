"""Addresses of a reader's library."""

from django.urls import path

from library import views

urlpatterns = [
    path("paper/<int:pk>/save", views.save, name="paper-save"),
    path("library", views.library, name="library"),
    path("library.bib", views.bibtex, name="library-bibtex"),
    path("library/<int:pk>", views.place, name="library-place"),
    path("library/folders", views.make_folder, name="library-folders"),
    path("library/folders/<int:pk>", views.change_folder, name="library-folder"),
]
