"""Translations: what there is to translate, and whether locale/ is in step with it.

`python -m scripts.catalogues` brings every locale/*/LC_MESSAGES/django.po up to date and compiles
it; scripts/messages installs what that needs before. Babel reads the strings as well as gettext's
own tools would, which a fresh machine does not have.
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
# What would differ each time, or from machine to machine.
NOISE = (
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Last-Translator",
    "Language-Team",
    "Generated-By",
)


def languages() -> list[str]:
    """["de", "ja"]: every folder of locale/."""
    return sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/django.po"))


def sources() -> list[Path]:
    """Python modules of the apps and templates; the admin and commands speak English."""
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
    """A template as calls of gettext; its lines begin at the margin, as Python would insist."""
    from django.utils.translation.template import templatize

    calls = templatize(template, origin=origin)
    return "\n".join(line.strip() for line in calls.splitlines())


def extracted() -> Catalog:
    """Every string of the code, with the files where it stands.

    Babel marks those with %(name)s, so that a translation is held against them.
    """
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for path in sources():
        text = path.read_text(encoding="utf-8")
        name = str(path.relative_to(ROOT))
        if path.suffix != ".py":
            text = as_python(text, name)
        found = extract(
            "python", io.BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=["Translators:"]
        )
        for _, message, comments, context in found:
            catalog.add(
                message,
                locations=[(name, None)],
                auto_comments=comments,
                context=context,
            )
    return catalog


def path_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def written(catalog: Catalog) -> str:
    """A catalogue as it is kept: sorted, without dates and numbers of lines."""
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
    """What Django reads, the same each time.

    What is not translated stays out: an empty plural would be shown.
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
    """The catalogue with what is new in the code, empty, and without what is gone from it.

    No guesses: a similar string's translation is wrong more often than it helps.
    """
    catalog = read(language)
    catalog.update(template, no_fuzzy_matching=True)
    return catalog


def main() -> None:
    import django
    from django.conf import settings

    settings.configure(USE_I18N=False)
    django.setup()
    template = extracted()
    for language in languages():
        catalog = updated(language, template)
        path_of(language).write_text(written(catalog), encoding="utf-8")
        # Read again, so that what is compiled is what is written.
        path_of(language).with_suffix(".mo").write_bytes(compiled(read(language)))
        missing = [message for message in catalog if message.id and not is_complete(message)]
        print(f"{language}: {len(catalog)} strings, {len(missing)} to translate", file=sys.stderr)


def is_complete(message) -> bool:
    """Translated in every plural form there is, and not only guessed."""
    strings = [message.string] if not isinstance(message.string, tuple | list) else message.string
    return all(strings) and not message.fuzzy


if __name__ == "__main__":
    main()
