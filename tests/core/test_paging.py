"""Which page numbers are shown."""

import pytest

from nbcommons.core.paging import pager_of


def shown(page, page_count):
    pager = pager_of(page=page, page_count=page_count, url_of=lambda number: f"?page={number}")
    return ["…" if link.is_gap else link.number for link in pager.links]


class TestPagerOf:
    @pytest.mark.parametrize(
        ("page", "page_count", "expected"),
        [
            (1, 0, []),
            (1, 1, [1]),
            (1, 5, [1, 2, 3, "…", 5]),
            (10, 20, [1, "…", 8, 9, 10, 11, 12, "…", 20]),
            (20, 20, [1, "…", 18, 19, 20]),
            (99, 3, [1, "…", 3]),
        ],
    )
    def test_shows_the_ends_and_what_is_near(self, page, page_count, expected):
        assert shown(page, page_count) == expected

    def test_leads_one_page_on_and_back_but_not_beyond_the_ends(self):
        first = pager_of(page=1, page_count=2, url_of=str)
        last = pager_of(page=2, page_count=2, url_of=str)

        assert (first.previous_url, first.next_url) == ("", "2")
        assert (last.previous_url, last.next_url) == ("1", "")
