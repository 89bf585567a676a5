"""A small real web server that keeps the contract between the site and people's Jupyters.

``python stand_in_site.py FOLDER PORT``: reads ``FOLDER/site.json`` at each request (token,
notebooks, behaviour), appends every event it counts to ``FOLDER/events.jsonl`` and every request
to ``FOLDER/requests.jsonl``. All state is in the folder, so it may be killed and started again.
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

# What the site tells of a notebook besides.
FACTS = {
    "description": "",
    "language": "python",
    "language_version": "",
    "category": "operational",
    "visibility": "everyone",
    "tags": [],
    "labels": [],
    "owner": "ann",
    "shared_with": None,
    "created_at": "2026-11-20T16:05:00Z",
    "updated_at": "2026-11-20T16:05:00Z",
    "forked_from": None,
    "deprecated": None,
    "may": ["run"],
    "url": "http://commons.example.org/notebooks/",
}

folder = Path(sys.argv[1])
writing = threading.Lock()


def append(name: str, value: dict[str, Any]) -> None:
    with writing, (folder / name).open("a") as file:
        file.write(json.dumps(value) + "\n")


def known_ids() -> set[str]:
    path = folder / "events.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    return {json.loads(line)["id"] for line in lines}


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass

    def state(self) -> dict[str, Any]:
        return json.loads((folder / "site.json").read_text())

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        if "Transfer-Encoding" not in (headers or {}):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def prelude(self) -> dict[str, Any] | None:
        """The state, unless this request is already answered."""
        state = self.state()
        append("requests.jsonl", {"method": self.command, "path": self.path})
        time.sleep(state.get("delay_s", 0))
        if status := state.get("status"):
            self.answer(status, b'{"detail": "Traceback: secret"}', state.get("headers"))
            return None
        if self.headers.get("Authorization") != f"Bearer {state['token']}":
            self.answer(401, b"{}")
            return None
        return state

    def do_GET(self) -> None:
        state = self.prelude()
        if state is None:
            return
        url = urlsplit(self.path)
        parts = url.path.strip("/").split("/")
        if parts[:3] == ["api", "v1", "me"] and (told := self.about_me(state, parts[3:])):
            self.answer(200, json.dumps(told).encode())
            return
        notebook = (
            state["notebooks"].get(parts[3])
            if parts[:3] == ["api", "v1", "notebooks"]
            else None
        )
        if notebook is None:
            self.answer(404, b"{}")
            return
        versions = {int(number): text for number, text in notebook["versions"].items()}
        if len(parts) == 4:
            facts = {
                **FACTS,
                "uuid": parts[3],
                "title": notebook["title"],
                "version": max(versions),
            }
            self.answer(200, json.dumps(facts).encode())
            return
        wanted = int(parse_qs(url.query).get("revision", [str(max(versions))])[0])
        if wanted not in versions:
            self.answer(404, b"{}")
            return
        body = notebook.get("raw", versions[wanted]).encode()
        if filler := notebook.get("filler_bytes"):
            body += b" " * filler
        headers = {
            "X-Nbcommons-Revision": str(wanted),
            "X-Nbcommons-Title": quote(notebook["title"]),
        }
        if notebook.get("chunked"):
            self.protocol_version = "HTTP/1.1"
            pieces = [body[i : i + 65536] for i in range(0, len(body), 65536)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
            headers["Transfer-Encoding"] = "chunked"
        self.answer(200, body, headers)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        state = self.prelude()
        if state is None:
            return
        url = urlsplit(self.path)
        if url.path == "/api/v1/drafts":
            self.keep_draft(state, url.query, body)
            return
        if url.path == "/api/v1/me/environment/extend":
            self.answer(200, json.dumps({**state["environment"], "extension_s": 0}).encode())
            return
        events = json.loads(body)["events"]
        append("batches.jsonl", {"size": len(events)})
        if {event["id"] for event in events} & set(state.get("poison", ())):
            self.answer(422, b"{}")
            return
        before = known_ids()
        for event in events:
            if event["id"] not in before:
                append("events.jsonl", event)
        repeated = sum(event["id"] in before for event in events)
        if state.get("dies_before_answering"):
            self.connection.close()
            return
        answer = {"accepted": len(events) - repeated, "repeated": repeated, "unmatched": 0}
        self.answer(202, json.dumps(answer).encode())

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.prelude() is not None:
            append("told.jsonl", {"path": self.path, "body": json.loads(body)})
            self.answer(204, b"")

    def about_me(self, state: dict[str, Any], path: list[str]) -> dict[str, Any] | None:
        """What the site knows of this person's Jupyter, as far as the test says."""
        if not path:
            return state.get("me")
        if path == ["environment"]:
            return state.get("environment")
        if path == ["home"]:
            return state.get("home")
        return state.get("settings") if path == ["jupyter-settings"] else None

    def keep_draft(self, state: dict[str, Any], query: str, body: bytes) -> None:
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        if asked["file_name"] in state.get("refused_drafts", ()):
            problem = {"title": "Not valid", "status": 422, "detail": "Too many drafts wait."}
            self.answer(422, json.dumps(problem).encode())
            return
        uuid = str(uuid4())
        append("drafts.jsonl", {"id": uuid, **asked, "document": json.loads(body)})
        self.answer(201, json.dumps({"id": uuid}).encode())


class Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A client that went away is no news."""


if __name__ == "__main__":
    Server(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
