"""Every list as every kind of person: it holds what they may see, and nothing else."""

import pytest
from django.db import connection
from django.urls import reverse

from tests.access.addresses import SHELVES, Shelf
from tests.access.asking import EXPECTED, WHO, body_of, is_refused, taken_back
from tests.access.world import ADMIN_MODE, ADMINISTRATOR, NOBODY, NOBODY_READING, title_of


@pytest.mark.django_db
def test_there_is_a_database():
    """pytest-django makes none for a file in which no test is marked."""
    assert connection.vendor == "postgresql"


class TestLists:
    @pytest.mark.parametrize("who", WHO)
    @pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: f"{shelf.name}?{shelf.query}")
    def test_a_list_holds_what_the_reader_may_see(
        self, shelf: Shelf, who, world, clients, as_who
    ):
        as_who(who)
        url = reverse(shelf.name, kwargs=shelf.arguments)
        with taken_back():
            got = clients[who].get(f"{url}?{shelf.query}")
        body = body_of(got)

        for (kind, state), notebook in world.notebooks.items():
            may = EXPECTED.get((kind, who, state), _of_a_stranger(who, kind, state))
            if not set("RB") & set(may):
                assert title_of(kind, state) not in body
                assert str(notebook.uuid) not in body
            elif shelf.is_complete and "R" in may and not is_refused(got):
                assert title_of(kind, state) in body, (kind, state)


def _of_a_stranger(who: str, kind: str, state: str) -> str:
    """For somebody who stands in the other table only: they are strangers in this one."""
    holds_both = "both labels" in who
    if who == ADMIN_MODE:
        return EXPECTED[next(iter(EXPECTED))[0], ADMIN_MODE, state]
    stranger = "a stranger who holds both labels" if holds_both else "a stranger"
    if who in {NOBODY, NOBODY_READING, ADMINISTRATOR}:
        stranger = who
    del kind
    return EXPECTED[next(iter(EXPECTED))[0], stranger, state]
