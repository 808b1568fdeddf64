"""The site: wires accounts, papers and summaries together; owns no model."""

from shortscience.celery import app as celery_app

__version__ = "0.1.0"
__all__ = ["__version__", "celery_app"]
