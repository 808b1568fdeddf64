"""Who imports whom: each app only those before it, with common under all, and no module
itself by way of others."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from django.utils.module_loading import import_string

ROOT = Path(__file__).resolve().parents[2]
ORDER = [
    "common",
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
]
# The settings of the site are read through django.conf; celery and prepare are wiring.
# A method of that name is Celery's own.
TASK = re.compile(r'(?<!def )(?<!\.)delay_on_commit\(\s*("[^"]+"|\w+)')


def layer_of(module: str) -> str | None:
    if module.startswith("common"):
        return "common"
    top = module.split(".")[0]
    return top if top in ORDER else None


def modules() -> Iterator[Path]:
    for folder in dict.fromkeys(layer.partition(".")[0] for layer in ORDER):
        yield from sorted((ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def asked_of(tree: ast.AST, names: set[str]) -> Iterator[str]:
    """Our modules that are imported: `from package import module` asks nothing of the package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from {alias.name for alias in node.names} & names
        elif isinstance(node, ast.ImportFrom) and node.module in names:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in names else node.module


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_imports_point_down():
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in modules()
        for module in sorted(set(imported(tree_of(path))))
        if (layer := layer_of(module))
        and ORDER.index(layer) > ORDER.index(layer_of(name_of(path)))
        and module != "shortscience"
    ]
    assert not wrong


def test_no_module_imports_itself_by_way_of_others():
    """Also not inside of functions: there the circle is only hidden."""
    names = {name_of(path) for path in modules()}
    graph = {name_of(path): set(asked_of(tree_of(path), names)) for path in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def test_what_functions_import_could_not_be_imported_above():
    """Of our own modules: only what an app sets up once all are there."""
    found = set()
    for path in modules():
        for function in ast.walk(tree_of(path)):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                own = [module for module in imported(function) if layer_of(module)]
                if own and (path.name, function.name) != ("apps.py", "ready"):
                    found.add(f"{name_of(path)}.{function.name}")
    assert not found


def test_tasks_that_are_named_exist():
    sent = {name for path in modules() for name in TASK.findall(path.read_text())}
    assert sent
    for name in sent:
        assert callable(import_string(ast.literal_eval(name)).delay)
