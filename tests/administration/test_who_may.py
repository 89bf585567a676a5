"""Every page for administrators: there for nobody else, and asks for admin mode."""

import pytest

from nbcommons.administration import urls
from nbcommons.administration.models import SiteNotice
from nbcommons.notebooks.models import Tag
from nbcommons.people.models import Label, Organisation
from tests.factories.people import NOW, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses():
    """Every address of the room, with something behind each."""
    make_person("amara.osei")
    values = {
        "organisation_id": Organisation.objects.create(name="Trade").pk,
        "slug": Label.objects.create(name="Customs", slug="customs", created_at=NOW).slug,
        "tag_id": Tag.objects.create(name="tax").pk,
        "notice_id": SiteNotice.objects.create(text="Hello", created_at=NOW, begins_at=NOW).pk,
        "job_id": 1,
        "username": "amara.osei",
    }
    asked = {"tag_rule": "?kind=import&pattern=pandas"}
    found = []
    for pattern in urls.urlpatterns:
        if pattern.name == "dismiss_notice":
            continue  # for everybody, see test_notices
        kept = pattern.pattern.converters
        route = str(pattern.pattern)
        for name, converter in kept.items():
            kind = {"IntConverter": "int", "SlugConverter": "slug", "StringConverter": "str"}
            spelt = f"<{kind[type(converter).__name__]}:{name}>"
            route = route.replace(spelt, str(values[name]))
        found.append(f"/{route}{asked.get(pattern.name, '')}")
    assert len(found) >= 21
    assert not any("<" in address for address in found)
    return found


def test_are_not_there_for_strangers(as_stranger, addresses):
    for address in addresses:
        for answer in (as_stranger.get(address), as_stranger.post(address)):
            assert answer.status_code in {404, 405}, address


def test_send_administrators_to_their_admin_mode_and_back(without_mode, addresses):
    for address in addresses:
        answer = without_mode.get(address)
        if answer.status_code == 405:
            continue
        assert answer.status_code == 302, address
        assert answer.url.startswith("/settings/admin-mode/?next=%2Fadministration"), address
        assert without_mode.post(address).status_code in {403, 405}, address


def test_ask_visitors_to_sign_in(client, addresses):
    for address in addresses:
        assert client.get(address).url.startswith("/sign-in/"), address


def test_open_in_admin_mode(as_admin, addresses):
    for address in addresses:
        answer = as_admin.get(address)
        assert answer.status_code in {200, 405}, address
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            assert answer.text.count("<h1") == 1, address


def test_admin_mode_leads_back_to_the_page_that_asked_for_it(without_mode):
    page = without_mode.get("/settings/admin-mode/?next=/administration/jobs/").text

    assert '<input type="hidden" name="next" value="/administration/jobs/">' in page


def test_the_menu_leads_there_for_administrators_only(as_admin, as_stranger):
    assert "/administration/" in as_admin.get("/").text
    assert "/administration/" not in as_stranger.get("/").text
