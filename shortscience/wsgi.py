"""The WSGI entry point for gunicorn: `gunicorn shortscience.wsgi`."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shortscience.settings")
application = get_wsgi_application()

if settings.BACKGROUND_THREADS:
    # Pictures that were waiting when the last process ended.
    from summaries.tasks import copy_waiting

    copy_waiting.delay()
