"""The style of all pages comes as one file, whatever it is written in."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.management import call_command

from shortscience.stylesheets import COMMENT, IMPORT, SHEET, bundle

CSS = Path(__file__).resolve().parents[2] / "static" / "css"


def test_the_sheet_of_all_pages_holds_its_parts_and_asks_for_no_other():
    style = Path(finders.find(SHEET)).read_text(encoding="utf-8")
    assert "@import" not in style and "/*" not in style
    parts = IMPORT.findall((CSS / "site.css").read_text(encoding="utf-8"))
    assert "math.css" in parts
    for name in parts:
        rules = COMMENT.sub("", (CSS / name).read_text(encoding="utf-8"))
        assert re.sub(r"\s+", "", rules) in re.sub(r"\s+", "", style), name


def test_the_sheet_fits_the_weight_of_a_first_visit():
    style = Path(finders.find(SHEET)).read_bytes()
    assert len(gzip.compress(style, 6)) <= 12 * 1024


def test_layers_are_in_order_before_the_first_part():
    style = bundle(CSS / "site.css")
    first = style.index("@layer")
    assert style[:first].strip() == "" and ";" in style[first : style.index("{")]


def test_a_changed_part_is_taken_up(settings, tmp_path):
    css = tmp_path / "static" / "css"
    css.mkdir(parents=True)
    settings.STATICFILES_DIRS = [tmp_path / "static"]
    settings.DATA_DIR = tmp_path
    (css / "site.css").write_text('@layer one;\n@import url("one.css");\np { color: red; }\n')
    for colour in ("green", "blue"):
        (css / "one.css").write_text(
            f"@layer one {{\n  /* Why. */\n  a {{ color: {colour}; }}\n}}\n"
        )
        style = Path(finders.find(SHEET)).read_text()
        assert style == f"@layer one;@layer one{{a{{color:{colour};}}}}p{{color:red;}}"
    assert list((tmp_path / "bundled" / "css").iterdir()) == [tmp_path / "bundled" / SHEET]


def test_what_is_left_out_has_no_meaning(tmp_path):
    sheet = tmp_path / "site.css"
    sheet.write_text(
        """
        .a  .b > .c :is(d, e)::after { content: "a;  {b}, > c: d"; width: calc(1em + 2px) }
        @media (max-width: 40rem) { .x { margin: 0 auto } }
        """
    )
    assert bundle(sheet) == (
        '.a .b>.c :is(d,e)::after{content:"a;  {b}, > c: d";width:calc(1em + 2px)}'
        "@media (max-width:40rem){.x{margin:0 auto}}"
    )


def test_collected_files_hold_the_whole_sheet_under_a_name_of_its_content(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    hashed = [path for path in (tmp_path / "css").glob("site.*.css")]
    assert len(hashed) == 1
    style = hashed[0].read_text(encoding="utf-8")
    assert "@import" not in style and "mtd.m-half" in style
    fonts = re.findall(r'url\("?\.\./(vendor/[^")]+\.woff2)"?\)', style)
    assert len(fonts) == 2 and all((tmp_path / font).exists() for font in fonts)


def test_the_fonts_of_formulas_come_inside_their_sheets():
    for name, most in (("math-font", 60), ("math-font-inline", 30)):
        style = Path(finders.find(f"css/{name}.css")).read_text(encoding="utf-8")
        assert "#inside" not in style
        assert style.count('url("data:font/woff2;base64,') == 1
        assert len(gzip.compress(style.encode(), 6)) <= most * 1024
