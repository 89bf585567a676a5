"""A hub of a few lines on a real port, for what a real hub does too seldom: fail, lag, be full."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.cache import cache


class FakeHub:
    """Knows users and their servers; set ``failing``, ``lag_s``, ``full`` to make it difficult."""

    token = "the-site's-token"

    def __init__(self):
        self.users = {}
        self.asked = []
        self.options = {}  # what was wished for at the last start, by user
        self.failing = None
        self.full = False
        self.slow_s = 0.0  # until a start is answered
        self.lag_s = 0.0  # until anything is
        self.deaf_s = 0.0  # until a wish to start is noticed
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do(self):
                hub.answer(self)

            do_GET = do_POST = do_DELETE = do  # noqa: N815 - the standard library's names

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/jupyter/hub/api"
        self.thread = threading.Thread(
            target=self.server.serve_forever, args=(0.02,), daemon=True
        )
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, request):
        path = request.path.removeprefix("/jupyter/hub/api").strip("/")
        self.asked.append(f"{request.command} {path}")
        time.sleep(self.lag_s)
        if path == "":
            return self.say(request, 200, {"version": "6.1.1"})
        if request.headers["Authorization"] != f"token {self.token}":
            return self.say(request, 403, {"message": "Missing or invalid credentials."})
        if self.failing:
            return self.say(request, self.failing, {"message": "Internal Server Error"})
        _, name, *rest = path.split("/")
        return self.answer_for(request, name, "/".join(rest))

    def answer_for(self, request, name, rest):
        if (request.command, rest) == ("POST", ""):
            known = name in self.users
            self.users.setdefault(name, {"servers": {}})
            return self.say(request, 409 if known else 201, {"name": name})
        if name not in self.users:
            return self.say(request, 404, {"message": "Not Found"})
        servers = self.users[name]["servers"]
        return self.answer_about(request, name, rest, servers)

    def answer_about(self, request, name, rest, servers):
        match request.command, rest:
            case "GET", "":
                return self.say(request, 200, {"name": name, "servers": servers})
            case "POST", "server":
                length = int(request.headers.get("Content-Length") or 0)
                self.options[name] = json.loads(request.rfile.read(length) or b"{}")
                return self.start(request, servers)
            case "DELETE", "server":
                stopped = servers.pop("", None)
                return self.say(request, 204 if stopped else 400, {"message": "not running"})
            case "GET", "server/progress" if why := self.users[name].get("failed"):
                event = {"progress": 100, "failed": True, "message": f"Spawn failed: {why}"}
                return self.say(request, 200, f"\n\ndata: {json.dumps(event)}\n\n")
            case "GET", "server/progress" if words := self.users[name].get("in_line"):
                events = [{"progress": 0, "message": "Server requested"}]
                events.append({"progress": 5, "message": words, "place": 3})
                text = "\n\n".join(f"data: {json.dumps(event)}" for event in events)
                return self.say(request, 200, f"{text}\n\n")
            case _:
                return self.say(request, 400, {"message": "amara is not starting..."})

    def start(self, request, servers):
        if self.full:
            return self.say(request, 429, {"message": "Active server limit exceeded"})
        if servers.get("", {}).get("ready"):
            return self.say(request, 400, {"message": "amara is already running"})
        time.sleep(self.deaf_s)
        servers[""] = {"ready": False, "pending": "spawn", "started": "2026-11-20T12:00:00Z"}
        time.sleep(self.slow_s)
        return self.say(request, 202, "")

    def say(self, request, status, body):
        raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        try:
            request.send_response(status)
            request.send_header("Content-Length", str(0 if status == 204 else len(raw)))
            request.end_headers()
            if status != 204:
                request.wfile.write(raw)
        except BrokenPipeError:
            pass  # the site has stopped waiting


@pytest.fixture(autouse=True)
def _no_wishes_from_other_tests():
    cache.clear()


@pytest.fixture
def hub(settings):
    fake = FakeHub()
    settings.NBCOMMONS_HUB_API_URL, settings.NBCOMMONS_HUB_TOKEN = fake.url, fake.token
    yield fake
    fake.stop()


@pytest.fixture
def dead_hub(settings):
    """An address where nobody listens."""
    settings.NBCOMMONS_HUB_API_URL = "http://127.0.0.1:1/jupyter/hub/api"
