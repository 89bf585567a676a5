"""A suggested change as every kind of person: it is there for its author and for editors."""

import pytest
from django.db import connection
from django.urls import reverse

from tests.access.asking import EXPECTED, body_of, taken_back
from tests.access.world import NOBODY_READING, SUGGESTER, title_of

READING = ["read_change", "read_change_content", "read_change_diff"]


@pytest.mark.django_db
def test_there_is_a_database():
    """pytest-django makes none for a file in which no test is marked."""
    assert connection.vendor == "postgresql"


class TestSuggested:
    @pytest.mark.parametrize("name", READING)
    def test_is_read_by_its_author_and_by_editors(self, name, world, clients, as_who):
        wrong = []
        for (kind, who, state), may in EXPECTED.items():
            as_who(who)
            got = clients[who].get(_address(name, world.changes[kind, state]))
            if (got.status_code == 200) != _sees(who, may):
                wrong.append(f"{kind} / {state} / {who}: {got.status_code}")
            if not _sees(who, may):
                assert got.status_code in {401, 404}
                assert title_of(kind, state) not in body_of(got)

        assert wrong == []

    @pytest.mark.parametrize(
        ("name", "word"), [("withdraw", "withdrawn"), ("decline", "declined")]
    )
    def test_is_closed_by_whoever_may(self, name, word, world, clients, as_who):
        wrong = []
        for (kind, who, state), may in EXPECTED.items():
            as_who(who)
            with taken_back():
                got = clients[who].post(
                    _address(name, world.changes[kind, state]),
                    {"reason": "No."},
                    content_type="application/json",
                )
            allowed = who == SUGGESTER and "R" in may if name == "withdraw" else "E" in may
            is_done = got.status_code == 200 and got.json()["status"] == word
            if is_done != allowed or not (is_done or got.status_code in {401, 403, 404}):
                wrong.append(f"{kind} / {state} / {who}: {got.status_code}")

        assert wrong == []

    def test_is_listed_for_the_same_people(self, world, clients, as_who):
        people = {who for _, who, _ in EXPECTED if who != NOBODY_READING}
        for who in people:
            as_who(who)
            got = clients[who].get(reverse("api:list_changes"), {"limit": 100})
            listed = {row["id"] for row in got.json().get("changes", [])}
            for (kind, someone, state), may in EXPECTED.items():
                if someone == who:
                    is_there = str(world.changes[kind, state].uuid) in listed
                    assert is_there == _sees(who, may), (kind, who, state)


def _sees(who: str, may: str) -> bool:
    return "E" in may or (who == SUGGESTER and "R" in may)


def _address(name: str, change) -> str:
    return reverse(f"api:{name}", kwargs={"id": change.uuid})
