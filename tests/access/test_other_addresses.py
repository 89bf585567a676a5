"""Addresses that are no notebook's: for people, for administrators, for one person only.

None is left out: an address that stands in no list of ``addresses.py`` fails here.
"""

import pytest
from django.test import Client
from django.urls import reverse

from tests.access import addresses
from tests.access.addresses import NOTEBOOKS, SHELVES
from tests.access.asking import REFUSED, SIGN_IN
from tests.access.world import NOBODY, NOBODY_READING
from tests.factories.people import make_person


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
