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
from tests.factories.people import make_person

EXPECTED = expectations()
WHO = sorted({who for _, who, _ in EXPECTED})
SIGN_IN = "/sign-in/"
# 405: it takes another method.
REFUSED = {403, 404, 405}
# Each kind of reason not to see something.
HIDDEN_FROM = {
    NOBODY,
    "a stranger",
    "shared with: may edit",
    "editor in the team",
    ADMINISTRATOR,
}


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
            if not _is_as_expected(ask, who, may, got):
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
            if may or who not in HIDDEN_FROM:
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


@pytest.mark.parametrize("who", [NOBODY, NOBODY_READING])
@pytest.mark.parametrize("name", sorted(addresses.OWN | addresses.ADMINISTRATION))
@pytest.mark.django_db
def test_what_is_for_people_sends_nobody_to_sign_in(name, who, settings):
    settings.NBCOMMONS_ANONYMOUS_READING = who == NOBODY_READING

    got = Client().get(addresses.some_address(name))

    is_sent = got.status_code == 302 and got["Location"].startswith((SIGN_IN, "/confirm/"))
    assert is_sent or got.status_code in {401, *REFUSED}


@pytest.mark.parametrize("name", sorted(addresses.ADMINISTRATION))
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.django_db
class TestAdministration:
    def test_does_not_exist_for_others(self, name, method):
        client = Client()
        client.force_login(make_person("stranger"))

        got = getattr(client, method)(addresses.some_address(name))

        assert _is_asked_for_admin_mode(got) or got.status_code in REFUSED

    def test_is_closed_to_administrators_out_of_admin_mode(self, name, method):
        client = Client()
        client.force_login(make_person("admin", administrator=True))

        got = getattr(client, method)(addresses.some_address(name))

        assert _is_asked_for_admin_mode(got) or got.status_code in REFUSED


@pytest.mark.parametrize("name", sorted(addresses.THINGS))
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.django_db
def test_somebody_elses_thing_does_not_exist(name, method):
    client = Client()
    client.force_login(make_person("stranger"))

    sent = {"content_type": "application/json"} if name.startswith("api:") else {}
    got = getattr(client, method)(addresses.some_address(name), **sent)

    is_sent_back = got.status_code == 302 and got["Location"] == reverse("intake:add")
    assert is_sent_back or got.status_code in REFUSED


def _is_asked_for_admin_mode(got) -> bool:
    return got.status_code == 302 and "/admin-mode/" in got["Location"]


def _is_as_expected(ask: Ask, who: str, may: str, got) -> bool:
    is_sent_back = got.status_code == 302 and got["Location"].startswith(ask.sent_back or "-")
    if set(ask.letter) & set(may) and not _is_program_of_nobody(ask, who):
        return not _is_refused(got) and not is_sent_back
    if is_sent_back:
        return "R" in may
    if got.status_code == 302:
        return got["Location"].startswith(SIGN_IN)
    # What may be read may be refused in words; what may not does not exist.
    is_known = "R" in may or "B" in may
    return got.status_code in ({401, 403, 404} if is_known else {401, 404})


def _is_program_of_nobody(ask: Ask, who: str) -> bool:
    """Programs always sign in, also where people need not to read."""
    return who == NOBODY_READING and ask.name.startswith("api:")


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
    name = {"short": key.hex[:8]} if ask.name == "gallery:short" else {"uuid": key}
    url = reverse(ask.name, kwargs={**name, **ask.arguments})
    # What an earlier request left to be said once.
    client.cookies.pop("messages", None)
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
    text = f"{got.status_code} " + _body(got).replace(str(key), "KEY").replace(
        key.hex[:8], "KEY"
    )
    text += re.sub(f"{key}|{key.hex[:8]}", "KEY", got.headers.get("Location", ""))
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", text)
