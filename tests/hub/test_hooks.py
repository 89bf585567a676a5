"""The task that takes back tokens: it outlives notes that it cannot read."""

import asyncio

from nbcommons_hub import hooks
from nbcommons_hub.hooks import Hooks
from nbcommons_hub.site import SiteTokens


class Tokens(SiteTokens):
    """Plays the site, which cannot be told of the spawn ``odd``."""

    def __init__(self, folder):
        super().__init__(internal_url="http://site", secret="x", folder=folder)
        self.ended = []

    async def _send(self, _method, url, _body):
        spawn_id = url.rsplit("/", 1)[1]
        self.ended.append(spawn_id)
        if spawn_id == "odd":
            raise ValueError("no such address")
        return b""


class TestKeepRevoking:
    def test_goes_on_past_notes_that_cannot_be_read_or_told(self, tmp_path, monkeypatch):
        monkeypatch.setattr(hooks, "SWEEP_EVERY_S", 0.01)
        (tmp_path / "broken.json").write_text("{")
        (tmp_path / "empty.json").write_text("[]")
        (tmp_path / "folder.json").mkdir()
        for name in ("odd", "good", "live"):
            (tmp_path / f"{name}.json").write_text('{"username": "ada", "server": ""}')
        tokens = Tokens(tmp_path)

        async def run_a_while():
            task = asyncio.create_task(Hooks(None, tokens, {"live"}).keep_revoking())
            await asyncio.sleep(0.2)
            assert not task.done()
            task.cancel()

        asyncio.run(run_a_while())

        assert {"broken", "empty", "folder", "odd", "good"} == set(tokens.ended)
        assert tokens.ended.count("odd") > 1
        left = {path.name for path in tmp_path.iterdir()}
        assert left == {"odd.json", "live.json", "folder.json"}
