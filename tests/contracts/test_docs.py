"""The documentation in step with the code."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
OWN_APPS = {
    "doctor",
    "accounts",
    "papers",
    "summaries",
    "search",
    "syndication",
    "social",
    "notifications",
    "library",
    "following",
    "mailing",
    "moderation",
    "shortscience",
}


def variables_read() -> set[str]:
    """The names that settings.py asks the environment for."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / "shortscience/settings.py").read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and getattr(node.func.value, "id", "") == "env"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            names.add(node.args[0].value)
    providers = ("ORCID", "GITHUB", "GOOGLE")
    names |= {f"{name}_CLIENT_{part}" for name in providers for part in ("ID", "SECRET")}
    return names | {"SECRET_KEY"}


def documented_variables() -> set[str]:
    text = (ROOT / "docs/operating/configuration.md").read_text()
    rows = (line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_every_variable_is_documented_and_no_other():
    assert documented_variables() == variables_read()


def test_the_readme_names_commands_that_exist():
    text = (ROOT / "README.md").read_text()
    told = text[text.index("`python manage.py`") :]
    own = {name for name, app in get_commands().items() if app in OWN_APPS}
    named = set(re.findall(r"`([a-z_]+)`", told.split("\n\n")[0]))
    assert named == own


def test_linked_files_exist():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links {target}"


PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [page for page in PAGES if page.name != "CHANGELOG.md"]  # It tells of what was.
FOLDERS = OWN_APPS | {
    *(
        "common",
        "templates",
        "static",
        "locale",
        "docs",
        "tests",
        "scripts",
        "benchmarks",
        "extension",
    )
}
IN_CODE = {".py", ".html", ".js", ".css", ".toml", ".yml", ".po", ".txt", ".xml", ".json"}


@pytest.fixture(scope="module")
def paths() -> set[str]:
    """Every file and folder of the project as a path from its root, without what a start creates."""
    top = [path for path in ROOT.iterdir() if path.is_file()]
    below = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    return FOLDERS | {path.relative_to(ROOT).as_posix() for path in [*top, *below]}


@pytest.fixture(scope="module")
def words_in_code(paths) -> set[str]:
    files = (ROOT / name for name in paths if Path(name).suffix in IN_CODE)
    texts = (file.read_text(encoding="utf-8") for file in files if file.is_file())
    stems = {Path(name).stem for name in paths}
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    return stems.union(tables, *(re.findall(r"[A-Za-z_]\w+", text) for text in texts))


def quoted(page: Path) -> list[str]:
    """What a page has between backticks, and the lines of its commands, without code blocks."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.findall(r"`([^`\n]+)`", text) + re.findall(r"^    (\S.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_in_the_documentation_exist(page, paths):
    for text in quoted(page):
        for path in re.findall(r"(?<![\w/.<-])(?:\./)?([\w.-]+/[\w./<>-]*)", text):
            if path.partition("/")[0] not in FOLDERS or "<" in path or "xx" in path:
                continue
            assert path.rstrip("/.") in paths, f"{page.name} names {path}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_the_documentation_exist(page):
    for text in quoted(page):
        for command in re.findall(r"manage\.py ([a-z_]+)", text):
            assert command in get_commands(), f"{page.name} runs {command}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_names_in_the_documentation_are_in_the_code(page, words_in_code):
    """`PaperId`, `papers.sources.client` and `as_text(value)`, but not `is_` or `_at`."""
    for text in quoted(page):
        # django-anymail has settings of its own for each service.
        if re.fullmatch(r"(?!ANYMAIL_)[A-Za-z][\w.]*(?<!_)(?:\(.*\))?", text):
            for word in re.findall(r"[A-Za-z_]\w+", text.partition("(")[0]):
                # The names of metrics have a prefix.
                named = {word, word.removeprefix("shortscience_")}
                assert named & words_in_code, f"{page.name} names {text}"
