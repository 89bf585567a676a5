"""The data folder: owners, secrets, versions, one user at a time."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from nbcommons.launch import data
from nbcommons.launch.beside import give_back
from nbcommons.launch.errors import CannotStart

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: other accounts")


@pytest.fixture
def root():
    found = Path(tempfile.mkdtemp(prefix="nbc-data-", dir="/tmp"))
    found.chmod(0o711)
    yield found / "data"
    shutil.rmtree(found)


class TestPrepare:
    def test_closes_everything_that_is_not_meant_for_others(self, root):
        folder = data.prepare(root)

        for private in (folder.secrets, folder.hub, folder.logs, folder.site, folder.postgres):
            assert private.stat().st_mode & 0o077 == 0, private

    def test_can_be_repeated(self, root):
        assert data.prepare(root) == data.prepare(root)

    def test_refuses_a_folder_that_somebody_has_slipped_in(self, root):
        root.mkdir()
        (root / "secrets").symlink_to("/etc")

        with pytest.raises(CannotStart, match="belongs to somebody else"):
            data.prepare(root)

    def test_refuses_a_newer_layout(self, root):
        data.prepare(root)
        (root / "VERSION").write_text(json.dumps({"layout": 99, "nbcommons": "0.0.1"}))

        with pytest.raises(CannotStart, match="newer"):
            data.prepare(root)

    def test_takes_a_folder_of_an_older_commons_over(self, root):
        data.prepare(root)
        (root / "VERSION").write_text(json.dumps({"layout": 1, "nbcommons": "0.0.1"}))

        data.prepare(root)

        assert json.loads((root / "VERSION").read_text())["nbcommons"] != "0.0.1"

    def test_says_when_it_cannot_be_written(self):
        with pytest.raises(CannotStart, match="cannot be used"):
            data.prepare(Path("/proc/nbcommons"))

    def test_finds_a_short_place_for_the_socket_of_a_long_folder(self, root):
        long = root / ("x" * 90)

        folder = data.prepare(long)

        try:
            assert len(str(folder.sockets)) < 60
            assert folder.sockets.is_dir()
        finally:
            folder.sockets.rmdir()


class TestLoadSecrets:
    def test_makes_each_once_and_for_us_alone(self, root):
        folder = data.prepare(root)

        keys = data.load_secrets(folder)

        values = [getattr(keys, name) for name in keys.__dataclass_fields__]
        assert len(set(values)) == len(values)
        assert all(len(value) == 64 for value in values)
        assert {path.stat().st_mode & 0o777 for path in folder.secrets.iterdir()} == {0o600}
        assert data.load_secrets(folder) == keys

    def test_closes_one_that_was_left_open(self, root):
        folder = data.prepare(root)
        data.load_secrets(folder)
        (folder.secrets / "hub-token").chmod(0o644)

        data.load_secrets(folder)

        assert (folder.secrets / "hub-token").stat().st_mode & 0o777 == 0o600

    def test_shows_none_when_printed(self, root):
        keys = data.load_secrets(data.prepare(root))

        assert keys.hub_token not in repr(keys)


class TestExclusive:
    def test_tells_the_second_who_the_first_is(self, root):
        folder = data.prepare(root)
        with (
            data.exclusive(folder, site="http://localhost:1"),
            pytest.raises(data.InUse) as error,
            data.exclusive(folder),
        ):
            pass

        assert error.value.pid == os.getpid()
        assert "It serves http://localhost:1." in error.value.problem

    def test_ends_with_its_block(self, root):
        folder = data.prepare(root)
        with data.exclusive(folder):
            assert data.holder_of(root) == (os.getpid(), "")

        assert data.holder_of(root) is None


@as_root
class TestGiveBack:
    def test_hands_over_what_root_wrote_and_follows_no_link(self, root):
        folder = data.prepare(root)
        account = folder.site_account
        (folder.site / "index").mkdir()
        (folder.site / "index" / "part").write_text("x")
        (folder.site / "link").symlink_to(folder.secrets)
        data.load_secrets(folder)

        give_back(folder.site, account)

        assert (folder.site / "index" / "part").stat().st_uid == account.uid
        assert folder.secrets.stat().st_uid == 0
        assert {path.stat().st_uid for path in folder.secrets.iterdir()} == {0}
