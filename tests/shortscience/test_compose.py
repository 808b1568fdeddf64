"""docker-compose.yml: healthy services, kept data, no secret by default, no unknown variable."""

import re
from pathlib import Path

import pytest
import yaml

from shortscience.celery import app as celery_app
from shortscience.observability.metrics import QUEUES
from tests.contracts.test_docs import variables_read

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
WORKERS = ("worker", "worker-import", "worker-pictures", "worker-post", "worker-mail")
SITE = ("setup", "web", *WORKERS, "beat")
SERVANTS = [name for name in SERVICES if name != "setup"]


def served() -> list[str]:
    """The queues of all workers, one worker after the other."""
    commands = [SERVICES[name]["command"] for name in WORKERS]
    return [queue for told in commands for queue in re.search(r"-Q (\S+)", told)[1].split(",")]


def test_all_services_are_there():
    assert set(SERVICES) == {*SITE, "db", "redis"}


@pytest.mark.parametrize("name", SERVANTS)
def test_every_service_has_a_health_check_and_comes_back(name):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_keeps_its_data_in_a_named_volume(name):
    volumes = [volume.split(":")[0] for volume in SERVICES[name]["volumes"]]
    assert volumes and set(volumes) <= set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", SITE)
def test_every_variable_is_one_that_the_settings_read(name):
    # PGOPTIONS is PostgreSQL's own.
    assert set(SERVICES[name]["environment"]) <= variables_read() | {"PGOPTIONS"}


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


def test_the_workers_serve_all_queues_and_each_its_own(settings):
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert sorted(served()) == sorted(routed | {settings.CELERY_TASK_DEFAULT_QUEUE})
    assert len(WORKERS) == len(served())


def test_one_container_brings_the_database_up_to_date_before_all_others():
    """Two that migrate at once would meet in the middle of it."""
    migrating = [name for name in SERVICES if "migrate" in str(SERVICES[name].get("command"))]
    assert migrating == ["setup"] and SERVICES["setup"]["restart"] == "no"
    for name in ("web", *WORKERS, "beat"):
        waits = SERVICES[name]["depends_on"]["setup"]
        assert waits == {"condition": "service_completed_successfully"}


def test_every_documented_variable_reaches_the_site():
    for name in SITE:
        assert SERVICES[name]["env_file"] == ".env"


def test_every_task_has_a_queue_that_is_served(settings):
    """Also one that nobody thought of when the routes were written."""
    celery_app.loader.import_default_modules()
    told = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    own = {name for name in celery_app.tasks if not name.startswith("celery.")}
    assert told <= own
    for name in own:
        queue = celery_app.amqp.router.route({}, name)["queue"]
        assert queue.name in served(), name


def test_the_queues_that_are_watched_are_those_that_are_served():
    assert set(QUEUES) == set(served())


def test_what_runs_in_the_background_without_workers_are_the_queues_that_ask_others(settings):
    assert {*settings.BACKGROUND_QUEUES, settings.CELERY_TASK_DEFAULT_QUEUE} == set(served())


def test_pages_alone_have_a_limit_in_the_database():
    assert "statement_timeout" in SERVICES["web"]["environment"]["PGOPTIONS"]
    for name in ("setup", *WORKERS, "beat"):
        assert "PGOPTIONS" not in SERVICES[name]["environment"]
