"""The page that clients open with what they staged."""

import json

import pytest

from nbcommons.intake.models import Draft
from tests.factories.catalogue import publish
from tests.factories.intake import raw_notebook
from tests.nbgallery.conftest import Jupyter

pytestmark = pytest.mark.django_db


def staged(jupyter: Jupyter, notebook=None) -> str:
    about = f"&id={notebook.uuid}" if notebook else ""
    return jupyter.send(f"/stages?agree=yes{about}", json.loads(raw_notebook())).json()[
        "commit"
    ]


class TestHandingOver:
    @pytest.mark.parametrize(
        "path",
        [
            "/?staged={sid}&tags=null",
            "/notebooks/?staged={sid}",
            "/notebook/{nb}/?staged={sid}",
            "/notebook/{nb}?staged={sid}",
            "/notebooks/{nb}?staged={sid}",
            "//notebook/{nb}/?staged={sid}",
            "/?staged={sid}&parent_uuid=undefined",
        ],
    )
    def test_every_address_that_clients_open_leads_there(self, ann, jupyter, path):
        notebook = publish(ann)
        sid = staged(jupyter)

        got = jupyter.client.get("http://testserver" + path.format(sid=sid, nb=notebook.uuid))

        about = f"?notebook={notebook.uuid}" if "{nb}" in path else ""
        tags = "?tags=null" if "tags" in path else ""
        assert got["Location"] == f"/handed-over/{sid}/{about}{tags}"
        page = jupyter.client.get(got["Location"])
        assert page.status_code == 200
        assert "script" in page["Content-Security-Policy"]

    def test_offers_a_version_only_to_who_may_edit(self, ann, ben, jupyter):
        mine, theirs = publish(ann), publish(ben)
        sid = staged(jupyter)

        own = jupyter.client.get(f"/handed-over/{sid}/?notebook={mine.uuid}").content.decode()
        other = jupyter.client.get(
            f"/handed-over/{sid}/?notebook={theirs.uuid}"
        ).content.decode()

        assert 'data-fragment="UPDATE"' in own
        assert 'data-fragment="UPDATE"' not in other
        assert 'data-fragment="CHANGE_REQ"' in other

    def test_tells_nothing_of_what_the_person_may_not_read(self, ben, jupyter):
        hidden = publish(ben, "The hidden", visibility="private")
        sid = staged(jupyter)

        page = jupyter.client.get(
            f"/handed-over/{sid}/?notebook={hidden.uuid}&parent={hidden.uuid}"
        )

        assert b"The hidden" not in page.content
        assert page.content.count(b"<form") >= 1

    def test_makes_a_fork_with_the_tags_of_the_client(self, ann, ben):
        theirs = publish(ben, "Theirs <b>")
        jupyter = Jupyter(ann)
        jupyter.client.handler.enforce_csrf_checks = False
        sid = staged(jupyter)

        got = jupyter.client.post(
            f"/handed-over/{sid}/?parent={theirs.uuid}&tags=demo,sales", {"do": "fork"}
        )

        draft = Draft.objects.get()
        assert got["Location"] == f"/add/{sid}/"
        assert (draft.becomes, draft.target) == ("fork", theirs)
        assert {"demo", "sales"} <= {t["name"] for t in draft.tags if t["is_chosen"]}

    def test_needs_the_pages_own_token(self, jupyter):
        sid = staged(jupyter)

        assert jupyter.client.post(f"/handed-over/{sid}/", {"do": "new"}).status_code == 403
