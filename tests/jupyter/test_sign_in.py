"""Who is let in to the extension's addresses, and what happens without a Commons."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
import pytest
from tornado import web

from jupyter_nbcommons.environment_holder import Holder
from jupyter_nbcommons.handlers import handlers
from tests.jupyter.servers import (
    JUPYTER_TOKEN,
    RunningJupyter,
    StandInSite,
    event,
    jupyter_environment,
    notebook_text,
    running_jupyter,
    wait_until,
)

METHODS = ("get", "head", "post", "put", "patch", "delete")

# Fixed: the names of tests must be the same in every process that runs some of them.
ANY_UUID = "17702814-66c7-4e29-abd0-08beb78989cf"


def answered() -> list[tuple[str, str]]:
    """Every (method, address) this extension answers, found in its handlers."""
    found = []
    for pattern, handler, _ in handlers(Holder()):
        address = pattern.replace(r"([0-9A-Fa-f-]{36})", ANY_UUID)
        for method in METHODS:
            own = getattr(handler, method)
            if own is not getattr(web.RequestHandler, method):
                found.append((method.upper(), address))
    return found


class TestSignIn:
    def test_covers_all_addresses(self):
        methods = sorted(method for method, _ in answered())

        assert methods == [*["DELETE"] * 2, *["GET"] * 8, *["POST"] * 10]

    @pytest.mark.parametrize(("method", "address"), answered())
    def test_is_asked_for_everywhere(
        self, method: str, address: str, site: StandInSite, jupyter: RunningJupyter
    ):
        headers = {"Origin": jupyter.url.removesuffix("/user/ada")}
        with httpx.Client(trust_env=False, headers=headers) as stranger:
            answer = stranger.request(method, jupyter.url + address)

        to_sign_in = answer.status_code == 302 and "/login?" in answer.headers["Location"]
        assert answer.status_code == 403 or to_sign_in
        assert site.requests() == []

    def test_a_cookie_alone_changes_nothing(self, site: StandInSite, jupyter: RunningJupyter):
        """A form on another page sends the person's cookies, but cannot know the XSRF mark."""
        uuid = site.add_notebook("A", notebook_text("1"))
        with httpx.Client(trust_env=False) as browser:
            browser.get(f"{jupyter.url}/api/status?token={JUPYTER_TOKEN}")
            assert browser.get(f"{jupyter.url}/nbcommons/status").status_code == 200
            body = json.dumps({"events": [event()]})
            answers = [
                browser.post(f"{jupyter.url}/nbcommons/executions", content=body),
                browser.post(f"{jupyter.url}/nbcommons/copies/{uuid}"),
            ]

        assert [answer.status_code for answer in answers] == [403, 403]
        assert jupyter.status()["queued"] == 0
        assert jupyter.notebooks() == []

    def test_a_cookie_with_the_mark_is_enough(self, site: StandInSite, jupyter: RunningJupyter):
        with httpx.Client(trust_env=False) as browser:
            browser.get(f"{jupyter.url}/api/status?token={JUPYTER_TOKEN}")
            browser.get(f"{jupyter.url}/tree")
            mark = browser.cookies["_xsrf"]
            answer = browser.post(
                f"{jupyter.url}/nbcommons/executions",
                json={"events": [event()]},
                headers={"X-XSRFToken": mark},
            )

        assert answer.status_code == 202
        wait_until(site.events)


class TestStatus:
    def test_says_when_this_jupyter_ends(self, jupyter: RunningJupyter):
        status = jupyter.status()

        assert status["site"] == "http://commons.example.org"
        assert status["expires_at"] == "2099-01-01T00:00:00+00:00"
        assert status["lifetime_s"] >= status["remaining_s"] > 10**9
        assert status["is_stopped"] is False
        assert "nbs_" not in json.dumps(status)

    def test_counts_as_nobodys_work(self, jupyter: RunningJupyter):
        with jupyter.client() as client:
            client.get(f"{jupyter.url}/api/contents")
            before = client.get(f"{jupyter.url}/api/status").json()["last_activity"]
            for _ in range(3):
                jupyter.status()
            after = client.get(f"{jupyter.url}/api/status").json()["last_activity"]

        assert after == before

    def test_the_token_is_no_kernels_business(self, jupyter: RunningJupyter):
        environment = _environment_of_a_kernel(jupyter)

        assert "NBCOMMONS_SITE_URL" in environment
        assert "NBCOMMONS_TOKEN" not in environment


class TestWithoutACommons:
    @pytest.fixture
    def lonely(self, tmp_path: Path) -> Any:
        with running_jupyter(tmp_path, jupyter_environment(tmp_path)) as jupyter:
            yield jupyter

    def test_is_dormant_and_quiet(self, lonely: RunningJupyter):
        assert lonely.status() == {"site": None}
        assert lonely.report(event()).status_code == 404
        answer = lonely.open(str(uuid4()))
        assert answer.status_code == 404
        assert "not connected to the Commons" in answer.text
        log = lonely.log.read_text()
        assert "Traceback" not in log
        assert not lonely.private_folder.exists()


def _environment_of_a_kernel(jupyter: RunningJupyter) -> set[str]:
    """The names in a real kernel's environment, read from the process itself."""
    with jupyter.client() as client:
        kernel = client.post(f"{jupyter.url}/api/kernels").json()
        try:
            assert jupyter.process is not None
            (process,) = psutil.Process(jupyter.process.pid).children()
            return set(process.environ())
        finally:
            client.delete(f"{jupyter.url}/api/kernels/{kernel['id']}")
