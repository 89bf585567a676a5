"""What the database itself holds about people."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from nbcommons.people.models import AccessToken, Person, validate_username
from tests.factories.people import NOW, make_person

pytestmark = pytest.mark.django_db


class TestUsername:
    @pytest.mark.parametrize("name", ["amara", "a", "amara.osei", "0x_f-", "a" * 64])
    def test_may_be(self, name):
        validate_username(name)

        assert Person.objects.create(username=name).username == name

    @pytest.mark.parametrize(
        "name",
        [
            "",
            ".",
            "..",
            ".a",
            "-a",
            "Amara",
            "a b",
            "a/b",
            "a@b",
            "é",
            "a\n",
            "a" * 65,
            "a%2f",
            "a\0",
        ],
    )
    def test_may_not_be(self, name):
        with pytest.raises(ValidationError):
            Person(username=name).clean_fields(exclude=["password"])

    @pytest.mark.parametrize("name", ["", ".", "Amara", "a b", "a/b", "é", "a\n"])
    def test_is_refused_by_the_database_too(self, name):
        with pytest.raises(IntegrityError, match="person_username_form"), transaction.atomic():
            Person.objects.create(username=name)

    def test_never_changes(self):
        person = make_person("amara")
        person.username = "ben"

        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            person.save()
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            Person.objects.filter(pk=person.pk).update(username="ben")

        person.refresh_from_db()
        assert person.username == "amara"

    def test_may_be_saved_unchanged(self):
        person = make_person("amara")

        person.full_name = "Amara"
        person.save()

        assert Person.objects.get(username="amara").full_name == "Amara"


class TestEmail:
    def test_belongs_to_one_person_whatever_its_case(self):
        Person.objects.create(username="amara", email="amara@example.org")

        with pytest.raises(IntegrityError, match="person_email_unique"), transaction.atomic():
            Person.objects.create(username="ben", email="Amara@Example.org")

    def test_may_be_missing_for_many(self):
        Person.objects.create(username="amara")
        Person.objects.create(username="ben")

        assert Person.objects.filter(email="").count() == 2


class TestAccessToken:
    def test_of_a_spawn_is_bound_to_it_and_expires(self):
        person = make_person()

        with pytest.raises(IntegrityError, match="accesstoken_spawn_is_bound"):
            AccessToken.objects.create(
                token_hash="0" * 64,
                prefix="nbs_",
                kind="spawn",
                person=person,
                scopes=[],
                created_at=NOW,
            )
