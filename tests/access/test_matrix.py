"""Every address as every kind of person, against the table of the permissions page."""

import re
import uuid
from contextlib import contextmanager

import orjson
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from nbcommons.core.middleware import ADMIN_MODE_KEY
from tests.access import addresses
from tests.access.addresses import NOTEBOOKS, SHELVES, Ask, Shelf
from tests.access.table import expectations
from tests.access.world import ADMIN_MODE, ADMINISTRATOR, NOBODY, NOBODY_READING, title_of

EXPECTED = expectations()
WHO = sorted({who for _, who, _ in EXPECTED})
SIGN_IN = "/sign-in/"


@pytest.fixture(scope="class")
def clients(world):
    """A signed-in browser for each kind of person."""
    return {who: _client(world, who) for who in WHO}


def _client(world, who: str) -> Client:
    client = Client()
    if who not in {NOBODY, NOBODY_READING}:
        client.force_login(world.people[ADMINISTRATOR if who == ADMIN_MODE else who])
    if who == ADMIN_MODE:
        session = client.session
        session[ADMIN_MODE_KEY] = "2999-01-01T00:00:00+00:00"
        session.save()
    return client


@contextmanager
def taken_back():
    """Whatever a request changes is as before afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def as_who(settings, django_db_blocker):
    """Call it before asking as somebody."""

    def prepare(who: str) -> None:
        settings.NBCOMMONS_ANONYMOUS_READING = who == NOBODY_READING

    with django_db_blocker.unblock():
        yield prepare


@pytest.mark.django_db
def test_no_address_is_left_out():
    listed = [
        {ask.name for ask in NOTEBOOKS},
        {shelf.name for shelf in SHELVES},
        addresses.OPEN,
        addresses.OWN,
        addresses.ADMINISTRATION,
        addresses.THINGS,
        addresses.PROGRAMS,
    ]

    assert addresses.names() - set().union(*listed) == set()
    assert set().union(*listed) - addresses.names() == set()
    assert sum(map(len, listed)) == len(set().union(*listed)), "an address stands in two lists"


def test_no_operation_of_the_api_is_left_out():
    asked = {(ask.method, ask.name) for ask in NOTEBOOKS}
    elsewhere = {name for name in addresses.names() if name.startswith("api:")}
    elsewhere -= {ask.name for ask in NOTEBOOKS}

    left_out = {pair for pair in addresses.operations() if pair[1] not in elsewhere} - asked

    assert left_out == set()


class TestMatrix:
    @pytest.mark.parametrize("ask", NOTEBOOKS, ids=str)
    def test_a_notebook_is_there_for_exactly_those_of_the_table(
        self, ask, world, clients, as_who
    ):
        wrong = []
        for (kind, who, state), may in EXPECTED.items():
            as_who(who)
            got = _ask(clients[who], ask, world.notebooks[kind, state].uuid)
            if not _is_as_expected(ask, may, got):
                wrong.append(
                    f"{kind} / {state} / {who}: {got.status_code}, may {may or 'nothing'}"
                )
            if "R" not in may and "B" not in may:
                assert title_of(kind, state) not in _body(got), (kind, state, who)

        assert wrong == []

    @pytest.mark.parametrize("ask", NOTEBOOKS, ids=str)
    def test_what_is_hidden_answers_like_what_does_not_exist(self, ask, world, clients, as_who):
        never = uuid.UUID("00000000-0000-4000-8000-000000000000")
        nothing = {}
        for (kind, who, state), may in EXPECTED.items():
            if may:
                continue
            as_who(who)
            if who not in nothing:
                nothing[who] = _plain(_ask(clients[who], ask, never), never)
            hidden = world.notebooks[kind, state].uuid
            assert _plain(_ask(clients[who], ask, hidden), hidden) == nothing[who]

    @pytest.mark.parametrize("who", WHO)
    @pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: f"{shelf.name}?{shelf.query}")
    def test_a_list_holds_what_the_reader_may_see(
        self, shelf: Shelf, who, world, clients, as_who
    ):
        as_who(who)
        url = reverse(shelf.name, kwargs=shelf.arguments)
        with taken_back():
            got = clients[who].get(f"{url}?{shelf.query}")
        body = _body(got)

        for (kind, state), notebook in world.notebooks.items():
            may = EXPECTED.get((kind, who, state), _of_a_stranger(who, kind, state))
            if not set("RB") & set(may):
                assert title_of(kind, state) not in body
                assert str(notebook.uuid) not in body
            elif shelf.is_complete and "R" in may and not _is_refused(got):
                assert title_of(kind, state) in body, (kind, state)


def _is_as_expected(ask: Ask, may: str, got) -> bool:
    if set(ask.letter) & set(may):
        return not _is_refused(got) and ask.goes_to in got.headers.get("Location", "")
    if ask.goes_to and "R" in may:
        return ask.goes_to not in got.headers.get("Location", "")
    if got.status_code == 302:
        return got["Location"].startswith(SIGN_IN)
    # What may be read may be refused in words; what may not does not exist.
    return got.status_code in ({401, 403, 404} if "R" in may or "B" in may else {401, 404})


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


def _ask(client: Client, ask: Ask, key: uuid.UUID):
    url = reverse(ask.name, kwargs={"uuid": key, **ask.arguments})
    with taken_back():
        if ask.method == "get":
            return client.get(url, ask.data)
        if ask.name.startswith("api:"):
            return client.generic(ask.method.upper(), url, _json(ask.data), "application/json")
        return client.post(url, ask.data)


def _json(data) -> bytes:
    return orjson.dumps(data)


def _is_refused(got) -> bool:
    is_sent_away = got.status_code == 302 and got["Location"].startswith(SIGN_IN)
    return (
        is_sent_away or got.status_code in {401, 403, 404, 405, 429} or got.status_code >= 500
    )


def _body(got) -> str:
    content = b"".join(got.streaming_content) if got.streaming else got.content
    return content.decode(errors="replace")


def _plain(got, key: uuid.UUID) -> str:
    """An answer without what is made anew for each."""
    text = f"{got.status_code} " + _body(got).replace(str(key), "KEY").replace(key.hex, "KEY")
    text += got.headers.get("Location", "").replace(str(key), "KEY")
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", text)
