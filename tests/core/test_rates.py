"""How often one may call, counted by all processes together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from nbcommons.core import rates
from nbcommons.core.errors import TooOften
from nbcommons.core.models import CallRate


def spent(caller, per_minute):
    """How many calls of ``caller`` are taken before one is refused."""
    for taken in range(1000):
        try:
            rates.charge(caller, per_minute=per_minute)
        except TooOften as error:
            return taken, error
    raise AssertionError("never refused")


@pytest.mark.django_db
class TestCharge:
    def test_takes_as_many_calls_as_a_minute_holds(self):
        taken, error = spent("a", 7)

        assert taken == 7
        assert 7 < error.retry_after_s <= 60 / 7 + 0.1

    def test_counts_callers_apart(self):
        spent("a", 3)

        rates.charge("b", per_minute=3)

    def test_takes_another_when_a_step_is_over(self):
        spent("a", 6)
        CallRate.objects.update(busy_until=timezone.now() + timedelta(seconds=49.9))

        rates.charge("a", per_minute=6)
        with pytest.raises(TooOften):
            rates.charge("a", per_minute=6)

    def test_takes_a_whole_minute_after_a_pause(self):
        spent("a", 4)
        CallRate.objects.update(busy_until=timezone.now() - timedelta(days=3))

        assert spent("a", 4)[0] == 4

    def test_counts_nothing_when_switched_off(self):
        rates.charge("a", per_minute=0)

        assert not CallRate.objects.exists()

    def test_costs_one_statement(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            rates.charge("a", per_minute=10)


@pytest.mark.django_db(transaction=True)
class TestTogether:
    def test_takes_no_more_from_many_at_once(self):
        def call(_):
            try:
                rates.charge("a", per_minute=20)
            except TooOften:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(8) as pool:
            taken = sum(pool.map(call, range(60)))

        assert taken == 20


@pytest.mark.django_db
class TestForgetIdleCallers:
    def test_keeps_those_who_called_lately(self):
        now = timezone.now()
        CallRate.objects.create(caller="old", busy_until=now - timedelta(hours=2))
        CallRate.objects.create(caller="new", busy_until=now - timedelta(minutes=2))

        assert rates.forget_idle_callers() == 1
        assert CallRate.objects.get().caller == "new"


class TestAddressOf:
    @pytest.mark.parametrize(
        ("told", "proxies", "address"),
        [
            ("", 1, "10.0.0.9"),
            ("192.0.2.7", 1, "192.0.2.7"),
            ("203.0.113.1, 192.0.2.7", 1, "192.0.2.7"),
            ("203.0.113.1, 192.0.2.7, 10.1.1.1", 2, "192.0.2.7"),
            ("192.0.2.7", 0, "10.0.0.9"),
            ("2001:db8::17", 1, "2001:db8::/64"),
            ("not an address", 1, "unknown"),
        ],
    )
    def test_believes_our_own_proxies_alone(self, settings, told, proxies, address):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
        claim = {"X-Forwarded-For": told} if told else {}

        request = RequestFactory(REMOTE_ADDR="10.0.0.9").get("/", headers=claim)

        assert rates.address_of(request) == address
