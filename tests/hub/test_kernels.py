"""What a kernel publishes reaches the person who runs it and nobody else on the machine."""

import json
import os
import sys
from pathlib import Path

import psutil
import pytest
from jupyter_client.blocking.client import BlockingKernelClient

from nbcommons_hub import homes

from .conftest import wait_until
from .test_spawner import environment_of, server_process

LISTEN = """
import sys, time, zmq
socket = zmq.Context().socket(zmq.SUB)
socket.setsockopt(zmq.SUBSCRIBE, b"")
socket.connect(sys.argv[1])
print("listening", flush=True)
end, heard = time.monotonic() + 4, b""
while time.monotonic() < end:
    if socket.poll(100):
        heard += b"".join(socket.recv_multipart())
print("heard it" if b"the-answer-is-42" in heard else "heard nothing")
"""


def start_kernel(stage, name, home):
    """A kernel in somebody's Jupyter: its connection file."""
    number = ask(stage, name, home, "kernels")["id"]
    file = home.sockets / f"kernel-{number}.json"
    wait_until(lambda: file.exists() and file.read_text().rstrip().endswith("}"))
    return file


def ask(stage, name, home, path):
    """Post to the API of somebody's Jupyter, as their browser does."""
    token = environment_of(server_process(home))["JUPYTERHUB_API_TOKEN"]
    answer = stage.door(
        f"/jupyter/user/{name}/api/{path}",
        method="POST",
        body=b"{}",
        headers={"Authorization": f"token {token}", "Content-Type": "application/json"},
    )
    assert answer.status in {200, 201}, answer
    return answer.json()


@pytest.fixture(scope="module")
def kernel(stage):
    """A kernel in Alice's Jupyter: its connection file."""
    stage.spawn("alice")
    (path,) = stage.homes()
    home = homes.find(stage.folder.homes, path.name)
    yield start_kernel(stage, "alice", home)
    stage.api("DELETE", "/users/alice/server")
    wait_until(lambda: not stage.server("alice"))
    assert not home.sockets.exists()


def run_code(file, code: str) -> None:
    client = BlockingKernelClient(connection_file=str(file))
    client.load_connection_file()
    client.start_channels()
    try:
        wait_until(lambda: is_ready(client))
        assert client.execute_interactive(code, timeout=120)["content"]["status"] == "ok"
    finally:
        client.stop_channels()


def is_ready(client: BlockingKernelClient) -> bool:
    """A kernel whose heart has not beaten yet counts as dead for the client."""
    try:
        client.wait_for_ready(timeout=10)
    except RuntimeError:
        return False
    return True


class TestKernel:
    def test_runs_over_sockets_in_a_closed_folder(self, kernel):
        run_code(kernel, "print('the-answer-is-' + str(42))")

        assert json.loads(kernel.read_text())["transport"] == "ipc"
        assert kernel.parent.stat().st_mode & 0o777 == 0o700

    @pytest.mark.skipif(os.geteuid() != 0, reason="needs root: other accounts")
    def test_cannot_be_listened_to_by_another_account(self, kernel):
        found = json.loads(kernel.read_text())
        address = f"ipc://{found['ip']}-{found['iopub_port']}"
        identity = {"user": 365_000, "group": 365_000, "extra_groups": []}
        stranger = psutil.Popen(
            [sys.executable, "-c", LISTEN, address], stdout=-1, text=True, **identity
        )
        assert stranger.stdout.readline() == "listening\n"

        run_code(kernel, "print('the-answer-is-' + str(42))")

        assert stranger.communicate(timeout=30)[0] == "heard nothing\n"

    def test_gives_way_to_the_server_when_memory_is_at_its_end(self, stage, kernel):
        (path,) = stage.homes()
        home = homes.find(stage.folder.homes, path.name)
        server = psutil.Process(server_process(home))

        def scores() -> list[str]:
            files = (f"/proc/{child.pid}/oom_score_adj" for child in server.children())
            return sorted({Path(file).read_text() for file in files})

        assert Path(f"/proc/{server.pid}/oom_score_adj").read_text() == "0\n"
        assert scores() == ["500\n"]
        number = kernel.stem.removeprefix("kernel-")
        ask(stage, "alice", home, f"kernels/{number}/restart")
        ask(stage, "alice", home, "terminals")
        wait_until(lambda: len(server.children()) == 2)
        wait_until(lambda: scores() == ["500\n"])
