"""From the site into one's own Jupyter and back out of both, with every part real."""

import json
import time
from pathlib import Path

import httpx

from nbcommons_hub import homes


class TestRunInJupyter:
    def test_opens_ones_own_jupyter_without_a_second_sign_in(self, newcomer):
        ada = newcomer("ada")

        answer = ada.open_jupyter()

        assert answer.status_code == 200
        assert "jupyter-config-data" in answer.text
        assert str(answer.url).startswith(f"{ada.commons.jupyter}user/ada/")

    def test_refuses_another_persons_jupyter(self, newcomer):
        carl = newcomer("carl")
        carl.open_jupyter()

        answer = carl.web.get(f"{carl.commons.jupyter}user/ada/lab")

        assert answer.status_code in (403, 404), answer.url

    def test_gives_the_next_person_in_the_same_browser_their_own(self, newcomer):
        dora, emil = newcomer("dora"), newcomer("emil")
        dora.open_jupyter()
        dora.sign_out()

        emil.web.cookies = dora.web.cookies
        emil.sign_in()
        answer = emil.open_jupyter()

        assert str(answer.url).startswith(f"{emil.commons.jupyter}user/emil/")

    def test_gives_a_token_that_the_site_honours_until_the_jupyter_ends(self, newcomer):
        fred = newcomer("fred")
        before = set(homes.every(fred.commons.root / "homes"))
        fred.open_jupyter()
        (home,) = set(homes.every(fred.commons.root / "homes")) - before
        token = token_of(home)
        assert token.startswith("nbs_")
        assert status_with(fred.commons, "nbs_made_up") == 401
        # Nothing of that number; but whoever asks is known.
        assert status_with(fred.commons, token) == 404

        homes.end_processes(home)  # as a crash would

        wait_until(lambda: status_with(fred.commons, token) == 401)
        wait_until(lambda: not home.path.exists())


class TestSignOut:
    def test_signs_out_of_both(self, newcomer):
        gina = newcomer("gina")
        gina.open_jupyter()

        answer = gina.sign_out()

        assert str(answer.url).startswith(f"{gina.commons.site}/signed-out/")
        hub = gina.web.get(f"{gina.commons.jupyter}hub/home", follow_redirects=True)
        assert "/sign-in/" in str(hub.url)
        own = gina.web.get(f"{gina.commons.jupyter}user/gina/lab", follow_redirects=False)
        assert own.status_code in (302, 403)

    def test_leaves_nothing_in_the_browser_that_tells_who_was_there(self, newcomer):
        hugo = newcomer("hugo")
        hugo.open_jupyter()
        before = {cookie.name for cookie in hugo.web.cookies.jar}

        hugo.sign_out()

        after = {cookie.name for cookie in hugo.web.cookies.jar}
        assert {"commons_session", "jupyterhub-user-hugo", "jupyterhub-hub-login"} <= before
        assert not {name for name in after if "session" in name or "jupyterhub" in name}


class TestStrangers:
    def test_are_sent_to_the_sign_in_page_of_the_site(self, commons):
        with httpx.Client(follow_redirects=True) as nobody:
            answer = nobody.get(f"{commons.jupyter}hub/")

        assert str(answer.url).startswith(f"{commons.site}/sign-in/")


def status_with(commons, token: str) -> int:
    """What the site answers to a Jupyter with this token, server to server."""
    port = json.loads((commons.root / "running.json").read_text())["web_port"]
    return httpx.get(
        f"http://127.0.0.1:{port}/api/v1/notebooks/00000000-0000-4000-8000-000000000000",
        headers={"Authorization": f"Bearer {token}"},
    ).status_code


def wait_until(check, timeout_s=60):
    deadline = time.monotonic() + timeout_s
    while not check():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.2)


def token_of(home) -> str:
    for pid in homes.processes_of(home):
        for line in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            if line.startswith(b"NBCOMMONS_TOKEN="):
                return line.decode().partition("=")[2]
    raise AssertionError("no token")
