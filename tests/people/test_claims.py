"""What an organisation says of somebody, in our words."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from nbcommons.people.claims import (
    ClaimMapping,
    free_username,
    identity_from,
    username_like,
)
from nbcommons.people.models import USERNAME_PATTERN

FULL = ClaimMapping(
    organisation="org",
    labels="groups",
    administrator="groups",
    administrator_values=("commons-admins",),
)
AMARA = {
    "sub": "1",
    "preferred_username": "Amara.Osei",
    "name": "Amara Osei",
    "email": "Amara@Example.org",
    "email_verified": True,
    "org": "Trade/Customs / Harbour",
    "groups": ["analysts", "commons-admins"],
}


class TestIdentityFrom:
    def test_reads_everything_that_is_mapped(self):
        identity = identity_from(AMARA, FULL)

        assert (identity.username, identity.full_name) == ("amara.osei", "Amara Osei")
        assert (identity.email, identity.is_email_verified) == ("amara@example.org", True)
        assert identity.organisation == ("Trade", "Customs", "Harbour")
        assert identity.groups == {"analysts", "commons-admins"}
        assert identity.is_administrator is True

    def test_leaves_alone_what_is_not_mapped(self):
        identity = identity_from(AMARA, ClaimMapping())

        assert identity.organisation is None
        assert identity.groups is None
        assert identity.is_administrator is None

    def test_takes_away_what_is_mapped_and_not_said(self):
        identity = identity_from({"sub": "1"}, FULL)

        assert identity.organisation == ()
        assert identity.groups == frozenset()
        assert identity.is_administrator is False

    @pytest.mark.parametrize("told", [None, False, "false", "no", 0, 1, [], ["yes", "no"], {}])
    def test_believes_no_address_that_is_not_called_verified(self, told):
        assert not identity_from(AMARA | {"email_verified": told}, FULL).is_email_verified

    @pytest.mark.parametrize("told", [True, "true", "TRUE", "1", ["true"]])
    def test_knows_the_forms_of_yes(self, told):
        assert identity_from(AMARA | {"email_verified": told}, FULL).is_email_verified

    def test_believes_a_provider_that_verifies_all(self):
        mapping = replace(FULL, is_every_email_verified=True)

        assert identity_from({"email": "a@example.org"}, mapping).is_email_verified
        assert not identity_from({}, mapping).is_email_verified

    @pytest.mark.parametrize(
        "address",
        ["amara", "a@b", "a b@example.org", "a@example.org, b@example.org", "<a@b.c>"],
    )
    def test_takes_nothing_for_an_address_that_is_none(self, address):
        assert identity_from(AMARA | {"email": address}, FULL).email == ""

    def test_finds_nested_claims_by_path_and_odd_names_whole(self):
        mapping = ClaimMapping(username="a.b", name="urn:oid:2.5.4.42", labels="realm.roles")
        claims = {
            "a": {"b": "deep"},
            "urn:oid:2.5.4.42": ["Amara", "Second"],
            "realm": {"roles": ["x"]},
        }

        identity = identity_from(claims, mapping)

        assert (identity.username, identity.full_name) == ("deep", "Amara")
        assert identity.groups == {"x"}

    def test_makes_an_administrator_by_a_flag_too(self):
        mapping = ClaimMapping(administrator="boss")

        assert identity_from({"boss": True}, mapping).is_administrator is True
        assert identity_from({"boss": "perhaps"}, mapping).is_administrator is False

    def test_reads_an_organisation_that_is_a_list(self):
        assert identity_from({"org": ["A/B", "C"]}, FULL).organisation == ("A/B", "C")

    @given(
        st.dictionaries(
            st.sampled_from([*AMARA, "x"]),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.text(max_size=300),
                lambda inner: (
                    st.lists(inner, max_size=4)
                    | st.dictionaries(st.sampled_from(["a", "b"]), inner)
                ),
                max_leaves=5,
            ),
        )
    )
    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    def test_bears_whatever_is_sent(self, claims):
        identity = identity_from(claims, FULL)

        assert re.match(USERNAME_PATTERN, identity.username)
        assert len(identity.full_name) <= 150
        assert len(identity.email) <= 254
        assert "\x00" not in f"{identity.full_name}{identity.organisation}{identity.groups}"
        assert identity.email or not identity.is_email_verified


class TestUsernames:
    @given(st.text())
    def test_always_have_our_form(self, text):
        assert re.match(USERNAME_PATTERN, username_like(text))

    @pytest.mark.parametrize(
        ("told", "made"),
        [
            ("Amara.Osei", "amara.osei"),
            ("zoë@example.org", "zoe"),
            (r"CORP\jbell", "corp-jbell"),
            ("..", "person"),
            ("日本", "person"),
            ("a" * 80, "a" * 64),
        ],
    )
    def test_stay_near_to_what_was_told(self, told, made):
        assert username_like(told) == made

    @given(st.from_regex(USERNAME_PATTERN, fullmatch=True), st.integers(0, 30))
    def test_get_a_number_when_they_are_taken(self, wanted, count):
        taken: set[str] = set()
        for _ in range(count):
            taken.add(free_username(wanted, taken.__contains__))

        assert len(taken) == count
        assert all(re.match(USERNAME_PATTERN, name) for name in taken)
