"""Damage that constraints prevent: two rows where one may be, and rows that refer to nothing."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.db import connection, models

from accounts.models import User
from doctor.invariants import Unique, registered
from notifications.models import SecretFeed
from papers.models import (
    ArxivVersion,
    Identifier,
    MergeProposal,
)
from summaries.models import (
    Revision,
    Summary,
)
from tests.doctor.world import Found, found, make_world, whole_run
from tests.support.factories import make_user

# SQLite changes a table, or looks away from foreign keys, only outside of transactions.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def world(settings, tmp_path) -> SimpleNamespace:
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_world()


def paper_that_was_merged(world) -> Found:
    number = world.merging.merged_number
    with unchecked(Identifier):
        Identifier.objects.create(paper_id=number, scheme="key", value="old-key")
        MergeProposal.objects.create(first_id=world.paper.pk, second_id=number)
        # The kept paper has a version of that number, of which one can stay.
        ArxivVersion.objects.get_or_create(paper=world.kept, number=1)
        ArxivVersion.objects.create(paper_id=number, number=1)
    return {"merged-papers": {world.merging.pk}}


def test_what_still_refers_to_a_merged_paper_goes_to_the_kept_one(world):
    expected = paper_that_was_merged(world)
    assert found() == expected
    assert whole_run(is_repairing=True).left == 0
    assert found() == {}
    assert Identifier.objects.get(value="old-key").paper == world.kept
    assert ArxivVersion.objects.filter(paper=world.kept, number=1).count() == 1


# -- two rows where one may be: the constraint is gone, as with a corrupt index


def remove_constraint(model: type[models.Model], constraint: models.BaseConstraint) -> None:
    """Take a constraint off the table; SQLite makes the table anew from the model."""
    constraints = model._meta.constraints
    model._meta.constraints = [item for item in constraints if item is not constraint]
    try:
        with connection.schema_editor() as editor:
            editor.remove_constraint(model, constraint)
    finally:
        model._meta.constraints = constraints


@contextmanager
def without_constraint(check: Unique) -> Iterator[None]:
    """Take the constraint off the table, and put it on again."""
    model, names = check.model, set(check.fields)
    constraint = next(
        (item for item in model._meta.constraints if set(getattr(item, "fields", ())) == names),
        None,
    )
    if constraint:
        remove_constraint(model, constraint)
    else:
        strict = model._meta.get_field(check.fields[0])
        loose = copy.copy(strict)
        if isinstance(strict, models.OneToOneField):
            loose = models.ForeignKey(strict.remote_field.model, models.CASCADE, null=strict.null)
            loose.set_attributes_from_name(strict.name)
            loose.model = model
        loose._unique = False
        with connection.schema_editor() as editor:
            editor.alter_field(model, strict, loose)
    try:
        yield
    finally:
        # A failed test may have left twins.
        for twin in list(check.damage(check.rows())):
            model._base_manager.filter(pk=twin.key).delete()
        with connection.schema_editor() as editor:
            if constraint:
                editor.add_constraint(model, constraint)
            else:
                editor.alter_field(model, loose, strict)


UNIQUES = [check for check in registered().values() if isinstance(check, Unique)]
# What else is wrong then.
ALSO: dict[str, Callable[[SimpleNamespace], Found]] = {
    "votes-once": lambda world: {
        "scores": {world.summary.pk},
        "reputation": {world.ada.pk},
    },
    # The identifier is one of those that are searched.
    "identifiers-once": lambda world: {"paper-search": {world.cited.pk}},
    "requests-once": lambda world: {"request-counts": {world.cited.pk}},
    "revisions-once": lambda world: {"revisions": {world.summary.pk}},
}


def row_of(check: Unique, world: SimpleNamespace) -> models.Model:
    rows = check.rows().order_by("pk")
    if check.model in (Revision, Summary):
        owner = "summary" if check.model is Revision else "pk"
        rows = rows.filter(**{owner: world.summary.pk})
    return rows.first()


def test_twins_are_found_and_one_stays(world):
    for check in UNIQUES:
        row = row_of(check, world)
        assert row is not None, f"The world has no row for {check.name}."
        before = check.model._base_manager.count()
        with without_constraint(check):
            twin = add_twin(row)
            also = ALSO.get(check.name, lambda world: {})(world)
            assert found() == {check.name: {twin.pk}, **also}, check.name
            assert whole_run(is_repairing=True).left == 0, check.name
            assert found() == {}, check.name
            assert check.model._base_manager.filter(pk=row.pk).exists(), check.name
        # Of two texts none is lost.
        assert check.model._base_manager.count() == before + (check.model is Summary), check.name


def add_twin(row: models.Model) -> models.Model:
    """Insert a copy that breaks one constraint, and nothing else."""
    twin = copy.copy(row)
    twin.pk = None
    if isinstance(row, Summary):
        # A text that nobody reads yet, so that nothing else is to be counted.
        twin.state, twin.secret, twin.revision_number = "private", None, 0
        twin.score = twin.up_count = twin.comment_count = 0
    if isinstance(row, SecretFeed):
        twin.secret = "another"
    twin.save_base(raw=True, force_insert=True)
    return twin


def test_people_with_one_name_are_found(world):
    check = registered()["usernames-once"]
    constraint = next(item for item in User._meta.constraints if item.name.endswith("ignores_case"))
    remove_constraint(User, constraint)
    twin = make_user("BOB")
    assert found() == {"usernames-once": {twin.pk}}
    assert not check.can_repair
    twin.delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(User, constraint)


@contextmanager
def unchecked(model: type[models.Model]) -> Iterator[None]:
    """Write rows whose foreign keys point nowhere, as after a restore of half a backup."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = OFF")
            yield
            cursor.execute("PRAGMA foreign_keys = ON")
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")
