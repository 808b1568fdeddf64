"""The admin of the catalogue, a module for each subject; importing one registers its pages."""

from papers.admin import catalogues, corrections, merging, papers, venues  # noqa: F401
