"""More fields and venues, and what was missing of those that were there.

What moderators set stays: a venue gets the aliases that nobody has, and fills empty columns only.
"""

import json
from pathlib import Path

from django.db import migrations, models
from django.utils.text import slugify

from papers.subject_fields import FIELDS, field_of_categories
from papers.venues import normalise_venue_name

VENUES = Path(__file__).resolve().parent.parent / "data" / "venues.json"
BATCH_SIZE = 500


def add(apps, schema_editor):
    fields = _add_fields(apps.get_model("papers", "Field"))
    for told in json.loads(VENUES.read_text(encoding="utf-8")):
        _add_venue(apps, told, fields)
    _fill_fields_of_papers(apps.get_model("papers", "Paper"), fields)


def _add_fields(Field):
    fields = {}
    for slug, (name, parent) in FIELDS.items():
        fields[slug], _ = Field.objects.get_or_create(
            slug=slug, defaults={"name": name, "parent": fields.get(parent)}
        )
    return fields


def _add_venue(apps, told, fields):
    Venue = apps.get_model("papers", "Venue")
    VenueAlias = apps.get_model("papers", "VenueAlias")
    names = {normalise_venue_name(n) for n in [told["name"], told["full_name"], *told["names"]]}
    aliases = [("name", name) for name in sorted(names)]
    aliases += [("dblp", prefix) for prefix in told.get("dblp", [])]
    aliases += [("issn", issn) for issn in told.get("issn", [])]
    taken = {
        (row.scheme, row.value): row.venue
        for row in VenueAlias.objects.filter(value__in=[v for _, v in aliases]).select_related(
            "venue"
        )
    }
    slug = slugify(told["name"])
    venue = Venue.objects.filter(slug=slug).first()
    if venue is None:
        # An import may have made it under its full name: then it keeps name and address.
        made = [taken[alias] for alias in aliases if alias in taken]
        venue = next((known for known in made if known.is_provisional), None)
        if venue is None and ("name", normalise_venue_name(told["name"])) in taken:
            return
    if venue is None:
        venue = Venue(slug=slug, name=told["name"], kind=told["kind"])
    if venue.is_provisional:
        venue.is_provisional, venue.kind = False, told["kind"]
    venue.full_name = venue.full_name or told["full_name"]
    venue.website = venue.website or told.get("website", "")
    venue.field = venue.field or fields.get(told.get("field"))
    venue.save()
    VenueAlias.objects.bulk_create(
        VenueAlias(venue=venue, scheme=scheme, value=value)
        for scheme, value in aliases
        if (scheme, value) not in taken
    )


def _fill_fields_of_papers(Paper, fields):
    last = 0
    rows = Paper.objects.filter(field=None).select_related("venue").order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:BATCH_SIZE]):
        last = batch[-1].pk
        filled = []
        for paper in batch:
            paper.field = fields.get(field_of_categories(paper.categories))
            if paper.field is None and paper.venue:
                paper.field_id = paper.venue.field_id
            if paper.field_id:
                filled.append(paper)
        Paper.objects.bulk_update(filled, ["field"])


class Migration(migrations.Migration):
    dependencies = [("papers", "0008_correction_answer")]
    operations = [
        migrations.AlterField(
            model_name="venuealias",
            name="scheme",
            field=models.CharField(
                choices=[
                    ("name", "Name"),
                    ("dblp", "DBLP prefix"),
                    ("issn", "ISSN"),
                    ("slug", "Old address"),
                ],
                max_length=8,
            ),
        ),
        # Going back leaves the rows: 0003 reads the same file, so a new site of that age has them.
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
