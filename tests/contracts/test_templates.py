"""How templates are written."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
MAX_COLUMNS = 120


def test_no_line_of_a_template_is_longer_than_120_columns():
    files = [path for path in TEMPLATES.rglob("*") if path.is_file()]
    assert len(files) > 200
    long = [
        f"{path.relative_to(TEMPLATES)}:{number} has {len(line)} columns"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > MAX_COLUMNS
    ]
    assert not long, "\n".join(long)


def _all_templates() -> dict[str, str]:
    return {
        str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8")
        for path in TEMPLATES.rglob("*.html")
    }


def test_icons_are_drawn_by_their_tag():
    by_hand = [name for name, text in _all_templates().items() if "sprite.svg" in text]
    assert not by_hand, by_hand


def test_components_see_only_what_they_are_given():
    tags = {
        (name, tag)
        for name, text in _all_templates().items()
        for tag in re.findall(r'{% include "components/[^%]*%}', text)
    }
    assert len(tags) > 10
    assert not [tag for tag in tags if not tag[1].endswith(" only %}")]
