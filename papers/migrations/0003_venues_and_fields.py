"""The fields and venues that the site knows from the first day; moderators edit them later."""

import json
from pathlib import Path

from django.db import migrations
from django.utils.text import slugify

from papers.subject_fields import FIELDS
from papers.venues import normalise_venue_name

VENUES = Path(__file__).resolve().parent.parent / "data" / "venues.json"


def add(apps, schema_editor):
    Field = apps.get_model("papers", "Field")
    Venue = apps.get_model("papers", "Venue")
    VenueAlias = apps.get_model("papers", "VenueAlias")
    fields = {}
    for slug, (name, parent) in FIELDS.items():
        fields[slug] = Field.objects.create(slug=slug, name=name, parent=fields.get(parent))
    for told in json.loads(VENUES.read_text(encoding="utf-8")):
        venue = Venue.objects.create(
            slug=slugify(told["name"]),
            name=told["name"],
            full_name=told["full_name"],
            kind=told["kind"],
            field=fields.get(told.get("field")),
        )
        names = {normalise_venue_name(n) for n in [told["name"], told["full_name"], *told["names"]]}
        aliases = [("name", name) for name in sorted(names)]
        aliases += [("dblp", prefix) for prefix in told.get("dblp", [])]
        aliases += [("issn", issn) for issn in told.get("issn", [])]
        VenueAlias.objects.bulk_create(
            VenueAlias(venue=venue, scheme=scheme, value=value) for scheme, value in aliases
        )


def remove(apps, schema_editor):
    apps.get_model("papers", "Venue").objects.all().delete()
    apps.get_model("papers", "Field").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("papers", "0002_search")]
    operations = [migrations.RunPython(add, remove)]
