"""The index on disk: versions, damage, killed writers, readers beside a writer."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from nbcommons.search import _folder, _schema
from nbcommons.search._backend import IndexBusy, IndexMissing, ids_and_stamps, reading
from nbcommons.search._folder import FolderStore, is_sound
from nbcommons.search._values import Sort
from tests.factories.search import ask, complete, document, ids

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def store(folder):
    made = FolderStore(folder)
    made.replace([document(1, "Match names", stamp=11), document(2, "Draw charts", stamp=22)])
    return made


def generations(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()]


def start_writer(folder: Path, first: int, last: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.search.writer_process",
            str(folder),
            str(first),
            str(last),
        ],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )


class TestWriting:
    def test_replaces_adds_and_removes_in_one_commit(self, store):
        with store.writing() as batch:
            batch.write(
                [document(1, "Join lists", stamp=12), document(3, stamp=33)], remove=[2]
            )

        assert ids_and_stamps(store.searcher()) == {1: 12, 3: 33}
        assert ids(ask(store, "names")) == []
        assert ids(ask(store, "join")) == [1]

    def test_tells_the_stamps_of_those_asked_for(self, store):
        with store.writing() as batch:
            assert batch.stamps([1, 7]) == {1: 11}
            assert batch.stamps([]) == {}

    def test_is_seen_by_a_reader_that_was_open_before(self, store, folder):
        reader = FolderStore(folder)
        assert ids(ask(reader, "names")) == [1]

        with store.writing() as batch:
            batch.write([document(3, "More names")])

        assert sorted(ids(ask(reader, "names"))) == [1, 3]

    def test_waits_for_another_writer_and_then_gives_up(self, store, folder, monkeypatch):
        monkeypatch.setattr(_folder, "LOCK_TIMEOUT_S", 0.1)

        with store.writing(), pytest.raises(IndexBusy), FolderStore(folder).writing():
            pass

    def test_leaves_the_index_alone_when_its_source_fails(self, store):
        def failing():
            yield document(9)
            raise LookupError

        with pytest.raises(LookupError), store.writing() as batch:
            batch.write(failing())

        with store.writing() as batch:
            batch.write([document(3, stamp=3)])
        assert ids_and_stamps(store.searcher()) == {1: 11, 2: 22, 3: 3}


class TestMissing:
    def test_an_absent_index_gives_an_empty_answer_that_says_so(self, folder):
        results = ask(FolderStore(folder), "names")

        assert (results.is_building, results.total, results.hits) == (True, 0, ())

    def test_it_is_found_as_soon_as_it_is_there(self, folder):
        reader = FolderStore(folder)
        assert ask(reader, "names").is_building

        FolderStore(folder).replace([document(1, "names")])

        assert ids(ask(reader, "names")) == [1]

    def test_there_is_nothing_to_write_to(self, folder):
        with pytest.raises(IndexMissing), FolderStore(folder).writing():
            pass


class TestReplacing:
    def test_goes_on_beside_a_reader_and_removes_the_old(self, store, folder):
        reader = FolderStore(folder)
        before = reader.searcher()
        old = generations(folder)

        store.replace([document(5, "Fresh names")])

        assert before.num_docs == 2  # what was open stays readable
        assert ids(ask(reader, "names")) == [5]
        assert len(generations(folder)) == 1
        assert generations(folder) != old

    def test_leaves_the_old_one_in_use_when_it_fails(self, store, folder):
        def failing():
            yield document(9)
            raise LookupError

        with pytest.raises(LookupError):
            store.replace(failing())

        assert ids(ask(store, "names")) == [1]
        store.replace([document(4, "names")])
        assert len(generations(folder)) == 1

    def test_leaves_alone_what_somebody_else_has_built_meanwhile(self, store):
        assert not store.replace([document(9)], only_if_missing=True)

        assert set(ids_and_stamps(store.searcher())) == {1, 2}

    def test_an_empty_index_is_an_index(self, folder):
        store = FolderStore(folder)

        store.replace([])

        assert not ask(store, "").is_building


def build_as_before(folder: Path, monkeypatch, *documents, without: tuple[str, ...]) -> None:
    """An index as code would have built it that did not know the fields ``without``."""
    with monkeypatch.context() as before:
        _schema.schema.cache_clear()
        # The fields were in another order then, so that they had other numbers.
        kept = {
            name: how for name, how in reversed(_schema.TEXTS.items()) if name not in without
        }
        before.setattr(_schema, "TEXTS", kept)
        before.setattr(_schema, "NUMBERS", ("merit", "id", "stamp", "updated", "people"))
        before.setattr(_schema, "SCHEMA_VERSION", 1)
        values = _schema._text_values, _schema._exact_values, _schema._numbers
        for function in values:
            known = {*_schema.TEXTS, *_schema.NUMBERS}
            before.setattr(
                _schema,
                function.__name__,
                lambda of, function=function, known=known: {
                    name: value for name, value in function(of).items() if name in known
                },
            )
        FolderStore(folder).replace(documents)
    _schema.schema.cache_clear()


class TestVersion:
    BEFORE = (
        document(1, "Match names", tags=("lists",), people=3),
        document(2, "Secret names", audience=("p:7",)),
        document(3, "Labelled names", labels=(5,)),
        document(4, "Draw charts", people=9),
    )
    SINCE = ("every", "wholetitle", "packages", "marks", "keeper", "languageforms")

    def test_one_of_another_version_serves_until_it_is_replaced(self, folder, monkeypatch):
        build_as_before(folder, monkeypatch, *self.BEFORE, without=self.SINCE)
        store = FolderStore(folder)

        assert not store.is_current()
        results = ask(store, "match nam", hidden=(5,))
        assert (results.is_building, ids(results)) == (False, [1])
        assert ids(ask(store, "", hidden=(5,))) == [4, 1]
        assert ids(ask(store, "names package:pandas", hidden=(5,))) == []
        assert ids(ask(store, "title:charts language:python")) == []
        assert sorted(ids(ask(store, "names", audience=("p:7",)))) == [2]
        assert [item.value for item in results.facets["tags"]] == ["lists"]
        assert complete(store, "matc")[0].text == "Match names"

        store.replace(self.BEFORE)

        assert store.is_current()
        assert ids(ask(store, "names", hidden=(5,))) == [1]

    @pytest.mark.parametrize("sort", list(Sort))
    def test_sorts_it_by_what_it_knows(self, folder, monkeypatch, sort):
        build_as_before(folder, monkeypatch, *self.BEFORE, without=self.SINCE)

        assert ask(FolderStore(folder), "names", sort=sort, hidden=(5,)).total == 1

    def test_it_is_not_written_but_what_changes_is_taken_out_of_it(self, folder, monkeypatch):
        build_as_before(folder, monkeypatch, *self.BEFORE, without=self.SINCE)
        store, reader = FolderStore(folder), FolderStore(folder)
        assert ids(ask(reader, "charts")) == [4]

        with pytest.raises(IndexMissing), store.writing():
            pass

        assert store.withdraw([4])
        assert ids(ask(reader, "charts")) == []
        assert ids(ask(reader, "match")) == [1]

    def test_one_that_cannot_tell_who_may_see_what_is_not_read(self, folder, monkeypatch):
        build_as_before(folder, monkeypatch, *self.BEFORE, without=("labels",))

        assert ask(FolderStore(folder), "names").is_building

    def test_nothing_is_withdrawn_from_the_newest_kind(self, store):
        assert not store.withdraw([1])
        assert ids(ask(store, "names")) == [1]

    @pytest.mark.usefixtures("store")
    def test_is_replaced_by_a_rebuild(self, folder, monkeypatch):
        monkeypatch.setattr(_schema, "SCHEMA_VERSION", 99)

        FolderStore(folder).replace([document(1, "names")])

        assert ids(ask(FolderStore(folder), "names")) == [1]

    def test_changes_with_the_fields(self, monkeypatch):
        before = _schema.version()
        monkeypatch.setitem(_schema.TEXTS, "title", ("words", "position", False))

        assert _schema.version() != before


def _cut(path: Path) -> None:
    _replace(path, path.read_bytes()[: path.stat().st_size // 2])


def _spoil(path: Path) -> None:
    _replace(path, bytes(255 - byte for byte in path.read_bytes()))


def _replace(path: Path, content: bytes) -> None:
    """As a new file: cutting one that is mapped into memory would kill the process itself."""
    fresh = path.with_name("fresh")
    fresh.write_bytes(content)
    fresh.replace(path)


class TestDamage:
    @pytest.mark.usefixtures("store")
    @pytest.mark.parametrize("harm", [_cut, _spoil, Path.unlink])
    @pytest.mark.parametrize(
        "kind", ["term", "idx", "pos", "store", "fast", "fieldnorm", "meta.json"]
    )
    def test_is_an_empty_answer_never_an_error_and_a_rebuild_heals(self, folder, kind, harm):
        (generation,) = generations(folder)
        for path in generation.glob(f"*{kind}"):
            harm(path)
        reader = FolderStore(folder)

        results = ask(reader, "names charts")

        assert results.is_building or results.total == 2  # harm that does not show does none
        reader.replace([document(1, "Match names")])
        assert ids(ask(reader, "names")) == [1]

    @pytest.mark.usefixtures("store")
    def test_that_shows_only_in_reading_is_told_to_everyone(self, folder):
        """Such an index opens: without a mark, nobody would rebuild it."""
        (generation,) = generations(folder)
        for path in generation.glob("*.pos"):
            path.unlink()
        assert not is_sound(generation)

        assert ask(FolderStore(folder), "names charts").is_building

        other = FolderStore(folder)
        with pytest.raises(IndexMissing):
            other.searcher()
        with pytest.raises(IndexMissing), other.writing():
            pass
        assert other.replace([document(1, "names")], only_if_missing=True)
        assert ids(ask(other, "names")) == [1]

    @pytest.mark.parametrize("kind", ["term", "idx", "pos", "store", "fast", "fieldnorm"])
    @pytest.mark.parametrize("size", [0, 100])
    def test_by_cutting_files_that_are_mapped_kills_nobody(self, folder, kind, size):
        """In a process of its own: looking past the end of a mapped file ends it by a signal."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.search.cut_process", str(folder), kind, str(size)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
            check=False,
        )

        assert (done.returncode, done.stdout.split()[-3:]) == (0, ["lost", "wanted", "found"])

    def test_is_told_to_those_who_open_the_index_later_and_to_writers(self, store, folder):
        ask(store, "names")
        (path,) = next(iter(generations(folder))).glob("*.pos")
        path.write_bytes(path.read_bytes() + b"more")

        with pytest.raises(IndexMissing, match="another size"), store.writing():
            pass

        assert ask(FolderStore(folder), "names").is_building

    def test_files_that_merging_took_away_are_no_damage(self, store):
        reader = FolderStore(store._folder)
        for number in range(30):
            with store.writing() as batch:
                batch.write([document(10 + number, "names")], remove=[9 + number])
            assert not ask(reader, "names").is_building
        assert reader.is_current()
        assert not reader.wants_building()

    def test_one_that_is_being_built_is_not_wanted(self, folder):
        store = FolderStore(folder)
        seen = []

        def documents():
            seen.append(store.wants_building())
            yield document(1)

        assert store.wants_building()
        store.replace(documents())

        assert seen == [False]
        assert not store.wants_building()

    def test_a_wrong_question_is_no_damage(self, store):
        with pytest.raises(ValueError, match="not mine"), reading(store):
            raise ValueError("not mine")

        assert not ask(store, "names").is_building

    @pytest.mark.usefixtures("store")
    @pytest.mark.parametrize("content", ["", "nonsense", "\0", "../../etc"])
    def test_of_the_pointer_is_an_index_that_is_missing(self, folder, content):
        (folder / "CURRENT").write_text(content)

        assert ask(FolderStore(folder), "names").is_building


class TestManyProcesses:
    @pytest.mark.usefixtures("store")
    def test_a_killed_writer_leaves_what_it_has_committed(self, folder):
        acknowledged = 0
        for _ in range(3):
            writer = start_writer(folder, acknowledged + 3, 10_000)
            for _ in range(8):
                acknowledged = int(writer.stdout.readline())
            writer.kill()
            writer.wait()
            writer.stdout.close()

            held = ids_and_stamps(FolderStore(folder).searcher())
            assert held[100_000] >= acknowledged
            assert set(range(3, acknowledged + 1)) - set(held) <= set(range(acknowledged))
            assert acknowledged in held
            acknowledged = held[100_000]

    @pytest.mark.usefixtures("store")
    def test_readers_see_whole_commits_in_order(self, folder):
        writer = start_writer(folder, 3, 40)
        reader = FolderStore(folder)
        seen = []
        while writer.poll() is None:
            held = ids_and_stamps(reader.searcher())
            newest = held.pop(100_000, 2)
            assert max(key for key in held) == newest
            seen.append(newest)
        writer.stdout.close()

        assert writer.returncode == 0
        assert seen == sorted(seen)
        assert ids_and_stamps(reader.searcher())[100_000] == 40
        assert len(set(seen)) > 3

    def test_threads_share_a_store(self, store):
        failures = []

        def look():
            for _ in range(30):
                failures.extend(["lost"] * (ask(store, "names").total < 1))

        threads = [threading.Thread(target=look) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(10):
            with store.writing() as batch:
                batch.write([document(10 + number, "names")])
        for thread in threads:
            thread.join()

        assert not failures
        assert ask(store, "names", limit=50).total == 11
