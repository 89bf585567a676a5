"""Many people start at once: all of them get in, and each is told how long the line is."""

import asyncio
import json
import threading
import urllib.request
from contextlib import closing

from nbcommons.runtime._hub import HubClient
from nbcommons_hub.line import Line, ordinal

from .conftest import fetch, make_stage, wait_until


class TestLine:
    def test_lets_people_through_in_the_order_they_came(self):
        async def scene():
            line, order = Line(slots=2), []

            async def person(name):
                await line.enter(name)
                order.append(name)

            tasks = [asyncio.create_task(person(name)) for name in "abcde"]
            await asyncio.sleep(0)
            assert order == ["a", "b"]
            assert [line.place_of(name) for name in "abcde"] == [None, None, 1, 2, 3]
            for _ in range(3):
                line.leave()
                await asyncio.sleep(0)
            assert order == list("abcde")
            await asyncio.gather(*tasks)

        asyncio.run(scene())

    def test_loses_no_slot_to_somebody_who_gave_up(self):
        async def scene():
            line = Line(slots=1)
            await line.enter("a")
            waiting = asyncio.create_task(line.enter("b"))
            called = asyncio.create_task(line.enter("c"))
            await asyncio.sleep(0)
            waiting.cancel()
            line.leave()  # b has just given up, or is about to: c is the next
            await asyncio.gather(waiting, return_exceptions=True)
            await asyncio.wait_for(called, 1)
            called_back = asyncio.create_task(line.enter("d"))
            await asyncio.sleep(0)
            line.leave()
            called_back.cancel()  # called, and gone in the same moment
            await asyncio.gather(called_back, return_exceptions=True)
            await asyncio.wait_for(line.enter("e"), 1)

        asyncio.run(scene())

    def test_tells_each_new_place_once(self):
        async def scene():
            line = Line(slots=1)
            await line.enter("a")
            tasks = [asyncio.create_task(line.enter(name)) for name in "bc"]
            await asyncio.sleep(0)
            heard = []
            async for event in line.progress("c"):
                heard.append(event["place"])
                line.leave()
            assert heard == [2, 1]
            await asyncio.gather(*tasks)

        asyncio.run(scene())

    def test_has_words_for_places(self):
        places = [1, 2, 3, 4, 11, 12, 13, 21, 22, 103, 111]
        words = "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 103rd 111th"
        assert " ".join(ordinal(place) for place in places) == words


class TestStartingTogether:
    def test_everybody_gets_in_and_sees_their_place(self):
        people = [f"person{number}" for number in range(4)]
        with make_stage(NBCOMMONS_ENVIRONMENT_STARTS_AT_ONCE="1") as stage:
            for name in people:
                stage.api("POST", f"/users/{name}")
            request = urllib.request.Request
            with_token = {"Authorization": f"token {stage.keys.hub_token}"}
            api = stage.addresses.hub_api

            answers = {}

            def start(name):
                url = f"{api}/users/{name}/server"
                answers[name] = fetch(
                    request(url, headers=with_token, method="POST", data=b"{}")
                ).status

            threads = [threading.Thread(target=start, args=[name]) for name in people]
            for thread in threads:
                thread.start()
            wait_until(lambda: len(places(stage, people)) >= 2)
            assert min(places(stage, people).values()) == 1
            assert "in line" in "".join(words_of(stage, people))
            for thread in threads:
                thread.join()
            assert set(answers.values()) <= {201, 202}
            wait_until(lambda: all(stage.server(name).get("ready") for name in people), 120)


def words_of(stage, people) -> list[str]:
    """What the site's pages say to each of them."""
    with closing(HubClient(stage.addresses.hub_api, stage.keys.hub_token)) as client:
        return [client.words_in_line(name) for name in people]


def places(stage, people) -> dict[str, int]:
    """Who is in line, and where, as the hub's API tells it."""
    found = {}
    for name in people:
        url = f"{stage.addresses.hub_api}/users/{name}/server/progress"
        headers = {"Authorization": f"token {stage.keys.hub_token}"}
        try:
            with urllib.request.urlopen(
                urllib.request.Request(url, headers=headers), timeout=5
            ) as stream:
                for line in stream:
                    if not line.startswith(b"data:"):
                        continue
                    event = json.loads(line.removeprefix(b"data:"))
                    if "place" in event:
                        found[name] = event["place"]
                    if event["progress"]:
                        break
        except OSError:
            continue  # not started yet
    return found
