"""The client's parts that need no site: settings, patience, reading, a server that misbehaves."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import pytest

from nbcommons.client import (
    BadAnswer,
    ChangedMeanwhile,
    Closed,
    Commons,
    Invalid,
    NotConfigured,
    NotThere,
    OtherSearch,
    Patience,
    TooLarge,
    TooMuch,
    TooOften,
    Unavailable,
    Unreachable,
)
from nbcommons_client import _reading, retrying
from nbcommons_client.errors import failure_of
from nbcommons_client.settings import settings_from, token_file

QUICK = Patience(attempts=3, first_pause_s=0.01, longest_pause_s=2)


class TestSettings:
    def test_come_from_the_environment(self):
        found = settings_from(
            environment={"NBCOMMONS_TOKEN": " nbc_a ", "NBCOMMONS_URL": "https://c.org/"}
        )

        assert (found.address, found.token) == ("https://c.org", "nbc_a")
        assert "nbc_a" not in repr(found)

    def test_come_from_a_file_of_the_persons_own(self, tmp_path):
        environment = {"XDG_CONFIG_HOME": str(tmp_path)}
        path = token_file(environment)
        path.parent.mkdir()
        path.write_text("nbc_b\n")
        path.chmod(0o600)

        assert settings_from(environment=environment).token == "nbc_b"
        assert settings_from(token="nbc_c", environment=environment).token == "nbc_c"

    def test_refuse_a_file_that_others_read(self, tmp_path):
        path = tmp_path / "token"
        path.write_text("nbc_b\n")
        path.chmod(0o644)

        with pytest.raises(NotConfigured, match="chmod 600"):
            settings_from(environment={"NBCOMMONS_TOKEN_FILE": str(path)})

    @pytest.mark.parametrize("text", ["", "\n", "two words\n", "nbc_\x07\n", "nbc_ä\n"])
    def test_refuse_a_file_without_a_token(self, tmp_path, text):
        path = tmp_path / "token"
        path.write_text(text)
        path.chmod(0o600)

        with pytest.raises(NotConfigured):
            settings_from(environment={"NBCOMMONS_TOKEN_FILE": str(path)})

    def test_say_where_to_put_a_token(self, tmp_path):
        with pytest.raises(NotConfigured, match="settings page"):
            settings_from(environment={"XDG_CONFIG_HOME": str(tmp_path)})

    @pytest.mark.parametrize("address", ["c.org", "ftp://c.org", "https://", "https://a:b@c"])
    def test_refuse_what_is_no_address(self, address):
        with pytest.raises(NotConfigured):
            settings_from(address, "nbc_a", environment={})


class TestPatience:
    def test_waits_longer_each_time(self):
        patience = Patience(attempts=4, first_pause_s=1, longest_pause_s=3)

        pauses = [
            retrying.pause_before_next(patience, attempt=attempt, asked_s=None)
            for attempt in (1, 2, 3, 4)
        ]

        assert 0.5 <= pauses[0] <= 1 <= pauses[1] <= 2
        assert 1.5 <= pauses[2] <= 3
        assert pauses[3] is None

    def test_waits_as_long_as_it_is_asked_to(self):
        patience = Patience(attempts=4, first_pause_s=1, longest_pause_s=30)

        assert retrying.pause_before_next(patience, attempt=1, asked_s=12) == 12
        assert retrying.pause_before_next(patience, attempt=1, asked_s=31) is None

    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("7", 7),
            ("", None),
            ("soon", None),
            ("-3", None),
            ("Sun, 22 Nov 2026 12:00:09 GMT", 9),
            ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ],
    )
    def test_reads_both_forms_of_retry_after(self, value, seconds):
        now = datetime(2026, 11, 22, 12, tzinfo=UTC)

        assert retrying.asked_pause_s({"retry-after": value}, now=now) == seconds


@dataclass(frozen=True)
class Inner:
    day: date
    score: float | None = None


@dataclass(frozen=True)
class Outer:
    id: UUID
    at: datetime
    many: tuple[Inner, ...]
    by_name: dict[str, int]
    is_new: bool = False


class TestRead:
    def test_makes_values_of_json(self):
        found = _reading.read(
            Outer,
            {
                "id": "6f1c2a52-7f0e-4a86-9f0b-0f6c0a6f6d11",
                "at": "2026-11-20T16:05:00Z",
                "many": [{"day": "2026-11-20", "score": 1, "more": 1}, {"day": "2026-11-21"}],
                "by_name": {"a": 1},
            },
        )

        assert found.many == (Inner(date(2026, 11, 20), 1.0), Inner(date(2026, 11, 21)))
        assert found.at.tzinfo is not None

    @pytest.mark.parametrize(
        ("changes", "place"),
        [
            ({"id": 4}, "the answer.id"),
            ({"at": "today"}, "the answer.at"),
            ({"many": {}}, "the answer.many"),
            ({"many": [{"day": "x"}]}, r"the answer.many\[0\].day"),
            ({"many": [{}]}, r"the answer.many\[0\].day"),
            ({"by_name": {"a": True}}, "the answer.by_name.a"),
            ({"is_new": 1}, "the answer.is_new"),
        ],
    )
    def test_names_the_place_of_what_is_wrong(self, changes, place):
        sound = {
            "id": "6f1c2a52-7f0e-4a86-9f0b-0f6c0a6f6d11",
            "at": "2026-11-20T16:05:00Z",
            "many": [],
            "by_name": {},
        }

        with pytest.raises(BadAnswer, match=place):
            _reading.read(Outer, {**sound, **changes})


class TestFailureOf:
    @pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"detail": 4}', b'"' * 10])
    def test_bears_any_body(self, body):
        assert "503" in str(failure_of(503, body, retry_after_s=None))

    @pytest.mark.parametrize(
        ("status", "kind", "words"),
        [
            (413, TooLarge, "more than the Commons takes"),
            (414, TooLarge, "address"),
            (502, Unavailable, "does not run"),
            (504, Unavailable, "too long"),
        ],
    )
    def test_has_words_for_what_a_proxy_refuses(self, status, kind, words):
        failure = failure_of(status, b"Request Entity Too Large", retry_after_s=None)

        assert isinstance(failure, kind)
        assert words in str(failure)

    def test_knows_both_forms_of_a_change_that_came_too_late(self):
        assert all(
            isinstance(failure_of(status, b"", retry_after_s=None), ChangedMeanwhile)
            for status in (409, 412)
        )

    def test_never_follows_elsewhere(self):
        assert isinstance(failure_of(307, b"", retry_after_s=None), BadAnswer)


class Misbehaving:
    """A server that answers one call after the other as it is told."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                size = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(size)
                headers = {k.lower(): v for k, v in self.headers.items()}
                outer.asked.append((f"{self.command} {self.path}", headers, body))
                status, told, content = outer.answers.pop(0)
                if not status:
                    self.connection.close()
                    return
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **told}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = answer  # noqa: N815 - the names it looks for

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    found = Misbehaving()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def commons(server) -> Iterator[Commons]:
    with Commons(server.url, token="nbc_x", patience=QUICK) as found:
        yield found


ME = (200, {}, b'{"username": "ann", "name": "Ann", "scopes": [], "teams": []}')
BUSY = (503, {}, b"")


class TestSending:
    @pytest.mark.parametrize(
        "first", [BUSY, (502, {}, b""), (429, {"Retry-After": "0"}, b""), (0, {}, b"")]
    )
    def test_tries_again_what_may_be_repeated(self, server, commons, first):
        server.answers = [first, first, ME]

        assert commons.me().username == "ann"
        assert len(server.asked) == 3

    def test_gives_up_in_the_end(self, server, commons):
        server.answers = [BUSY] * 3

        with pytest.raises(Unavailable):
            commons.me()
        assert len(server.asked) == 3

    def test_does_not_wait_longer_than_it_was_told(self, server, commons):
        server.answers = [(429, {"Retry-After": "50"}, b"")]

        with pytest.raises(TooOften) as told:
            commons.me()
        assert told.value.retry_after_s == 50

    def test_never_repeats_what_would_be_done_twice(self, server, commons):
        server.answers = [BUSY]

        with pytest.raises(Unavailable):
            commons.restore_revision(UUID(int=1), 2)
        assert len(server.asked) == 1

    def test_refuses_to_follow_to_another_place(self, server, commons):
        server.answers = [(302, {"Location": f"{server.url}/elsewhere"}, b"")]

        with pytest.raises(BadAnswer):
            commons.me()
        assert len(server.asked) == 1

    def test_refuses_packed_bodies(self, server, commons):
        server.answers = [(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b")]

        with pytest.raises(BadAnswer):
            commons.me()
        assert server.asked[0][1]["accept-encoding"] == "identity"

    @pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"username": 4}'])
    def test_says_when_something_else_answers(self, server, commons, body):
        server.answers = [(200, {}, body)]

        with pytest.raises(BadAnswer):
            commons.me()

    def test_shows_the_token_in_one_header(self, server, commons):
        server.answers = [ME]

        commons.me()

        asked, headers, _ = server.asked[0]
        assert asked == "GET /api/v1/me"
        assert headers["authorization"] == "Bearer nbc_x"
        assert [name for name, value in headers.items() if "nbc_x" in value] == [
            "authorization"
        ]

    def test_is_refused_without_an_answer(self, server, commons):
        server.answers = [(0, {}, b"")] * 3

        with pytest.raises(Unreachable):
            commons.me()


class TestCalls:
    @pytest.mark.parametrize("wrong", ["../me", "", "..", "1/../../me", None])
    def test_lead_nowhere_else(self, server, commons, wrong):
        for call in (commons.notebook, commons.draft, commons.discard, commons.health):
            with pytest.raises(Invalid, match="no id"):
                call(wrong)
        with pytest.raises(Invalid, match="no number"):
            commons.revision(UUID(int=1), "..")
        assert not server.asked

    def test_take_ids_as_texts(self, server, commons):
        server.answers = [(404, {}, b"")]

        with pytest.raises(NotThere):
            commons.notebook("00000000-0000-0000-0000-000000000001")
        assert server.asked[0][0].endswith("/notebooks/00000000-0000-0000-0000-000000000001")

    def test_of_a_closed_client_fail_as_others_do(self, server):
        commons = Commons(server.url, token="nbc_x")
        commons.close()

        with pytest.raises(Closed):
            commons.me()

    def test_say_which_address_does_not_answer(self):
        with (
            Commons("http://127.0.0.1:9", token="nbc_x", patience=Patience(attempts=1)) as none,
            pytest.raises(Unreachable, match=r"http://127\.0\.0\.1:9 does not answer"),
        ):
            none.me()

    def test_tell_of_too_much_by_a_name_that_programs_have(self, server, commons):
        server.answers = [(200, {}, b"x" * 200)]

        with pytest.raises(TooMuch):
            commons.content(UUID(int=1), most_bytes=100)

    def test_tell_what_became_of_the_words(self, server, commons):
        told = {
            "total": 0,
            "total_exact": 0,
            "took_ms": 1.0,
            "is_building": False,
            "also_looked_for": ["sudoku"],
            "did_you_mean": {"q": "sudoku", "total": 7},
            "near_misses": [{"q": "a", "total": 1}],
            "misread": ["sise"],
            "facets": {},
            "results": [],
        }
        server.answers = [(200, {}, json.dumps(told).encode())]

        found = commons.search("sodoku b sise:2")

        assert found.corrected == ("sudoku",)
        assert found.did_you_mean == OtherSearch("sudoku", 7)
        assert found.near_misses == (OtherSearch("a", 1),)
        assert found.misread == ("sise",)


def test_the_client_loads_no_framework():
    """By a look at what it imports; import-linter holds the rest."""
    source = "\n".join(path.read_text() for path in Path(_reading.__file__).parent.glob("*.py"))

    for name in ("django", "tornado", "nbcommons."):
        assert f"import {name}" not in source
        assert f"from {name}" not in source
