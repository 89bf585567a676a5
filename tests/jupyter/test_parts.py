"""The parts that know no server: names, reports, copies, the outbox."""

import json
import threading
import unicodedata
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings, strategies as st

from jupyter_nbcommons import names, reports, settings as environment
from jupyter_nbcommons.copies import Copies
from jupyter_nbcommons.errors import BadReport, CannotWrite
from jupyter_nbcommons.outbox import Outbox
from jupyter_nbcommons.received import digest_of, read_notebook
from tests.jupyter.servers import event, notebook_text


def report(**changes: object) -> reports.RunReport:
    (one,) = reports.parse_reports(json.dumps({"events": [event(**changes)]}).encode())
    return one


class TestStemOf:
    @given(st.text(max_size=300))
    def test_makes_a_file_name_that_can_be_written_of_anything(self, title: str):
        stem = names.stem_of(title)

        assert 0 < len(stem) <= names.MOST_CHARACTERS + len("Notebook ") + len(" notebook")
        assert len(stem.encode()) < 240
        assert not set('/\\:*?"<>|\0\n') & set(stem)
        assert stem[0] not in ". ~"
        assert stem[-1] not in ". "
        assert not any(unicodedata.bidirectional(c) in {"RLO", "LRO", "RLE"} for c in stem)

    @given(st.text(max_size=300))
    def test_changes_nothing_the_second_time(self, title: str):
        assert names.stem_of(names.stem_of(title)) == names.stem_of(title)

    @pytest.mark.parametrize(
        ("title", "stem"),
        [
            ("CON", "CON notebook"),
            ("lpt1.txt", "lpt1.txt notebook"),
            (".hidden", "hidden"),
            ("--", "Notebook --"),
            ("x" * 99 + "e\u0301", "x" * 99 + "é"),
            ("word " * 40, ("word " * 20).strip()),
            ("Report: Q3/Q4", "Report Q3 Q4"),
        ],
    )
    def test_of(self, title: str, stem: str):
        assert names.stem_of(title) == stem


class TestParseReports:
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    def test_raises_nothing_else_whatever_comes(self, payload: object):
        try:
            found = reports.parse_reports(json.dumps(payload).encode())
        except BadReport:
            return
        assert found == []

    @given(st.binary())
    def test_raises_nothing_else_whatever_the_bytes(self, body: bytes):
        with pytest.raises(BadReport):
            reports.parse_reports(body)

    def test_reads_times_of_other_zones(self):
        one = report(at="2026-11-22T12:00:00.250+02:00")

        assert one.as_json()["at"] == "2026-11-22T10:00:00.250Z"


class TestSettings:
    def test_take_the_token_out(self):
        found = {"NBCOMMONS_TOKEN": "t", "NBCOMMONS_SITE_URL": "https://commons.example.org/"}

        taken = environment.take_settings(found)

        assert taken is not None
        assert (taken.site_url, taken.internal_url, taken.token, taken.expires_at) == (
            "https://commons.example.org",
            "https://commons.example.org",
            "t",
            None,
        )
        assert "NBCOMMONS_TOKEN" not in found
        assert "'t'" not in repr(taken)

    @pytest.mark.parametrize(
        "found",
        [
            {},
            {"NBCOMMONS_TOKEN": "t"},
            {"NBCOMMONS_SITE_URL": "https://x.org"},
            {"NBCOMMONS_TOKEN": "t", "NBCOMMONS_SITE_URL": "javascript:alert(1)"},
        ],
    )
    def test_are_none_without_a_commons(self, found: dict[str, str]):
        assert environment.take_settings(found) is None


class TestOutbox:
    def test_gives_up_the_oldest_beyond_its_limit(self, tmp_path: Path):
        outbox = Outbox(tmp_path, most=10)
        sent = [report() for _ in range(13)]

        outbox.add(sent[:9])
        outbox.add(sent[9:])

        assert len(outbox) == 10
        assert outbox.dropped == 3
        assert [one.body["id"] for one in outbox.oldest(99)] == [str(r.id) for r in sent[3:]]
        outbox.close()

    def test_is_shared_by_two_servers_of_one_person(self, tmp_path: Path):
        boxes = [Outbox(tmp_path), Outbox(tmp_path)]
        sent = [[report() for _ in range(60)] for _ in boxes]

        def fill(number: int) -> None:
            for one in sent[number]:
                boxes[number].add([one])

        threads = [threading.Thread(target=fill, args=(number,)) for number in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(boxes[0]) == len(boxes[1]) == 120
        for box in boxes:
            box.close()

    def test_says_when_there_is_no_place(self, tmp_path: Path):
        (tmp_path / "outbox").write_text("in the way")

        with pytest.raises(CannotWrite):
            Outbox(tmp_path / "outbox")

    def test_follows_no_link(self, tmp_path: Path):
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "box").mkdir()
        (tmp_path / "box" / "outbox.sqlite3").symlink_to(tmp_path / "elsewhere" / "x")

        with pytest.raises(CannotWrite):
            Outbox(tmp_path / "box")


class TestCopies:
    def notebook(self, uuid: UUID, revision: int, title: str = "A"):
        return read_notebook(
            notebook_text("1").encode(),
            uuid=uuid,
            revision=revision,
            title=title,
            site_url="https://commons.example.org",
        )

    def test_put_the_newest_version_first(self, tmp_path: Path):
        copies, uuid = Copies(tmp_path, tmp_path / ".memory.json"), uuid4()
        for revision in (2, 11, 3):
            copies.write(self.notebook(uuid, revision), with_version=True)

        found = copies.of(uuid)

        assert [copy.revision for copy in found] == [11, 3, 2]
        assert not any(copy.is_edited for copy in found)
        assert copies.of(uuid4()) == []

    def test_do_not_count_results_as_edits(self, tmp_path: Path):
        copies, uuid = Copies(tmp_path, tmp_path / ".memory.json"), uuid4()
        written = copies.write(self.notebook(uuid, 1), with_version=False)
        document = json.loads((tmp_path / written.path).read_text())
        document["cells"][0]["outputs"] = [
            {"output_type": "stream", "name": "stdout", "text": "2"}
        ]
        document["cells"][0]["source"] = list(document["cells"][0]["source"])
        (tmp_path / written.path).write_text(json.dumps(document))

        (copy,) = copies.of(uuid)

        assert not copy.is_edited

    def test_know_what_was_saved_to_the_commons(self, tmp_path: Path):
        copies, uuid = Copies(tmp_path, tmp_path / ".memory.json"), uuid4()
        written = copies.write(self.notebook(uuid, 1), with_version=False)
        path = tmp_path / written.path
        edited = json.loads(path.read_text())
        edited["cells"][0]["source"] = "mine"
        path.write_text(json.dumps(edited))
        assert [copy.is_edited for copy in copies.of(uuid)] == [True]

        copies.note_saved(written.path, uuid, 2, digest_of(edited))

        assert [copy.is_edited for copy in copies.of(uuid)] == [False]
        with pytest.raises(ValueError, match="below the home"):
            copies.note_saved("../elsewhere.ipynb", uuid, 3, digest_of(edited))

    @settings(max_examples=50)
    @given(st.binary(max_size=200))
    def test_look_at_any_file_without_falling(self, tmp_path_factory, body: bytes):
        home = tmp_path_factory.mktemp("home")
        (home / "x.ipynb").write_bytes(body)

        assert Copies(home, home / ".memory.json").of(uuid4()) == []

    def test_that_the_person_made_open_only_when_ours_are_gone(self, tmp_path: Path):
        copies, uuid = Copies(tmp_path, tmp_path / ".memory.json"), uuid4()
        written = copies.write(self.notebook(uuid, 1, "B"), with_version=False)
        duplicate = tmp_path / "A copy of it.ipynb"
        duplicate.write_bytes((tmp_path / written.path).read_bytes())

        with_ours = [copy.path for copy in copies.of(uuid)]
        (tmp_path / written.path).unlink()
        without_ours = [copy.path for copy in copies.of(uuid)]

        assert with_ours == ["B.ipynb"]
        assert without_ours == ["A copy of it.ipynb"]
