"""``./commons``: which Python, which folder, and what is done again when."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "bootstrap.py"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: other accounts")


@pytest.fixture
def bootstrap():
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def place():
    found = Path(tempfile.mkdtemp(prefix="nbc-boot-", dir="/tmp"))
    found.chmod(0o755)
    yield found
    shutil.rmtree(found)


@pytest.fixture
def checkout(bootstrap, place, monkeypatch):
    """A small checkout, whose installations are only written down."""
    for name in ("requirements", "nbcommons", "packages/jupyter/src", "scripts"):
        (place / name).mkdir(parents=True)
    for name in ("prod.lock", "dev.lock", "build.lock"):
        (place / "requirements" / name).write_text("some==1\n")
    (place / "nbcommons" / "__init__.py").write_text("")
    (place / "packages/jupyter/src/index.ts").write_text("one")
    (place / "pyproject.toml").write_text("")
    done: list[str] = []

    def make_environment(folder):
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").symlink_to(sys.executable)
        done.append("environment")

    def pip(folder, *arguments):
        (folder / "bin" / "nbcommons").touch()
        done.append("build" if "--no-deps" in arguments else "packages")

    monkeypatch.setattr(bootstrap, "ROOT", place)
    monkeypatch.setattr(bootstrap, "make_environment", make_environment)
    monkeypatch.setattr(bootstrap, "pip", pip)
    bootstrap.done = done
    return place


class TestPrepare:
    def test_does_everything_once(self, bootstrap, checkout):
        for _ in range(3):
            bootstrap.prepare(checkout / ".venv", "prod", is_copy=False)

        assert bootstrap.done == ["environment", "packages", "build"]

    def test_installs_again_when_the_lock_changed(self, bootstrap, checkout):
        bootstrap.prepare(checkout / ".venv", "prod", is_copy=False)
        (checkout / "requirements" / "prod.lock").write_text("some==2\n")

        bootstrap.prepare(checkout / ".venv", "prod", is_copy=False)

        assert bootstrap.done[3:] == ["packages"]

    def test_installs_developers_packages_for_tests_and_keeps_them_after(
        self, bootstrap, checkout
    ):
        for kind in ("prod", "dev", "prod", "dev"):
            bootstrap.prepare(checkout / ".venv", kind, is_copy=False)

        assert bootstrap.done == ["environment", "packages", "build", "packages"]

    def test_builds_again_when_the_lab_extension_changed(self, bootstrap, checkout):
        bootstrap.prepare(checkout / ".venv", "prod", is_copy=False)
        (checkout / "packages/jupyter/src/index.ts").write_text("two")

        bootstrap.prepare(checkout / ".venv", "prod", is_copy=False)

        assert bootstrap.done[3:] == ["build"]

    @pytest.mark.parametrize(("is_copy", "expected"), [(True, ["build"]), (False, [])])
    def test_builds_again_for_python_only_where_it_is_a_copy(
        self, bootstrap, checkout, is_copy, expected
    ):
        bootstrap.prepare(checkout / ".venv", "prod", is_copy=is_copy)
        (checkout / "nbcommons" / "__init__.py").write_text('"""Changed."""')

        bootstrap.prepare(checkout / ".venv", "prod", is_copy=is_copy)

        assert bootstrap.done[3:] == expected


@as_root
class TestWhere:
    def test_is_in_the_checkout_when_others_may_enter_it(self, bootstrap, checkout):
        assert bootstrap.where() == (checkout / ".venv", False)

    def test_is_outside_with_a_copy_when_they_may_not(self, bootstrap, checkout):
        checkout.chmod(0o700)

        folder, is_copy = bootstrap.where()

        assert folder.parent == Path("/var/lib/nbcommons/venvs")
        assert is_copy


class TestChoosePython:
    def test_takes_a_complete_one(self, bootstrap):
        assert bootstrap.works(bootstrap.choose_python(), as_stranger=os.geteuid() == 0)

    @as_root
    def test_says_what_to_do_when_only_root_can_use_any(
        self, bootstrap, place, monkeypatch, capsys
    ):
        closed = place / "closed"
        closed.mkdir(mode=0o700)
        python = closed / "python3"
        python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        python.chmod(0o755)
        monkeypatch.setenv("PATH", str(closed))
        which = shutil.which
        monkeypatch.setattr(
            bootstrap.shutil, "which", lambda name, **_: which(name, path=str(closed))
        )

        with pytest.raises(SystemExit):
            bootstrap.choose_python()

        said = capsys.readouterr().err
        assert f"Only root can use the Python of this machine ({python})" in said
        assert "apt install python3" in said


class TestScript:
    def test_says_what_is_missing_without_any_python(self, place):
        shutil.copy(SCRIPT.parents[1] / "commons", place / "commons")
        empty = place / "bin"
        empty.mkdir()
        for name in ("dirname", "sh"):
            (empty / name).symlink_to(shutil.which(name))
        text = (place / "commons").read_text()
        (place / "commons").write_text(
            text.replace("/usr/local/bin/python3 /usr/bin/python3", "")
        )

        done = subprocess.run(
            [place / "commons", "up"],
            env={"PATH": str(empty)},
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 1
        assert "needs Python 3.11 or later, and there is none" in done.stderr
