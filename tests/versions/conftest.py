"""A notebook of three versions, its author, and a reader."""

import pytest
from django.test import Client

from tests.factories.executions import make_person
from tests.factories.versions import LOAD, RANK, WHY, make_document, with_versions

THIRD = ("rank", "code", "ranked = late.sort_values('amount')\nranked.head(20)")
DRAW = ("draw", "code", "ranked.plot.barh()")


@pytest.fixture
def author():
    return make_person("author")


@pytest.fixture
def reader():
    return make_person("reader")


@pytest.fixture
def notebook(author):
    """Version 2 adds a cell; version 3 changes one and moves one."""
    return with_versions(
        make_document(WHY, LOAD, RANK),
        make_document(WHY, LOAD, RANK, DRAW),
        make_document(WHY, DRAW, LOAD, THIRD),
        owner=author,
    )


@pytest.fixture
def as_reader(reader):
    client = Client()
    client.force_login(reader)
    return client


@pytest.fixture
def as_author(author):
    client = Client()
    client.force_login(author)
    return client
