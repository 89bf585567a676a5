"""When a Jupyter ends: as the site has it on record, with site or hub down, and never later."""

import signal
import time
from pathlib import Path

import pytest

from nbcommons_hub import homes

from .conftest import make_stage, wait_until
from .test_spawner import server_process

LIFETIME_S = 30
MOST_S = 25


@pytest.fixture(scope="module")
def stage():
    limits = {
        "NBCOMMONS_ENVIRONMENT_LIFETIME_S": str(LIFETIME_S),
        "NBCOMMONS_ENVIRONMENT_EXTENSION_MOST_S": str(MOST_S),
    }
    with make_stage(**limits) as found:
        yield found


def begin(stage, name):
    """A person's Jupyter: its home, and the end that the site told."""
    before = {home.spawn_id for home in homes.every(stage.folder.homes)}
    stage.spawn(name)
    (home,) = [h for h in homes.every(stage.folder.homes) if h.spawn_id not in before]
    return home, stage.site.ends[home.spawn_id]


def end_of(home) -> float:
    wait_until(lambda: not home.path.exists(), timeout_s=120)
    assert list(homes.processes_of(home)) == []
    return time.time()


class TestLifetime:
    def test_is_over_when_the_site_says_so(self, stage):
        mona, mona_ends = begin(stage, "mona")
        stage.site.ended.add(mona.spawn_id)  # for example because she may no longer sign in

        assert end_of(mona) < mona_ends

    def test_ends_where_the_site_says_and_can_be_put_off_but_not_for_ever(self, stage):
        kate, _ = begin(stage, "kate")
        stage.site.ends[kate.spawn_id] += 20
        liam, liam_ends = begin(stage, "liam")
        stage.site.ends[liam.spawn_id] += 9000
        jane, jane_ends = begin(stage, "jane")

        assert jane_ends - 1 < end_of(jane) < jane_ends + 25
        assert stage.site.ends[kate.spawn_id] - 1 < end_of(kate)
        assert liam_ends + 10 < end_of(liam) < liam_ends + MOST_S + 20
        wait_until(lambda: liam.spawn_id in stage.site.revoked)

    def test_is_kept_with_the_site_down_and_over_a_restart_of_the_hub(self, stage):
        nora, nora_ends = begin(stage, "nora")
        stage.site.ends[nora.spawn_id] += 15
        note = stage.folder.hub / "tokens" / f"{nora.spawn_id}.json"
        before = note.read_text()
        wait_until(lambda: note.read_text() != before)
        stage.site.is_down = True
        try:
            stage.stop("hub", signal.SIGKILL)
            stage.start_hub()
            wait_until(lambda: time.time() > nora_ends + 4)
            assert Path(f"/proc/{server_process(nora)}").exists()

            assert nora_ends + 13 < end_of(nora) < nora_ends + 35
        finally:
            stage.site.is_down = False

    def test_is_kept_with_the_hub_down(self, stage):
        olga, olga_ends = begin(stage, "olga")
        stage.stop("hub", signal.SIGKILL)
        try:
            wait_until(lambda: not list(homes.processes_of(olga)), timeout_s=90)

            assert time.time() < olga_ends + MOST_S + 15
        finally:
            stage.start_hub()
        end_of(olga)
        wait_until(lambda: olga.spawn_id in stage.site.revoked)
