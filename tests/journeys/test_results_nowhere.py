"""Results never come in, and so never come out: words planted in notebooks are nowhere.

One commons with every part, and a notebook's whole life there: draft, share, new version, compare,
feed, client, export, import, backup, bin, end. What each place shows is kept and searched at the
end, and each is known to have shown something of the notebook.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from nbcommons.client import Commons, Invalid
from tests.factories.canaries import (
    DUMP,
    KEPT,
    PLACES,
    SEARCH,
    found_in,
    notebook_with_canaries,
    opened,
    word,
)
from tests.launch.conftest import Person, Running, commons_up, nbcommons

TITLE = "Count the birds"
SECOND = "keepthissecondword"
FILE = {"notebooks": ("birds.ipynb", notebook_with_canaries())}
BROKEN = b'{"cells": [], "metadata": "%s", ' % word("toplevel").encode()


class Seen:
    """What the places of a site have shown."""

    def __init__(self) -> None:
        self.places: dict[str, bytes] = {}

    def note(self, place: str, data: bytes | str, *shows: str) -> None:
        """Keep what ``place`` shows, which must be ``shows``, or we look at nothing."""
        raw = data.encode() if isinstance(data, str) else data
        missing = [words for words in shows if words.encode() not in raw]
        assert not missing, (place, missing, raw[:2_000])
        self.places[place] = self.places.get(place, b"") + raw

    def told(self) -> dict[str, set[str]]:
        """The planted words by the places that show them."""
        found = {place: found_in(data) for place, data in self.places.items()}
        return {place: words for place, words in found.items() if words}


class Visitor:
    """Amara at the pages, noting what she is shown."""

    def __init__(self, person: Person, seen: Seen) -> None:
        self.person = person
        self.seen = seen

    def look(self, path: str, *shows: str, status: int = 200) -> str:
        answer = self.person.web.get(f"{self.person.commons.site}{path}")
        assert answer.status_code == status, (path, answer.status_code)
        self.seen.note(path, answer.content, *shows)
        return answer.text

    def send(self, path: str, page: str = "", files: Any = None, **fields: Any) -> str:
        """Post to ``path`` the form of ``page``; returns the path it leads to."""
        site = self.person.commons.site
        token = re.search(
            r'name="csrfmiddlewaretoken" value="([^"]+)"', self.look(page or path)
        )[1]
        answer = self.person.web.post(
            f"{site}{path}",
            data={"csrfmiddlewaretoken": token, **fields},
            files=files,
            headers={"Origin": site, "Referer": f"{site}{page or path}"},
        )
        self.seen.note(f"after posting to {path}", answer.content)
        return answer.url.path


@pytest.fixture(scope="module")
def commons() -> Iterator[Running]:
    with commons_up() as running:
        yield running


@pytest.fixture(scope="module")
def visitor(commons) -> Iterator[Visitor]:
    person = Person(commons, "amara").join(commons.first_link)
    yield Visitor(person, Seen())
    person.close()


@pytest.fixture(scope="module")
def token(commons, visitor) -> str:
    scopes = [f"--scope=notebooks:{what}" for what in ("read", "write")]
    name = visitor.person.name
    said = commons.command("token", "create", "--person", name, *scopes).stdout
    return re.search(r"nbc_\S+", said)[0]


@pytest.fixture(scope="module")
def client(commons, token) -> Iterator[Commons]:
    with Commons(commons.site, token=token) as client:
        yield client


@pytest.fixture(scope="module")
def programs(commons, token) -> Iterator[httpx.Client]:
    """The API without the client's types, so that nothing which they leave out is missed."""
    site = f"{commons.site}/api/v1"
    with httpx.Client(
        base_url=site, headers={"Authorization": f"Bearer {token}"}, timeout=60
    ) as http:
        yield http


def database(root: Path) -> str:
    return nbcommons("--data", str(root), "shell", "--no-imports", "-c", DUMP).stdout


def hits(commons: Running, *words: str) -> dict[str, int]:
    """How many notebooks the index finds by each word."""
    said = commons.command("shell", "--no-imports", "-c", SEARCH.format(words=words)).stdout
    return {word: int(count) for word, count in (line.split() for line in said.splitlines())}


def test_planted_words_are_nowhere(
    commons: Running, visitor: Visitor, client: Commons, programs: httpx.Client
):
    seen = visitor.seen
    assert found_in(notebook_with_canaries()) == set(PLACES)

    _refused(commons, visitor, client)
    address = _drafts(commons, visitor)
    uuid = UUID(address.strip("/").split("/")[1])
    _versions(visitor, client, uuid)
    _lists(visitor)
    _programs(seen, client, programs, uuid)
    _files(commons, seen)
    _bin(commons, visitor, client, uuid)
    commons.stop()

    for path, data in opened(commons.root):
        seen.note(path, data)
    seen.note("standard output", "\n".join(commons.lines))
    assert seen.told() == {}


def _refused(commons: Running, visitor: Visitor, client: Commons) -> None:
    """Files that do not come in: the answers, and what is kept of the attempt."""
    visitor.send("/add/", files={"notebooks": ("broken.ipynb", BROKEN)})
    with pytest.raises(Invalid) as caught:
        client.bring_in(BROKEN)
    visitor.seen.note("refusal by the API", repr(vars(caught.value)))
    visitor.seen.note("database after a refusal", database(commons.root), "amara")


def _drafts(commons: Running, visitor: Visitor) -> str:
    """One thrown away, one corrected, with its pictures kept, and shared: the page's address."""
    thrown = visitor.send("/add/", files=FILE)
    visitor.send(f"{thrown}discard/", page=thrown)
    draft = visitor.send("/add/", files=FILE)
    visitor.send(f"{draft}file/", page=draft, files={"corrected": FILE["notebooks"]})
    page = visitor.look(draft, TITLE, "Removed before anyone saw it")
    pictures = re.findall(r'name="pictures" value="(\d+)"', page)
    assert len(pictures) == 2
    for key in pictures:
        visitor.look(f"{draft}pictures/{key}/", "PNG")
    fields = {
        "title": TITLE,
        "purpose": "Counts them.",
        "category": "operational",
        "visibility": "everyone",
        "becomes": "new",
        "pictures": pictures,
        "agreed": "on",
    }
    visitor.send(draft, **fields, do="keep")
    visitor.look(f"{draft}preview/", KEPT)
    visitor.look("/add/", TITLE)
    visitor.seen.note("database with a draft", database(commons.root), KEPT)
    address = visitor.send(draft, **fields, do="share")
    assert address.startswith("/notebooks/"), visitor.seen.places[f"after posting to {draft}"]
    return address


def _versions(visitor: Visitor, client: Commons, uuid: UUID) -> None:
    """A second version, then the first again; every view of them and of what differs."""
    draft = client.bring_in(notebook_with_canaries(kept=SECOND), file_name="birds.ipynb")
    visitor.seen.note("draft by the client", repr(draft), TITLE)
    visitor.seen.note("drafts by the client", repr(client.drafts()), TITLE)
    visitor.seen.note("content of a draft", client.draft_content(draft.id), SECOND)
    client.publish(draft.id, replaces=uuid, replaces_version=1, message="More birds")
    page = f"/notebooks/{uuid}/"
    visitor.look(page, TITLE)
    visitor.look(f"{page}leaf/", SECOND)
    visitor.look(f"{page}compare/?from=1&to=2", KEPT, SECOND)
    visitor.look(f"{page}versions/", "More birds")
    for number, kept in ((1, KEPT), (2, SECOND)):
        visitor.look(f"{page}versions/{number}/", TITLE)
        visitor.look(f"{page}versions/{number}/leaf/", kept)
        visitor.look(f"{page}versions/{number}/download/", kept)
    visitor.send(f"{page}versions/1/restore/")
    visitor.look(f"{page}leaf/", KEPT)
    for inner in ("edit", "sharing", "transfer", "deprecate", "delete", "health"):
        visitor.look(f"{page}{inner}/", TITLE)


def _lists(visitor: Visitor) -> None:
    """Lists and feeds that name it, once the index knows it."""
    until = time.monotonic() + 30
    while TITLE not in visitor.look(f"/notebooks/?q={KEPT}"):
        assert time.monotonic() < until
        time.sleep(0.3)
    for path in (
        f"/notebooks/?q={KEPT}",
        f"/suggest/?q={TITLE[:8]}",
        f"/complete/?q={TITLE[:8]}",
        "/mine/",
        "/people/amara/",
        "/feeds/notebooks.atom",
        f"/feeds/notebooks.atom?q={KEPT}",
        "/feeds/mine.atom",
    ):
        visitor.look(path, TITLE)


def _programs(seen: Seen, client: Commons, programs: httpx.Client, uuid: UUID) -> None:
    """What programs are told: as it comes over the line, and as our own client gives it."""
    for path, shows in {
        f"/notebooks/{uuid}": TITLE,
        f"/notebooks/{uuid}/content": KEPT,
        f"/notebooks/{uuid}/revisions": "More birds",
        f"/notebooks/{uuid}/revisions/2": "More birds",
        f"/notebooks/{uuid}/revisions/2/content": SECOND,
        f"/notebooks/{uuid}/diff?from=1&to=2": SECOND,
        f"/notebooks/{uuid}/health": "status",
        f"/search?q={KEPT}": TITLE,
        f"/search/suggest?q={TITLE[:8]}": TITLE,
        "/drafts": "total",
    }.items():
        answer = programs.get(path)
        seen.note(f"API {path} {answer.headers}", answer.content, shows)
    for name, told, shows in (
        ("notebook", client.notebook(uuid), TITLE),
        ("content", asdict(client.content(uuid)), KEPT),
        ("old content", asdict(client.content(uuid, 2)), SECOND),
        ("versions", list(client.all_revisions(uuid)), "More birds"),
        ("diff", client.diff(uuid, 1, 2), SECOND),
        ("search", client.search(KEPT), TITLE),
        ("suggestions", client.suggest(TITLE[:8]), TITLE),
        ("health", client.health(uuid), ""),
    ):
        seen.note(f"client: {name}", repr(told), shows)


def _files(commons: Running, seen: Seen) -> None:
    """Exports, an import of the same file, a backup, and what the backup brings back."""
    beside = commons.root.parent
    folder = beside / "birds"
    folder.mkdir()
    (folder / "others.ipynb").write_bytes(notebook_with_canaries("Count the others"))
    said = commons.command(
        "import", str(folder), "--owner", "amara", "--keep-pictures",
        f"--report={beside / 'report.json'}",
    )  # fmt: skip
    seen.note("import", said.stdout + said.stderr)
    seen.note("report", (beside / "report.json").read_bytes(), "others.ipynb")
    for form in ("ours", "nbgallery"):
        archive = beside / f"{form}.tar.gz"
        said = commons.command("export", f"--to={archive}", f"--format={form}")
        assert archive.exists(), said
        inside = b"".join(data for _, data in opened(archive))
        seen.note(f"export as {form}", inside, TITLE, "Count the others", KEPT)
    assert SECOND.encode() in b"".join(data for _, data in opened(beside / "ours.tar.gz"))
    said = commons.command("backup", str(beside / "commons.backup"))
    for name, data in opened(beside / "commons.backup"):
        seen.note(name, data)
    again = beside / "again"
    said = nbcommons("--data", str(again), "restore", str(beside / "commons.backup"))
    seen.note("database from the backup", database(again), KEPT, SECOND, "Count the others")


def _bin(commons: Running, visitor: Visitor, client: Commons, uuid: UUID) -> None:
    """In the bin it is still there; after that, not even the word that may stay is left."""
    visitor.seen.note("binned", repr(client.remove(uuid)))
    visitor.look("/mine/bin/", TITLE)
    visitor.look(f"/mine/bin/{uuid}/remove/", TITLE)
    visitor.look(f"/notebooks/{uuid}/", status=404)
    visitor.seen.note("database with a bin", database(commons.root), SECOND)
    visitor.send(f"/mine/bin/{uuid}/remove/", title=TITLE, agreed="on")
    after = database(commons.root)
    visitor.seen.note("database after the bin", after, "Count the others")
    assert SECOND not in after
    # The import of the same file is what is left of the first word.
    words = {KEPT: 1, SECOND: 0, **{word(place): 0 for place in PLACES}}
    assert hits(commons, *words) == words
