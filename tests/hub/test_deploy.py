"""Configurations that nobody has run here: their traits, their manifests, their promises.

There is no cluster and no engine where these tests run. The schemas are those of Kubernetes.
"""

import asyncio
import os
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from jupyterhub.objects import Hub
from traitlets.config import Config

from nbcommons_hub import containers, kinds, line
from nbcommons_hub.settings import from_environment

from .conftest import make_stage

DEPLOY = Path(__file__).parents[2] / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
PROFILES = '[{"slug": "big", "memory_mb": 9000, "image": "special:2"}, {"slug": "x"}]'


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Settings as a hub in containers reads them."""
    (tmp_path / "profiles.json").write_text(PROFILES)
    needed = {
        "NBCOMMONS_SITE_URL": "https://commons.example.org",
        "NBCOMMONS_JUPYTER_URL": "https://jupyter.example.net/jupyter/",
        "NBCOMMONS_INTERNAL_URL": "http://site:8000",
        "NBCOMMONS_HUB_PORT": "8081",
        "NBCOMMONS_HUB_HOST": "hub",
        "NBCOMMONS_PROFILES": str(tmp_path / "profiles.json"),
        "NBCOMMONS_CONTAINER_IMAGE": "ours:1",
        **{
            f"NBCOMMONS_{name}": str(tmp_path)
            for name in ("HUB_FOLDER", "HOMES", "EDGE_ROUTES")
        },
    }
    secret = "HUB_SECRET HUB_TOKEN CULLER_TOKEN OIDC_CLIENT_SECRET EDGE_API_URL EDGE_PASSWORD"
    needed |= {f"NBCOMMONS_{name}": "x" for name in secret.split()}
    for name, value in needed.items():
        monkeypatch.setenv(name, value)

    def read(spawner):
        monkeypatch.setenv("NBCOMMONS_SPAWNER", spawner)
        return from_environment()

    return read


def configuration(settings):
    config = Config()
    config.Spawner.environment = {"JUPYTER_CONFIG_PATH": "/hub", "NBCOMMONS_SITE_URL": "x"}
    containers.configure(config, settings)
    return config


def spawner_of(config, **more):
    """A spawner as the hub makes one, without a hub."""
    user = SimpleNamespace(name="ada", escaped_name="ada", id=1, url="/jupyter/user/ada/")
    hub = Hub(ip="0.0.0.0", port=8081, base_url="/jupyter/hub/")
    return config.JupyterHub.spawner_class(config=config, user=user, hub=hub, **more)


def documents():
    for path in sorted(KUBERNETES.glob("*.yaml")):
        if path.name != "kustomization.yaml":
            yield from ((path.name, found) for found in yaml.safe_load_all(path.read_text()))


class TestManifests:
    def test_are_what_kubernetes_understands(self):
        validate = pytest.importorskip("kubernetes_validate").validate
        for _, document in documents():
            validate(document, "1.34", strict=True)

    def test_are_all_named_by_kustomize_but_the_secrets(self):
        named = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())["resources"]
        there = {path.name for path in KUBERNETES.glob("*.yaml")}

        assert there - set(named) == {"kustomization.yaml", "secrets.example.yaml"}

    def test_give_no_container_root_or_privilege(self):
        pods = [
            d["spec"]["template"]["spec"] for _, d in documents() if d["kind"] == "Deployment"
        ]
        assert len(pods) == 3
        for pod in pods:
            assert pod["automountServiceAccountToken"] is False
            assert pod["securityContext"]["runAsNonRoot"] is True
            assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
            for one in [*pod["containers"], *pod.get("initContainers", [])]:
                assert one["securityContext"]["allowPrivilegeEscalation"] is False, one["name"]
                assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}
                assert "memory" in one["resources"]["limits"]

    def test_let_the_hub_handle_pods_and_nothing_else(self):
        (role,) = (d for _, d in documents() if d["kind"] == "Role")

        assert [rule["resources"] for rule in role["rules"]] == [["pods"], ["events"]]
        assert "ClusterRole" not in {d["kind"] for _, d in documents()}

    def test_name_each_secret_for_those_alone_who_need_it(self):
        secrets = {
            d["metadata"]["name"]: set(d["stringData"])
            for _, d in documents()
            if d["kind"] == "Secret"
        }

        assert "NBCOMMONS_SECRET_KEY" not in secrets["hub"]
        assert "DATABASE_URL" not in secrets["hub"]
        assert secrets["culler"] == {"JUPYTERHUB_API_TOKEN"}

    def test_let_jupyters_reach_site_hub_names_and_what_is_listed(self):
        policies = {
            d["metadata"]["name"]: d["spec"]
            for _, d in documents()
            if d["kind"] == "NetworkPolicy"
        }
        assert policies["closed"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
        open_to = [
            (to["podSelector"]["matchLabels"]["nbcommons.part"], rule["ports"][0]["port"])
            for rule in policies["jupyters"]["egress"]
            for to in rule["to"]
        ]
        assert open_to == [("site", 8000), ("hub", 8081)]
        selecting = policies["jupyters"]["podSelector"]["matchLabels"]
        assert selecting == {containers.PART_LABEL: "jupyter"}

    def test_know_every_variable_by_its_name(self):
        """A slip of the pen in a name would be silence."""
        known = Path("docs/reference/settings.md").read_text() + "".join(
            path.read_text() for path in (DEPLOY.parent / "hub/nbcommons_hub").glob("*.py")
        )
        text = "".join(
            path.read_text() for path in DEPLOY.rglob("*") if path.suffix in {".yaml", ".env"}
        )
        for name in set(re.findall(r"NBCOMMONS_[A-Z_]+", text)):
            assert name in known, name


class TestKubeSpawner:
    @pytest.fixture
    def manifest(self, settings, monkeypatch):
        pytest.importorskip("kubespawner")
        s = settings("kubernetes")
        monkeypatch.setattr("kubespawner.spawner.load_config", lambda **_: None)  # no cluster

        async def make():
            spawner = spawner_of(configuration(s), namespace="nbcommons", _mock=True)
            spawner.environment = {"NBCOMMONS_TOKEN": "nbs_1"}
            kinds.fit(spawner, kinds.kind_for({"profile": "big", "image": "evil"}, s))
            plain = spawner.api.api_client.sanitize_for_serialization
            big = plain(await spawner.get_pod_manifest())
            kinds.fit(spawner, kinds.kind_for({"profile": "x"}, s))
            return big, plain(await spawner.get_pod_manifest())

        return asyncio.run(make())

    def test_makes_pods_that_kubernetes_understands(self, manifest):
        validate = pytest.importorskip("kubernetes_validate").validate
        for one in manifest:
            validate({"apiVersion": "v1", **one}, "1.34", strict=True)

    def test_makes_pods_that_are_weak_and_end(self, manifest):
        pod = manifest[0]["spec"]
        (one,) = pod["containers"]

        assert pod["activeDeadlineSeconds"] == 16 * 3600
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert one["securityContext"]["runAsUser"] == 1000
        assert one["securityContext"]["allowPrivilegeEscalation"] is False
        assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert one["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert {tuple(volume) for volume in pod["volumes"]} == {("emptyDir", "name")} or all(
            set(volume) == {"name", "emptyDir"} for volume in pod["volumes"]
        )
        assert manifest[0]["metadata"]["labels"][containers.PART_LABEL] == "jupyter"

    def test_takes_image_and_memory_from_the_operators_file_alone(self, manifest):
        big, other = (one["spec"]["containers"][0] for one in manifest)

        assert (big["image"], other["image"]) == ("special:2", "ours:1")
        assert big["resources"]["limits"]["memory"] == 9000 << 20
        assert other["resources"]["limits"]["memory"] == 4096 << 20


class TestDockerSpawner:
    def test_makes_containers_that_are_weak_and_leave_nothing(self, settings, monkeypatch):
        spawners = pytest.importorskip("dockerspawner")
        engine = pytest.importorskip("docker").APIClient(version="1.44")  # asks nobody
        monkeypatch.setattr(spawners.DockerSpawner, "_client", engine)
        s = settings("docker")
        asked = []

        async def scene():
            spawner = spawner_of(configuration(s))

            async def docker(method, *_, **named):
                asked.append((method, named))
                return {"Id": "1"}

            spawner.docker = docker
            spawner.cmd = ["jupyterhub-singleuser"]
            for _ in range(2):
                kinds.fit(spawner, kinds.kind_for({"image": "evil"}, s))
            await spawner.create_object()
            return spawner

        spawner = asyncio.run(scene())
        made = next(named for method, named in asked if method == "create_container")
        assert spawner.remove
        host = made["host_config"]
        assert host["CapDrop"] == ["ALL"]
        assert host["SecurityOpt"] == ["no-new-privileges:true"]
        assert host["ReadonlyRootfs"]
        assert host["PidsLimit"] == 512
        assert host["Memory"] == 9000 << 20
        assert not host.get("Binds")
        assert made["user"] == "1000:1000"
        assert made["image"] == "special:2"  # the first in the file is the default
        assert made["command"] == [
            "timeout",
            "--kill-after=20",
            "57600",
            "jupyterhub-singleuser",
        ]


class TestHub:
    @pytest.mark.parametrize("spawner", ["docker", "kubernetes"])
    def test_starts_with_it(self, spawner):
        pytest.importorskip("dockerspawner")
        with make_stage(NBCOMMONS_SPAWNER=spawner, NBCOMMONS_HUB_HOST="127.0.0.1") as stage:
            assert stage.door("/jupyter/hub/health").status == 200

    def test_refuses_another_word(self, settings):
        with pytest.raises(containers.BadSpawner, match="local, docker or kubernetes"):
            configuration(settings("podman"))

    def test_tells_the_line_before_the_spawners_own_news(self):
        class Base:
            name = ""
            user = SimpleNamespace(name="ada")

            async def progress(self):
                yield {"message": "own"}

        async def scene():
            found = containers.with_line(Base)()
            line.starts._waiting["ada/"] = asyncio.get_running_loop().create_future()
            heard = []
            async for event in found.progress():
                heard.append(event["message"])
                line.starts._waiting.pop("ada/", None)
            return heard

        assert asyncio.run(scene()) == [
            "Others are starting theirs: you are next in line",
            "own",
        ]


class TestImage:
    def test_pins_everything_by_hash(self):
        for name in ("requirements", "spawners"):
            text = (DEPLOY / "image" / f"{name}.lock").read_text()
            pinned = re.findall(r"^[\w.\[\]-]+==", text, re.MULTILINE)
            wanted = (DEPLOY / "image" / f"{name}.in").read_text()
            for word in re.findall(r"^([\w-]+)>=", wanted, re.MULTILINE):
                assert f"{word.lower()}==" in pinned, word
            assert text.count("--hash=sha256:") >= len(pinned)

    def test_runs_the_hub_of_the_same_version(self):
        version = re.compile(r"^jupyterhub==([\d.]+)", re.MULTILINE)
        paths = (DEPLOY / "image/requirements.lock", DEPLOY.parent / "requirements/prod.lock")
        assert len({version.search(path.read_text())[1] for path in paths}) == 1

    def test_becomes_nobody_special(self):
        text = (DEPLOY / "image" / "Dockerfile").read_text()

        assert text.count("USER 1000:1000") == 2
        assert (
            tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text())["project"]["name"]
            == "nbcommons"
        )
        assert os.access(DEPLOY / "docker" / "compose.yaml", os.R_OK)
