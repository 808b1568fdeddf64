"""Sets of fonts for Chromium, so that no picture or measure depends on what a machine has.

A set is what one kind of desktop makes of system-ui, serif and monospace. Chromium sees the files
of one set and nothing else: a fontconfig file says so. BROWSER_FONTS=noto ./scripts/test runs all
browser tests with another set; FONT_FOLDERS="/a:/b" names more folders to look for the files in.
https://www.freedesktop.org/software/fontconfig/fontconfig-user.html
"""

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

FOLDERS = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "/opt/homebrew/share/fonts"),
    *("~/.local/share/fonts", "~/.fonts", "~/Library/Fonts", "/Library/Fonts"),
)


@dataclass(frozen=True)
class FontSet:
    """The families behind the generic names."""

    sans: str
    serif: str
    mono: str


FONT_SETS = {
    "dejavu": FontSet("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono"),
    "liberation": FontSet("Liberation Sans", "Liberation Serif", "Liberation Mono"),
    "noto": FontSet("Noto Sans", "Noto Serif", "Noto Sans Mono"),
}
_ENDINGS = {".ttf", ".otf", ".ttc"}
_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/cache</cachedir>
  {aliases}
  <match target="pattern">
    <edit name="family" mode="append_last"><string>{sans}</string></edit>
  </match>
</fontconfig>
"""
_ALIAS = """<match target="pattern">
    <test name="family" qual="any"><string>{generic}</string></test>
    <edit name="family" mode="assign" binding="strong"><string>{family}</string></edit>
  </match>"""


def font_environment(name: str, folder: Path) -> dict[str, str]:
    """The environment in which Chromium sees the set alone; its files are written to `folder`."""
    chosen = FONT_SETS[name]
    (folder / "fonts").mkdir(parents=True)
    for path in _files(chosen):
        (folder / "fonts" / path.name).symlink_to(path)
    # Chromium asks for Times New Roman where a page says serif, and for Arial where it says sans.
    generics = {
        **dict.fromkeys(("system-ui", "sans-serif", "sans", "Sans", "Arial"), chosen.sans),
        **dict.fromkeys(("serif", "Serif", "Times New Roman"), chosen.serif),
        **dict.fromkeys(("monospace", "Monospace", "ui-monospace", "Courier New"), chosen.mono),
    }
    aliases = "\n  ".join(
        _ALIAS.format(generic=generic, family=family) for generic, family in generics.items()
    )
    written = folder / "fonts.conf"
    text = _CONFIGURATION.format(folder=folder, aliases=aliases, sans=chosen.sans)
    written.write_text(text, encoding="utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(written)}


def _files(chosen: FontSet) -> list[Path]:
    """ "Noto Sans" stands in NotoSans-Bold.ttf, NotoSans.ttf or NotoSans[wght].ttf."""
    found = {}
    for family in (chosen.sans, chosen.serif, chosen.mono):
        begins = re.compile(re.escape(family.replace(" ", "")) + r"[-.\[]")
        files = {path.name: path for path in _all_files() if begins.match(path.name)}
        if not files:
            pytest.fail(f"{family} is missing. Run ./scripts/test, which installs it.")
        found.update(files)
    return list(found.values())


@cache
def _all_files() -> list[Path]:
    folders = [*filter(None, os.environ.get("FONT_FOLDERS", "").split(":")), *FOLDERS]
    return [
        path
        for folder in folders
        for path in sorted(Path(folder).expanduser().rglob("*"))
        if path.suffix.lower() in _ENDINGS
    ]
