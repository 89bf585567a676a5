"""The kinds of Jupyter that an operator offers, and what people choose."""

import json

import pytest

from nbcommons.runtime import preferences
from nbcommons.runtime.profiles import BadProfiles, Profile, parse_profiles, read_profiles
from tests.factories.people import SYSTEM, actor_of, make_person

TWO = [
    {"slug": "small", "title": "Everyday"},
    {"slug": "large", "title": "Large", "memory_mb": 16384, "lifetime_s": 60},
]


@pytest.fixture
def offered(settings, tmp_path):
    path = tmp_path / "profiles.json"
    path.write_text(json.dumps(TWO))
    settings.NBCOMMONS_PROFILES = str(path)


class TestReadProfiles:
    def test_takes_the_first_as_default_where_none_says_so(self, tmp_path):
        path = tmp_path / "p.json"
        path.write_text(json.dumps(TWO))

        first, second = read_profiles(path)

        assert first == Profile("small", "Everyday", is_default=True)
        assert (second.memory_mb, second.lifetime_s, second.is_default) == (16384, 60, False)

    def test_are_none_without_a_file(self):
        assert read_profiles(None) == ()

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ([], "a list of 1 to 20"),
            ({}, "a list of 1 to 20"),
            ([1], "profile 1 is no object"),
            ([{"title": "x"}], "needs a slug"),
            ([{"slug": "../x"}], "needs a slug"),
            ([{"slug": "x\n"}], "needs a slug"),
            ([{"slug": "a", "memory": 1}], "mean nothing: memory"),
            ([{"slug": "a", "memory_mb": True}], "memory_mb is a whole number"),
            ([{"slug": "a", "memory_mb": 0}], "memory_mb is a whole number"),
            ([{"slug": "a", "lifetime_s": 10**9}], "lifetime_s is a whole number"),
            ([{"slug": "a", "title": "a\nb"}], "title is one line"),
            ([{"slug": "a", "is_default": 1}], "is_default is true or false"),
            ([{"slug": "a"}, {"slug": "a"}], "the same slug"),
            ([{"slug": s, "is_default": True} for s in "ab"], "more than one"),
        ],
    )
    def test_says_what_is_wrong(self, content, words):
        with pytest.raises(BadProfiles, match=words):
            parse_profiles(content)

    @pytest.mark.parametrize("text", ["", "[", "[" * 100_000, "NaN", "\xff"])
    def test_says_which_file_is_no_json(self, tmp_path, text):
        path = tmp_path / "p.json"
        path.write_text(text, encoding="latin-1")

        with pytest.raises(BadProfiles, match=r"p\.json"):
            read_profiles(path)
        with pytest.raises(BadProfiles, match="cannot be read"):
            read_profiles(tmp_path / "none.json")


@pytest.mark.django_db
class TestChooseProfile:
    @pytest.mark.usefixtures("offered")
    def test_holds_for_every_start(self):
        person = make_person("amara")
        assert preferences.profile_of(person.pk) == "small"

        preferences.choose_profile(actor_of(person), "large")

        assert preferences.profile_of(person.pk) == "large"
        with pytest.raises(preferences.NoSuchProfile):
            preferences.choose_profile(actor_of(person), "huge")

    def test_falls_back_when_the_kind_is_gone(self, offered, settings):
        del offered
        person = make_person("amara")
        preferences.choose_profile(actor_of(person), "large")
        settings.NBCOMMONS_PROFILES = ""

        assert preferences.profile_of(person.pk) == ""

    def test_is_not_for_the_system(self):
        with pytest.raises(Exception, match="Sign in"):
            preferences.change_preferences(SYSTEM, fills_home=True, keeps_settings=True)
