"""The door: which host name leads where, and what no outsider can say or reach."""

import json
import socket
import time

import pytest

from nbcommons.launch import edge

from .conftest import fetch, make_stage

# WSGI would read these as if the door had written them.
FORGED = {
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "443",
    "X-Real-Ip": "6.6.6.6",
    "X_Forwarded_For": "6.6.6.6",
    "X-Nbcommons-Edge": "forged",
}


def upload(stage, path, length):
    """The beginning of an upload to the site."""
    port = stage.addresses.door_port
    link = socket.create_connection(("127.0.0.1", port), timeout=10)
    said = f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {length}"
    link.sendall(f"{said}\r\n\r\n".encode())
    return link


class TestSiteHost:
    @pytest.mark.parametrize(
        "path",
        [
            "/jupyter/hub/health",
            "/jupyter/hub/api",
            "/jupyter/hub/login",
            "/jupyter/user/alice/api",
            "/jupyter",
            "/%6Aupyter/hub/health",
        ],
    )
    def test_leads_to_the_site_for_every_path_of_jupyter(self, stage, path):
        answer = stage.door(path, host="localhost")

        assert answer.status == 200
        assert answer.json()["path"].startswith(("/jupyter", "/%6Aupyter"))

    @pytest.mark.parametrize(
        "path",
        [
            "/internal/hub/spawns",
            "/internal",
            "//internal/hub/spawns",
            "/Internal/hub/spawns",
            "/internal%2Fhub/spawns",
            "/%69nternal/hub/spawns",
            "/x/../internal/hub/spawns",
            "/./internal/hub/spawns",
            "/%2Finternal/hub/spawns",
        ],
    )
    def test_never_reaches_the_internal_addresses(self, stage, path):
        answer = stage.door(path, host="localhost")

        assert answer.status in (307, 308, 404), answer

    def test_gets_the_doors_secret_whatever_the_caller_sent(self, stage):
        headers = stage.door("/", host="localhost", headers=FORGED).json()["headers"]

        assert headers["X-Nbcommons-Edge"] == stage.keys.edge_secret

    def test_throws_away_what_callers_claim_about_themselves(self, stage):
        headers = stage.door("/", host="localhost", headers=FORGED).json()["headers"]

        said = {name.lower().replace("_", "-"): value for name, value in headers.items()}
        assert said["x-forwarded-for"] == "127.0.0.1"
        assert said["x-forwarded-proto"] == "http"
        assert said["x-forwarded-host"].startswith("localhost:")
        assert said["x-real-ip"] == "127.0.0.1"
        assert "6.6.6.6" not in str(headers)

    def test_hands_an_upload_on_when_it_is_whole(self, stage):
        body = json.dumps({"spawn_id": "slow", "username": "nobody"}).encode()
        with upload(stage, "/slow", len(body)) as link:
            link.sendall(body[:10])
            time.sleep(0.5)
            assert "/slow" not in stage.site.posted

            link.sendall(body[10:])

            assert b" 201 " in link.recv(100)
            assert "/slow" in stage.site.posted

    def test_refuses_more_than_the_largest_file_in_a_form(self, stage):
        with upload(stage, "/large", edge.largest_body() + 1) as link:
            assert b" 413 " in link.recv(100)

        assert "/large" not in stage.site.posted

    def test_answers_on_both_addresses_that_localhost_may_mean(self, stage):
        if not stage.addresses.has_ipv6:
            pytest.skip("no IPv6 on this machine")
        with socket.create_connection(("::1", stage.addresses.door_port), timeout=10) as link:
            host = f"localhost:{stage.addresses.door_port}"
            link.sendall(f"GET / HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())

            assert b" 200 " in link.recv(100)


class TestJupyterHost:
    @pytest.mark.parametrize(
        "path", ["/", "/static/x.css", "/api/v1/search", "/internal/hub/spawns"]
    )
    def test_shows_nothing_of_the_site(self, stage, path):
        assert stage.door(path).status == 404

    def test_never_gets_the_doors_secret(self, stage):
        routes = edge.dynamic_configuration(stage.addresses, secret="told to the site")["http"]
        doors = edge.static_configuration(stage.addresses, stage.folder)["entryPoints"]

        assert "told to the site" not in str(routes["middlewares"]["mark"])
        assert {"mark@file"} == {
            name for door in doors.values() for name in door["http"].get("middlewares", ())
        }

    def test_leads_to_the_hub(self, stage):
        assert stage.door("/jupyter/hub/health").status == 200


class TestOtherHosts:
    @pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.2"])
    @pytest.mark.parametrize("path", ["/", "/jupyter/hub/health", "/api/http/routers", "/ping"])
    def test_are_not_found(self, stage, host, path):
        assert stage.door(path, host=host).status == 404


class TestDoor:
    def test_listens_on_loopback_only(self, stage):
        own = socket.gethostbyname(socket.gethostname())
        if own.startswith("127."):
            pytest.skip("this machine has no other address")

        with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
            socket.create_connection((own, stage.addresses.door_port), timeout=3)

    def test_asks_for_a_password_before_it_tells_its_routes(self, stage):
        answer = stage.api("GET", "/../../api/http/routers")
        direct = f"http://127.0.0.1:{stage.addresses.edge_port}/api/http/routers"

        assert fetch(direct).status == 401
        assert answer.status == 404


class TestOneHostForOnePerson:
    def test_leads_to_both(self):
        with make_stage(jupyter_host="localhost") as stage:
            assert stage.door("/jupyter/hub/health").text == ""
            assert stage.door("/jupyter/hub/api").json()["version"]
            assert stage.door("/any/page").json()["path"] == "/any/page"
            assert stage.door("/internal/hub/spawns").status == 404
            assert stage.door("/", host="127.0.0.1").status == 404
