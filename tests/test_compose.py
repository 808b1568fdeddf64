"""docker-compose.yml: healthy services, kept data, no secret by default, no unknown variable."""

import re
from pathlib import Path

import pytest
import yaml

from tests.test_docs import variables_read

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
SITE = ("web", "worker", "beat")


def test_all_services_are_there():
    assert set(SERVICES) == {*SITE, "db", "redis"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_health_check_and_comes_back(name):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_keeps_its_data_in_a_named_volume(name):
    volumes = [volume.split(":")[0] for volume in SERVICES[name]["volumes"]]
    assert volumes and set(volumes) <= set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", SITE)
def test_every_variable_is_one_that_the_settings_read(name):
    assert set(SERVICES[name]["environment"]) <= variables_read()


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        assert re.search(rf"\$\{{{name}:\?", text)
        assert not re.search(rf"\$\{{{name}:-", text)


def test_the_example_names_what_must_be_set():
    text = (ROOT / "docker-compose.yml").read_text()
    example = (ROOT / ".env.example").read_text()
    for name in set(re.findall(r"\$\{([A-Z_]+):\?", text)):
        assert f"\n{name}=" in example


def test_the_worker_serves_all_queues(settings):
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    queues = re.search(r"-Q (\S+)", SERVICES["worker"]["command"])[1].split(",")
    assert set(queues) == routed | {settings.CELERY_TASK_DEFAULT_QUEUE}
