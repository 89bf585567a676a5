"""Fixtures of the Jupyter side: real servers, shared by a module and cleaned for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jupyter.servers import (
    SPAWN_TOKEN,
    RunningJupyter,
    StandInSite,
    jupyter_environment,
    running_jupyter,
    running_site,
)


@pytest.fixture(scope="module")
def site_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandInSite]:
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def jupyter_of_module(
    tmp_path_factory: pytest.TempPathFactory, site_of_module: StandInSite
) -> Iterator[RunningJupyter]:
    home = tmp_path_factory.mktemp("home")
    with running_jupyter(home, connected_environment(home, site_of_module)) as jupyter:
        yield jupyter


@pytest.fixture
def site(site_of_module: StandInSite) -> StandInSite:
    site_of_module.forget()
    if site_of_module.process is None:
        site_of_module.start()
    return site_of_module


@pytest.fixture
def jupyter(jupyter_of_module: RunningJupyter, site: StandInSite) -> RunningJupyter:
    """The module's Jupyter with an empty home, as just spawned for a person, beside ``site``."""
    assert site.process is not None
    for path in jupyter_of_module.home.iterdir():
        if path.is_dir() and not path.is_symlink():
            if path.name != ".local":
                shutil.rmtree(path)
        elif path != jupyter_of_module.log:
            path.unlink()
    (jupyter_of_module.private_folder / "copies.json").unlink(missing_ok=True)
    if jupyter_of_module.process is None:
        jupyter_of_module.start()
    return jupyter_of_module


@pytest.fixture
def new_jupyter(tmp_path: Path, site: StandInSite) -> Iterator[RunningJupyter]:
    """A Jupyter of this test alone, to be stopped and killed at will."""
    with running_jupyter(tmp_path, connected_environment(tmp_path, site)) as jupyter:
        yield jupyter


def connected_environment(home: Path, site: StandInSite) -> dict[str, str]:
    """The environment of a Jupyter that the hub started."""
    return jupyter_environment(
        home,
        NBCOMMONS_TOKEN=SPAWN_TOKEN,
        NBCOMMONS_SITE_URL="http://commons.example.org",
        NBCOMMONS_INTERNAL_URL=site.url,
        NBCOMMONS_EXPIRES_AT="2099-01-01T00:00:00+00:00",
    )
