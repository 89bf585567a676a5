"""No name of a person or an access label holds signs that nobody sees."""

import pytest

from nbcommons.people.errors import NameTaken
from nbcommons.people.forms.joining import JoinForm
from nbcommons.people.forms.own import ProfileForm
from nbcommons.people.models import Person
from nbcommons.people.operations import labels
from nbcommons.people.operations.own import change_own_profile
from tests.factories.people import NOW, SYSTEM, actor_of, make_person

pytestmark = pytest.mark.django_db


def test_of_a_person_who_joins():
    assert make_person("ann", full_name="An\u202en \u200bBerg").full_name == "Ann Berg"


def test_of_a_person_who_changes_it():
    ann = make_person("ann")

    change_own_profile(
        actor_of(ann), full_name="T\u202egpj", interests="da\u200bta", is_mentor=False
    )

    now = Person.objects.get(pk=ann.pk)
    assert (now.full_name, now.interests) == ("Tgpj", "data")


@pytest.mark.parametrize("form", [JoinForm, ProfileForm])
def test_a_name_that_nobody_sees_is_none(form):
    assert "full_name" in form({"full_name": "\u202e\u200b"}).errors
    assert "full_name" not in form({"full_name": "\u202eAnn"}).errors


def test_of_a_label():
    assert labels.create_label(SYSTEM, name="am\u202eber", at=NOW).name == "amber"
    with pytest.raises(NameTaken, match="needs a name"):
        labels.create_label(SYSTEM, name="\u202e", at=NOW)
