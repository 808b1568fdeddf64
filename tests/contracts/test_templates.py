"""How templates are written."""

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
