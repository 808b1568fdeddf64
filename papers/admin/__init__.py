"""The admin of papers, one module per subject; importing a module registers its pages."""

from papers.admin import catalogues, corrections, merging, papers, venues  # noqa: F401
