"""What stands in the address of a list, and that no address is an error."""

import pytest
from django.http import QueryDict
from hypothesis import given, strategies as st

from nbcommons.core.paging import MAX_PAGE, page_number
from nbcommons.gallery.queries.addresses import Address, address_from
from nbcommons.search.queries import Sort

texts = st.text(max_size=30)


class TestAddressFrom:
    def test_reads_back_what_url_wrote(self):
        address = Address(
            text="late payers & more",
            categories=("course",),
            health=("healthy", "unknown"),
            languages=("c++",),
            tags=("name matching",),
            sort=Sort.NEWEST,
            page=3,
            only_my_words=True,
        )

        query = address.url.partition("?")[2]

        assert address_from(QueryDict(query)) == address

    @given(st.dictionaries(st.sampled_from(["q", "page", "sort", "tag", "exact"]), texts))
    def test_makes_something_of_anything(self, pairs):
        query = QueryDict(mutable=True)
        query.update(pairs)

        address = address_from(query)

        assert 1 <= address.page <= MAX_PAGE
        assert "\x00" not in address.text + "".join(address.tags)
        assert address_from(QueryDict(address.url.partition("?")[2])) == address

    def test_keeps_each_choice_once(self):
        address = address_from(QueryDict("tag=charts&tag=charts&tag=&tag=maps"))

        assert address.tags == ("charts", "maps")


class TestAddress:
    def test_goes_to_the_first_page_when_a_filter_is_taken_off(self):
        address = Address(tags=("charts", "maps"), page=4)

        assert address.without("tags", "charts") == Address(tags=("maps",))

    def test_is_short_when_nothing_is_asked_for(self):
        assert Address().url == "/notebooks/"


class TestPageNumber:
    @pytest.mark.parametrize("words", ["0", "-1", "two", "²", "9" * 5000, ""])
    def test_takes_what_is_no_page_for_the_first(self, words):
        query = QueryDict(mutable=True)
        query["page"] = words

        assert page_number(query) == 1

    def test_goes_no_further_than_the_last_page_shown(self):
        assert page_number(QueryDict("page=999999")) == MAX_PAGE
