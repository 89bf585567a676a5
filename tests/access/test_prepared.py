"""The prepared door asks, for everybody, exactly what the door asks."""

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.access.prepared import PreparedNotebooks
from nbcommons.access.rules import NOTEBOOK_RULES
from nbcommons.core.actor import Actor
from nbcommons.core.prepared import IDENTIFIER, KEYS, among
from nbcommons.notebooks.models import Notebook
from tests.access.asking import WHO
from tests.access.world import NOBODY_READING

SCOPES = (None, frozenset({"notebooks:read"}), frozenset({"notebooks:write"}), frozenset())
TOLD = (Action.NOTEBOOK_RUN, Action.NOTEBOOK_EDIT, Action.NOTEBOOK_REMOVE)


@pytest.mark.django_db
def test_there_is_a_database():
    """pytest-django makes none for a file in which no test is marked."""
    assert connection.vendor == "postgresql"


def limited(actor, scopes):
    return actor if scopes is None else actor.limited_to(scopes)


class TestPreparedNotebooks:
    @pytest.mark.parametrize("scopes", SCOPES, ids=str)
    @pytest.mark.parametrize("action", NOTEBOOK_RULES, ids=str)
    def test_finds_for_everybody_what_the_door_finds(self, action, scopes, world, settings):
        prepared = PreparedNotebooks(
            lambda rows, keys: rows.filter(among("pk", keys)), action=action, keys=KEYS
        )
        keys = list(Notebook.objects.values_list("pk", flat=True))

        for who in WHO:
            settings.NBCOMMONS_ANONYMOUS_READING = who == NOBODY_READING
            actor = limited(world.actor(who), scopes)
            found = {row.pk for row in prepared.rows(actor, keys=keys)}

            assert found == set(
                guard.notebooks_for(actor, action).values_list("pk", flat=True)
            ), who

    def test_asks_for_everybody_what_the_door_asks(self, world, settings):
        def by_uuid(rows, uuid):
            return rows.filter(uuid=uuid)

        prepared = PreparedNotebooks(by_uuid, uuid=IDENTIFIER)
        uuid = next(iter(world.notebooks.values())).uuid
        # In both orders, so that none could be answered with what another left behind.
        for who in (*WHO, *reversed(WHO)):
            settings.NBCOMMONS_ANONYMOUS_READING = who == NOBODY_READING
            actor = world.actor(who)
            theirs = by_uuid(guard.notebooks_for(actor), uuid).query
            try:
                expected = theirs.sql_with_params()
            except EmptyResultSet:
                expected = ("", ())

            assert prepared.asked(actor, uuid=uuid) == expected, who

    def test_tells_everybody_what_they_may_do_and_nobody_else(self, world, settings):
        prepared = PreparedNotebooks(
            lambda rows, uuid: rows.filter(uuid=uuid), tell=TOLD, uuid=IDENTIFIER
        )
        actors = {}
        for who in WHO:
            settings.NBCOMMONS_ANONYMOUS_READING = who == NOBODY_READING
            actor = actors[who] = world.actor(who)
            for notebook in world.notebooks.values():
                found = prepared.first(actor, uuid=notebook.uuid)
                if found is None:
                    continue
                told = guard.powers_over(actor, found, TOLD)

                assert told == {act for act in TOLD if guard.allows(actor, act, notebook)}
                assert not any(str(-4) in name for name in vars(found))
                for other in actors.values():
                    assert guard.powers_over(other, found, TOLD) <= {
                        act for act in TOLD if guard.allows(other, act, notebook)
                    }

    @pytest.mark.usefixtures("world")
    def test_takes_the_system_for_what_it_is(self):
        prepared = PreparedNotebooks(
            lambda rows, keys: rows.filter(among("pk", keys)), keys=KEYS
        )
        keys = list(Notebook.objects.values_list("pk", flat=True))

        found = prepared.rows(Actor.system("tests"), keys=keys)

        assert len(found) == guard.notebooks_for(Actor.system("tests")).count()
