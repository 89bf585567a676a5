"""How tags are stored."""

from nbcommons.notebooks.tags import tidy_tags


def test_one_of_dots_alone_is_none_because_its_page_could_not_be_reached():
    assert tidy_tags(["..", ".", " ... ", ".net", "v1.2"]) == (".net", "v1.2")
