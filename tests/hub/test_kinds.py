"""Kinds of Jupyter: what the operator's file says holds, and nothing that a person makes up."""

import json
import re
from pathlib import Path

from nbcommons_hub import homes

from .conftest import make_stage, wait_until
from .test_spawner import server_process

PROFILES = [
    {"slug": "small", "title": "Everyday", "is_default": True},
    {"slug": "large", "title": "Large", "memory_mb": 6000, "processes": 700, "lifetime_s": 900},
]


def limits_of(stage, name, **options) -> str:
    stage.spawn(name, **options)
    (home,) = homes.every(stage.folder.homes)
    found = Path(f"/proc/{server_process(home)}/limits").read_text()
    stage.api("DELETE", f"/users/{name}/server")
    wait_until(lambda: not stage.server(name))
    return found


class TestKind:
    def test_sets_limits_and_lifetime_and_unknown_words_mean_the_default(self, tmp_path):
        file = tmp_path / "profiles.json"
        file.write_text(json.dumps(PROFILES))
        with make_stage(NBCOMMONS_PROFILES=str(file)) as stage:
            large = limits_of(stage, "ada", profile="large")
            made_up = limits_of(stage, "ada", profile="../x", image="evil", memory_mb="1")

            assert re.search(r"Max data size +6291456000 ", large)
            assert re.search(r"Max data size +4294967296 ", made_up)
            assert stage.site.profiles == ["large", "small"]
            large_end, small_end = stage.site.ends.values()
            assert small_end - large_end > 6 * 3600
            assert "there is no profile '../x' here" in stage.log_of("hub")
