"""What is hidden from somebody answers like what does not exist, to the letter."""

import uuid

import pytest
from django.db import connection

from tests.access.addresses import NOTEBOOKS
from tests.access.asking import EXPECTED, ask_for, plain
from tests.access.world import ADMINISTRATOR, NOBODY

# Each kind of reason not to see something.
HIDDEN_FROM = {
    NOBODY,
    "a stranger",
    "shared with: may edit",
    "editor in the team",
    ADMINISTRATOR,
}


@pytest.mark.django_db
def test_there_is_a_database():
    """pytest-django makes none for a file in which no test is marked."""
    assert connection.vendor == "postgresql"


class TestHidden:
    @pytest.mark.parametrize("ask", NOTEBOOKS, ids=str)
    def test_what_is_hidden_answers_like_what_does_not_exist(self, ask, world, clients, as_who):
        never = uuid.UUID("00000000-0000-4000-8000-000000000000")
        nothing = {}
        for (kind, who, state), may in EXPECTED.items():
            if may or who not in HIDDEN_FROM:
                continue
            as_who(who)
            if who not in nothing:
                nothing[who] = plain(ask_for(clients[who], ask, never), never)
            hidden = world.notebooks[kind, state].uuid
            assert plain(ask_for(clients[who], ask, hidden), hidden) == nothing[who]
