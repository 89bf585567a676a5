"""From the site into one's own Jupyter and back out of both, with every part real."""

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

    def test_gives_each_person_a_token_that_the_site_knows(self, newcomer):
        fred = newcomer("fred")
        fred.open_jupyter()
        found = homes.every(fred.commons.root / "homes")
        tokens = {token_of(home) for home in found}

        assert len(tokens) == len(found)
        assert all(token.startswith("nbs_") for token in tokens)


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


def token_of(home) -> str:
    for pid in homes.processes_of(home):
        for line in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            if line.startswith(b"NBCOMMONS_TOKEN="):
                return line.decode().partition("=")[2]
    raise AssertionError("no token")
