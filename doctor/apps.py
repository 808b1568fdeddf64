from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DoctorConfig(AppConfig):
    """Imports `invariants.py` of every app, which registers the app's checks."""

    name = "doctor"
    verbose_name = "Doctor"

    def ready(self) -> None:
        autodiscover_modules("invariants")
