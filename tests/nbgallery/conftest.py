"""Somebody at a JupyterLab that the operator knows, with the client of an nbgallery."""

import json

import pytest
from django.test import Client

from tests.factories.people import make_person

JUPYTER = "https://ann.jupyter.example.org"


class Jupyter:
    """Asks as the client does: from a page of its origin, as JSON, without a CSRF token."""

    def __init__(self, person=None, origin=JUPYTER) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.person = person
        self.origin = origin
        if person is not None:
            self.client.force_login(person)

    def headers(self):
        said = {"accept": "application/json", "x-requested-with": "XMLHttpRequest"}
        return said | ({"origin": self.origin} if self.origin else {})

    def get(self, path, **data):
        # By itself, Django's client would take what follows two slashes for a host.
        return self.client.get(f"http://testserver{path}", data, headers=self.headers())

    def post(self, path, **data):
        return self.client.post(path, data, headers=self.headers())

    def send(self, path, document, kind="text/plain"):
        text = document if isinstance(document, str | bytes) else json.dumps(document)
        return self.client.generic(
            "POST", path, text, content_type=kind, headers=self.headers()
        )

    def delete(self, path):
        return self.client.delete(path, headers=self.headers())


@pytest.fixture(autouse=True)
def origins(settings):
    settings.NBCOMMONS_NBGALLERY_ORIGINS = ("https://*.jupyter.example.org",)


@pytest.fixture
def ann(db):  # noqa: ARG001 - a person needs it
    return make_person("ann")


@pytest.fixture
def ben(db):  # noqa: ARG001 - a person needs it
    return make_person("ben")


@pytest.fixture
def jupyter(ann) -> Jupyter:
    return Jupyter(ann)
