"""Reading without signing in, where the operator allows it: what is there, and what is not."""

import pytest
from django.urls import reverse

from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from nbcommons.search.operations import rebuild_index
from tests.factories.gallery import SYSTEM, bring_in
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(settings):
    settings.NBCOMMONS_ANONYMOUS_READING = True


@pytest.fixture
def notebook():
    with _place.using(MemoryStore()):
        found = bring_in(make_person(), "Find late ships")
        rebuild_index(SYSTEM)
        yield found


READ = ["/", "/notebooks/", "/notebooks/?q=ships", "/suggest/?q=s"]
OF_NOTEBOOK = ["", "leaf/", "health/", "?part=health"]
OWN = [
    "/mine/",
    "/add/",
    "/settings/",
    "/settings/tokens/",
    "/people/amara.osei/",
    "/settings/people/",
]


class TestReaders:
    @pytest.mark.usefixtures("notebook")
    @pytest.mark.parametrize("address", READ)
    def test_read_the_gallery(self, client, address):
        response = client.get(address, follow=True)

        assert response.status_code == 200
        assert "Run in Jupyter" not in response.text

    @pytest.mark.parametrize("rest", OF_NOTEBOOK)
    def test_read_a_notebook(self, client, notebook, rest):
        assert client.get(f"/notebooks/{notebook.uuid}/{rest}").status_code == 200

    def test_are_offered_to_sign_in_and_to_come_back(self, client, notebook):
        address = f"/notebooks/{notebook.uuid}/"

        page = client.get(address).text

        assert f'href="/sign-in/?next={address}"' in page
        assert "Sign in to run it" in page
        assert 'role="search"' in page

    @pytest.mark.usefixtures("notebook")
    def test_see_no_links_to_what_is_not_theirs(self, client):
        page = client.get("/", follow=True).text

        for own in ("My notebooks", "Add a notebook", "Settings", "Sign out", "Continue where"):
            assert own not in page
        assert ">Browse</a>" in page

    @pytest.mark.usefixtures("notebook")
    @pytest.mark.parametrize("address", ["/notebooks/", "/notebooks/?part=results", "/tags/"])
    def test_are_led_to_no_lists_of_people(self, client, address):
        page = client.get(address).text

        for hidden in ("/people/", "/teams/", "/organisations/"):
            assert f'href="{hidden}"' not in page

    def test_follow_a_feed(self, client, notebook):
        bring_in(make_person("ben"), "Hidden ships", visibility="private")

        feed = client.get("/feeds/notebooks.atom")

        assert feed.status_code == 200
        assert notebook.title in feed.text
        assert "Hidden" not in feed.text

    @pytest.mark.usefixtures("notebook")
    @pytest.mark.parametrize("address", OWN)
    def test_are_sent_to_sign_in_for_the_rest(self, client, address):
        response = client.get(address)

        assert (response.status_code, response.url) == (302, f"/sign-in/?next={address}")

    def test_run_nothing(self, client, notebook):
        address = reverse("gallery:run", args=[notebook.uuid])

        assert client.get(address).url.startswith("/sign-in/")
        assert client.post(address).url.startswith("/sign-in/")

    def test_see_no_private_notebook(self, client):
        hidden = bring_in(make_person("ben"), "Hidden", visibility="private")

        assert client.get(f"/notebooks/{hidden.uuid}/").status_code == 404
        assert "Hidden" not in client.get("/notebooks/").text

    def test_are_not_let_in_by_default(self, client, settings, notebook):
        settings.NBCOMMONS_ANONYMOUS_READING = False

        for address in (
            "/",
            "/notebooks/",
            "/feeds/notebooks.atom",
            f"/notebooks/{notebook.uuid}/",
        ):
            assert client.get(address).url == f"/sign-in/?next={address}"
        assert 'role="search"' not in client.get("/signed-out/").text
