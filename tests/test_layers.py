"""Who imports whom: each app only those before it, with shortscience.lib under all."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORDER = [
    "shortscience.lib",
    "accounts",
    "papers",
    "summaries",
    "library",
    "following",
    "mailing",
    "moderation",
    "shortscience",
]
# The settings of the site are read through django.conf; celery and prepare are wiring.


def layer_of(module: str) -> str | None:
    if module.startswith("shortscience.lib"):
        return "shortscience.lib"
    top = module.split(".")[0]
    return top if top in ORDER else None


def modules():
    for folder in dict.fromkeys(layer.partition(".")[0] for layer in ORDER):
        yield from sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    own = ORDER.index(layer_of(name))
    wrong = {
        module
        for module in imported(path)
        if (layer := layer_of(module))
        and ORDER.index(layer) > own
        and not (module == "shortscience" or layer_of(module) == layer_of(name))
    }
    assert not wrong
