"""The documentation in step with the code."""

import ast
import re
from pathlib import Path

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


def variables_told() -> set[str]:
    text = (ROOT / "docs/operating/configuration.md").read_text()
    rows = (line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_every_variable_is_documented_and_no_other():
    assert variables_told() == variables_read()


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
