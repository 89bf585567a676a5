"""Every address as every kind of person, against the table of the permissions page."""

import pytest
from django.db import connection

from tests.access.addresses import NOTEBOOKS, Ask
from tests.access.asking import EXPECTED, SIGN_IN, ask_for, body_of, is_refused
from tests.access.world import NOBODY_READING, title_of


@pytest.mark.django_db
def test_there_is_a_database():
    """pytest-django makes none for a file in which no test is marked."""
    assert connection.vendor == "postgresql"


class TestMatrix:
    @pytest.mark.parametrize("ask", NOTEBOOKS, ids=str)
    def test_a_notebook_is_there_for_exactly_those_of_the_table(
        self, ask, world, clients, as_who
    ):
        wrong = []
        for (kind, who, state), may in EXPECTED.items():
            as_who(who)
            got = ask_for(clients[who], ask, world.notebooks[kind, state].uuid)
            if not _is_as_expected(ask, who, may, got):
                wrong.append(
                    f"{kind} / {state} / {who}: {got.status_code}, may {may or 'nothing'}"
                )
            if "R" not in may and "B" not in may:
                assert title_of(kind, state) not in body_of(got), (kind, state, who)

        assert wrong == []


def _is_as_expected(ask: Ask, who: str, may: str, got) -> bool:
    is_sent_back = got.status_code == 302 and got["Location"].startswith(ask.sent_back or "-")
    if set(ask.letter) & set(may) and not _is_program_of_nobody(ask, who):
        return not is_refused(got) and not is_sent_back
    if is_sent_back:
        return "R" in may
    if got.status_code == 302:
        return got["Location"].startswith(SIGN_IN)
    # What may be read may be refused in words; what may not does not exist.
    is_known = "R" in may or "B" in may
    return got.status_code in ({401, 403, 404} if is_known else {401, 404})


def _is_program_of_nobody(ask: Ask, who: str) -> bool:
    """Programs always sign in, also where people need not to read."""
    return who == NOBODY_READING and (ask.needs_person or ask.name.startswith("api:"))
