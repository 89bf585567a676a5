"""Moving the data: what people wrote of their organisation becomes a part of the tree."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("people", "0005_old_team_addresses_label_claims")]
AFTER = [("people", "0006_organisations_from_texts")]


@pytest.fixture
def migrate_to():
    """Migrates the room ``people`` (and those that build on it) to a state; then back to now."""

    def migrate(targets):
        executor = MigrationExecutor(connection)
        executor.migrate(targets)
        return MigrationExecutor(connection).loader.project_state(targets).apps

    yield migrate
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_texts_become_organisations_once_for_all_spellings(migrate_to):
    before = migrate_to(BEFORE)
    Person = before.get_model("people", "Person")
    texts = ["Harbour office", "harbour  OFFICE", " Harbour office ", "Tax", "", "Tax"]
    for number, text in enumerate(texts):
        Person.objects.create(username=f"p{number}", password="!", organisation_name=text)

    after = migrate_to(AFTER)

    people = after.get_model("people", "Person").objects.order_by("username")
    names = [person.organisation and person.organisation.name for person in people]
    assert names == ["Harbour office"] * 3 + ["Tax", None, "Tax"]
    rows = after.get_model("people", "Organisation").objects.all()
    assert [row.path for row in rows] == [[row.pk] for row in rows]
