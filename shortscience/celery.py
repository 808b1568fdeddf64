"""The Celery application: `celery -A shortscience worker` and `beat`."""

import os
from functools import partial

from celery import Celery
from celery.contrib.django.task import DjangoTask

from common import background

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shortscience.settings")


class SiteTask(DjangoTask):
    """A task that runs in the site's language, also in the process of a request.

    On a site without workers, tasks of settings.BACKGROUND_QUEUES, which call other hosts, run in a
    thread after the request; all others run immediately.
    """

    def __call__(self, *args, **kwargs):
        from django.conf import settings
        from django.utils import translation

        with translation.override(settings.LANGUAGE_CODE):
            return super().__call__(*args, **kwargs)

    def apply_async(self, args=None, kwargs=None, **options):
        """Send the task, or run it in the background of this process, where it has no result."""
        if self.app.conf.task_always_eager:
            queue = self.app.amqp.router.route({}, self.name)["queue"].name
            if background.takes(queue):
                key = f"{self.name} {args or ()} {kwargs or {}}"
                background.put(queue, key, partial(self.apply, args, kwargs))
                return None
        return super().apply_async(args, kwargs, **options)


app = Celery("shortscience", task_cls=SiteTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["summaries.announcing"])
