"""Translations: extract strings, and keep locale/ in step with the code.

`python -m scripts.catalogues` updates every locale/*/LC_MESSAGES/django.po and compiles it;
scripts/messages installs the requirements first. Babel replaces gettext's own tools, which a new
machine does not have.
"""

import datetime
import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "locale"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Headers that would differ each time, or from machine to machine.
NOISE = (
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Last-Translator",
    "Language-Team",
    "Generated-By",
)


def languages() -> list[str]:
    """Return the folders of locale/: ["de", "ja"]."""
    return sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/django.po"))


def sources() -> list[Path]:
    """Return the apps' Python modules and the templates; admin and commands are English only."""
    apps = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    modules = [path for app in apps for path in app.rglob("*.py")]
    templates = [path for path in (ROOT / "templates").rglob("*.*")]
    return sorted(
        path
        for path in [*modules, *templates]
        if path.suffix in {".py", ".html", ".txt", ".svg"}
        and not {"migrations", "admin", "management"} & set(path.relative_to(ROOT).parts)
    )


def as_python(template: str, origin: str) -> str:
    """Return a template as calls of gettext, without indentation, as Python requires."""
    from django.utils.translation.template import templatize

    calls = templatize(template, origin=origin)
    return "\n".join(line.strip() for line in calls.splitlines())


def extracted() -> Catalog:
    """Return all strings of the code with the files that contain them.

    Babel marks strings with %(name)s, so that the placeholders of translations are checked.
    """
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for path in sources():
        text = path.read_text(encoding="utf-8")
        name = str(path.relative_to(ROOT))
        if path.suffix != ".py":
            text = as_python(text, name)
        messages = extract(
            "python", io.BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=["Translators:"]
        )
        for _, message, comments, context in messages:
            catalog.add(
                message,
                locations=[(name, None)],
                auto_comments=comments,
                context=context,
            )
    return catalog


def path_of(language: str) -> Path:
    """Return the path of a language's catalogue."""
    return FOLDER / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Return a language's catalogue."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def written(catalog: Catalog) -> str:
    """Return a catalogue as it is stored: sorted, without dates and line numbers."""
    buffer = io.BytesIO()
    write_po(
        buffer, catalog, width=100, sort_output=True, ignore_obsolete=True, include_lineno=False
    )
    lines = buffer.getvalue().decode().splitlines()
    return (
        "\n".join(line for line in lines if not line.startswith(tuple(f'"{w}' for w in NOISE)))
        + "\n"
    )


def compiled(catalog: Catalog) -> bytes:
    """Return the compiled catalogue for Django, the same bytes each time.

    Untranslated strings are left out: an empty plural would be displayed.
    """
    catalog.creation_date = catalog.revision_date = datetime.datetime(
        2000, 1, 1, tzinfo=datetime.UTC
    )
    for message in list(catalog):
        if message.id and not is_complete(message):
            catalog.delete(message.id, message.context)
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def updated(language: str, template: Catalog) -> Catalog:
    """Return the catalogue with new strings, untranslated, and without those that are gone.

    Fuzzy matching is off: a similar string's translation is wrong more often than it helps.
    """
    catalog = read(language)
    catalog.update(template, no_fuzzy_matching=True)
    return catalog


def main() -> None:
    """Update and compile every catalogue."""
    import django
    from django.conf import settings

    settings.configure(USE_I18N=False)
    django.setup()
    template = extracted()
    for language in languages():
        catalog = updated(language, template)
        path_of(language).write_text(written(catalog), encoding="utf-8")
        # Read again, so that the compiled file matches the stored one.
        path_of(language).with_suffix(".mo").write_bytes(compiled(read(language)))
        missing = [message for message in catalog if message.id and not is_complete(message)]
        print(f"{language}: {len(catalog)} strings, {len(missing)} to translate", file=sys.stderr)


def is_complete(message) -> bool:
    """Return whether a message is translated in every plural form, and not fuzzy."""
    strings = [message.string] if not isinstance(message.string, tuple | list) else message.string
    return all(strings) and not message.fuzzy


if __name__ == "__main__":
    main()
