"""Logs stay small while the parts go on writing."""

import io

from rich.console import Console

from nbcommons.launch import rotation


class TestRotate:
    def test_moves_a_large_log_aside_under_its_writer(self, tmp_path, monkeypatch):
        monkeypatch.setattr(rotation, "LARGEST_BYTES", 100)
        log = rotation.log_file(tmp_path, "part")
        with log.open("ab", buffering=0) as writer:
            writer.write(b"a" * 200)
            assert rotation.rotate(log)
            writer.write(b"next\n")

        assert log.read_bytes() == b"next\n"
        assert (tmp_path / "part.log.1").read_bytes() == b"a" * 200

    def test_keeps_a_few_pieces_only_and_closed_to_others(self, tmp_path, monkeypatch):
        monkeypatch.setattr(rotation, "LARGEST_BYTES", 10)
        log = rotation.log_file(tmp_path, "part")
        for number in range(6):
            log.write_text(f"{number}" * 20)
            rotation.rotate(log)

        pieces = sorted(path.name for path in tmp_path.iterdir())
        assert pieces == ["part.log", "part.log.1", "part.log.2", "part.log.3"]
        assert (tmp_path / "part.log.1").read_text() == "5" * 20
        assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}

    def test_leaves_a_small_one_alone(self, tmp_path):
        log = rotation.log_file(tmp_path, "part")

        assert not rotation.rotate(log)


class TestShowFrom:
    def test_shows_whole_lines_once(self, tmp_path):
        log = rotation.log_file(tmp_path, "part")
        log.write_text("one\ntwo\nhal")
        said = Console(file=io.StringIO(), width=80)

        place = rotation._show_from(log, 0, said)
        log.write_text("one\ntwo\nhalf\n")
        rotation._show_from(log, place, said)

        words = [line.split("│")[1].strip() for line in said.file.getvalue().splitlines()]
        assert words == ["one", "two", "half"]
