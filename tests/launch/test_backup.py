"""A commons in a file, and out of it again."""

import io
import json
import shutil
import stat
import subprocess
import tarfile
import time
from pathlib import Path

import pytest

from nbcommons.launch import backup, beside, data, postgres
from nbcommons.launch.errors import CannotStart
from tests.launch.conftest import nbcommons, place


def sql(folder, statement):
    """Run a statement as the site would."""
    with beside.environment(folder) as variables:
        done = subprocess.run(
            [str(postgres.binaries() / "psql"), "-X", "-A", "-t", "-c", statement],
            env={**postgres.environment(), **backup.login_of(variables["DATABASE_URL"])},
            capture_output=True,
            text=True,
            check=True,
        )
    return done.stdout.strip()


@pytest.fixture(autouse=True)
def _own_database(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture(scope="module")
def small():
    """A data folder whose database holds one thing; tests say first what it is."""
    with pytest.MonkeyPatch.context() as patch, place() as folder:
        patch.delenv("DATABASE_URL", raising=False)
        made = data.prepare(folder / "data")
        sql(made, "CREATE TABLE thing (word text); INSERT INTO thing VALUES ('größe')")
        data.write_private(made.oidc_key, "signs identities\n", owner=made.site_account)
        yield made


@pytest.fixture(scope="module")
def written(small):
    """A backup of it, made before any test changed anything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        path = small.root.parent / "commons.backup"
        backup.write(small.root, path)
    return path


@pytest.fixture
def root():
    """Where another data folder can be."""
    with place() as folder:
        yield folder / "data"


def repacked(path, **parts):
    """The same archive with other contents in some parts, or with further ones."""
    made = path.with_name(f"other-{time.monotonic_ns()}")
    with tarfile.open(path) as old, tarfile.open(made, "w") as new:
        for entry in old.getmembers():
            content = old.extractfile(entry).read()
            content = parts.pop(entry.name.replace("/", "_").replace(".", "_"), content)
            entry.size = len(content)
            new.addfile(entry, io.BytesIO(content))
    return made


class TestWrite:
    def test_is_for_its_owner_alone(self, written):
        assert stat.S_IMODE(written.stat().st_mode) == 0o600
        assert not list(written.parent.glob(".*"))

    def test_replaces_no_file(self, small, written):
        before = written.read_bytes()

        with pytest.raises(CannotStart, match="there already"):
            backup.write(small.root, written)
        assert written.read_bytes() == before

    def test_leaves_nothing_behind_when_it_fails(self, small, root, monkeypatch):
        def fails(*_, **__):
            raise CannotStart("no room")

        monkeypatch.setattr(backup, "_run", fails)
        with pytest.raises(CannotStart, match="no room"):
            backup.write(small.root, root.parent / "never")
        assert list(root.parent.iterdir()) == []

    def test_names_a_folder_that_is_not_there(self, small, tmp_path):
        with pytest.raises(CannotStart, match="cannot be written"):
            backup.write(small.root, tmp_path / "none" / "file")


class TestRead:
    def test_brings_back_database_and_secrets(self, small, written, root):
        keys = data.load_secrets(small)

        manifest = backup.read(root, written)

        other = data.prepare(root)
        assert sql(other, "SELECT word FROM thing") == "größe"
        assert data.load_secrets(other) == keys
        assert other.oidc_key.read_text() == "signs identities\n"
        assert other.oidc_key.stat().st_uid == small.oidc_key.stat().st_uid
        assert manifest.postgres == postgres.major_version()
        assert not list(other.root.glob("before-*"))

    def test_leaves_what_is_there_alone_unless_told(self, small, written):
        sql(small, "UPDATE thing SET word = 'newer'")

        with pytest.raises(CannotStart, match="holds a commons already"):
            backup.read(small.root, written)
        assert sql(small, "SELECT word FROM thing") == "newer"
        backup.read(small.root, written, replaces=True)
        assert sql(small, "SELECT word FROM thing") == "größe"
        (kept,) = small.root.glob("before-*")
        assert (kept / "data" / "PG_VERSION").exists()
        shutil.rmtree(kept)

    def test_puts_back_what_was_there_when_it_fails(self, small, written, monkeypatch):
        sql(small, "UPDATE thing SET word = 'newer'")

        def fails(*_):
            raise CannotStart("no room")

        monkeypatch.setattr(backup, "_load", fails)
        with pytest.raises(CannotStart, match="no room"):
            backup.read(small.root, written, replaces=True)
        assert sql(small, "SELECT word FROM thing") == "newer"
        assert not list(small.root.glob("before-*"))

    def test_touches_nothing_that_is_in_use(self, small, written):
        with data.exclusive(small), pytest.raises(CannotStart, match="already runs"):
            backup.read(small.root, written, replaces=True)

    def test_touches_no_database_of_the_operators_own(self, written, root, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/x")

        with pytest.raises(CannotStart, match="your own"):
            backup.read(root, written)

    def test_refuses_damaged_and_foreign_files(self, written, root, tmp_path):
        foreign = tmp_path / "foreign"
        foreign.write_bytes(b"nothing of ours")
        cut = tmp_path / "cut"
        cut.write_bytes(written.read_bytes()[:5000])
        with tarfile.open(written) as archive:
            manifest = json.loads(archive.extractfile("manifest.json").read())
        newer = json.dumps({**manifest, "nbcommons": "99.0"}).encode()
        outside = {**manifest["members"][0], "name": "secrets/../../outside"}
        astray = json.dumps({**manifest, "members": [*manifest["members"], outside]}).encode()

        for path, words in (
            (tmp_path / "none", "cannot be read"),
            (foreign, "no backup"),
            (cut, "no backup|damaged|not a whole one"),
            (repacked(written, database_dump=b"other"), "damaged: database.dump"),
            (repacked(written, manifest_json=newer), "newer than this one"),
            (repacked(written, manifest_json=astray), "no backup"),
            (repacked(written, manifest_json=b"{}"), "no backup"),
        ):
            with pytest.raises(CannotStart, match=words):
                backup.read(root, path)
        assert not (root / "postgres").exists() or not list((root / "postgres").iterdir())


class TestLoginOf:
    def test_puts_nothing_on_a_command_line(self):
        url = "postgresql://me:p%40ss@db.example.org:6432/our?sslmode=require"

        assert backup.login_of(url) == {
            "PGHOST": "db.example.org",
            "PGPORT": "6432",
            "PGUSER": "me",
            "PGPASSWORD": "p@ss",
            "PGDATABASE": "our",
            "PGSSLMODE": "require",
            "PGCONNECT_TIMEOUT": "10",
        }


class TestWholeCommons:
    def test_is_backed_up_while_it_runs_and_restored_beside(self, commons, newcomer):
        newcomer("ada")
        with place() as folder:
            file, root = folder / "commons.backup", folder / "data"

            done = commons.command("backup", str(file))
            assert done.returncode == 0, done.stderr
            restored = nbcommons("--data", str(root), "restore", str(file))

            assert restored.returncode == 0, restored.stderr
            listed = nbcommons("--data", str(root), "person", "list")
            assert "ada@example.org" in listed.stdout
            checked = nbcommons("--data", str(root), "verify", "--without-index")
            assert checked.returncode == 0, checked.stdout + checked.stderr
            assert "all is well" in checked.stdout
        assert Path(commons.root / "lock").exists()
