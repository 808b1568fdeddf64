"""The Celery application: `celery -A shortscience worker` and `beat`."""

import os

from celery import Celery
from celery.contrib.django.task import DjangoTask

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shortscience.settings")


class SiteLanguageTask(DjangoTask):
    """Tasks speak the site's language, also when they run in the process of somebody's request."""

    def __call__(self, *args, **kwargs):
        from django.conf import settings
        from django.utils import translation

        with translation.override(settings.LANGUAGE_CODE):
            return super().__call__(*args, **kwargs)


app = Celery("shortscience", task_cls=SiteLanguageTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["summaries.announcing"])
