"""Addresses that are kept are those that Django would work out."""

from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from nbcommons.core.addresses import path_about, path_of, path_to


class TestAddresses:
    def test_are_those_of_django(self):
        uuid = uuid4()

        for _ in range(2):
            assert path_to("gallery:browse") == reverse("gallery:browse")
            assert path_about("gallery:leaf", uuid) == reverse("gallery:leaf", args=[uuid])

    @pytest.mark.parametrize("name", ["ann", "b\u00e5 b?#%", "ann+1@example.org"])
    def test_of_a_name_are_those_of_django(self, name):
        for _ in range(2):
            assert path_of("gallery:person", name) == reverse("gallery:person", args=[name])

    def test_follow_the_prefix_of_the_site(self):
        path_to("gallery:browse")
        set_script_prefix("/commons/")
        try:
            assert path_to("gallery:browse") == reverse("gallery:browse")
        finally:
            set_script_prefix("/")

    def test_are_not_made_up(self):
        with pytest.raises(NoReverseMatch):
            path_to("gallery:nothing")
        with pytest.raises(NoReverseMatch):
            path_about("gallery:browse", uuid4())
        with pytest.raises(NoReverseMatch):
            path_of("gallery:person", "a/b")
