"""Jupyters in containers: Docker or Kubernetes instead of a process of this machine.

The hooks stay what they are: the line, the token, the ends. What is set here keeps the Jupyters as
short-lived as ours (no volume that outlives them) and as weak (no root, no privilege, no account of
the cluster). What they may reach is said outside: by Docker's network, by a network policy.
"""

from collections.abc import AsyncIterator
from typing import Any

from nbcommons_hub import line
from nbcommons_hub.settings import HubSettings

PORT = 8888
UID = 1000
HOME = "/home/jupyter"
# Of the image: see deploy/image.
COMMAND = ["jupyterhub-singleuser"]
START_TIMEOUT_S = 300
PART_LABEL = "nbcommons.part"


class BadSpawner(ValueError):
    """The operator names a spawner that there is not."""


def with_line(base: Any) -> Any:
    """The spawner class, telling a person first where they are in the line."""

    class InLine(base):  # type: ignore[misc]
        async def progress(self) -> AsyncIterator[dict[str, Any]]:
            async for event in line.starts.progress(line.name_of(self)):
                yield event
            async for event in super().progress():
                yield event

    InLine.__name__ = InLine.__qualname__ = base.__name__
    return InLine


def configure(c: Any, s: HubSettings) -> None:
    """Start Jupyters with the spawner that the settings name. Raises ``BadSpawner``."""
    if s.spawner == "docker":
        _docker(c, s)
    elif s.spawner == "kubernetes":
        _kubernetes(c, s)
    elif s.spawner != "local":
        raise BadSpawner(
            f"NBCOMMONS_SPAWNER is local, docker or kubernetes; not {s.spawner!r}."
        )
    else:
        return
    c.JupyterHub.hub_ip = "0.0.0.0"  # noqa: S104 - the containers reach it by name
    c.JupyterHub.hub_connect_url = f"http://{s.hub_host}:{s.hub_port}"
    c.JupyterHub.cleanup_servers = False  # they live on when the hub is renewed
    c.Spawner.cmd = COMMAND
    c.Spawner.start_timeout = START_TIMEOUT_S
    # The image brings its own settings of the server.
    del c.Spawner.environment["JUPYTER_CONFIG_PATH"]


def _docker(c: Any, s: HubSettings) -> None:
    from dockerspawner import DockerSpawner  # noqa: PLC0415 - only where it is used

    c.JupyterHub.spawner_class = with_line(DockerSpawner)
    own = c.DockerSpawner
    own.image = s.image
    own.network_name = s.docker_network
    own.use_internal_ip = True
    own.port = PORT
    own.prefix = "nbcommons-jupyter"
    own.remove = True
    own.volumes = {}
    own.cpu_limit = s.processors
    own.extra_create_kwargs = {"user": f"{UID}:{UID}", "working_dir": HOME}
    own.extra_host_config = {
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "read_only": True,
        "tmpfs": {
            HOME: f"rw,nosuid,nodev,exec,size={s.disk_mb}m,uid={UID},gid={UID},mode=0700",
            "/tmp": f"rw,nosuid,nodev,size={s.disk_mb}m,mode=1777",  # noqa: S108
        },
        "init": True,
    }


def _kubernetes(c: Any, s: HubSettings) -> None:
    from kubespawner import KubeSpawner  # noqa: PLC0415 - only where it is used

    c.JupyterHub.spawner_class = with_line(KubeSpawner)
    own = c.KubeSpawner
    own.image = s.image
    own.image_pull_policy = "IfNotPresent"
    own.port = PORT
    own.pod_name_template = "jupyter-{user_server}"
    own.common_labels = {"app.kubernetes.io/part-of": "nbcommons"}
    own.extra_labels = {PART_LABEL: "jupyter"}
    own.cpu_limit = s.processors
    own.cpu_guarantee = 0.1
    own.mem_guarantee = "512M"
    # Nothing that outlives the pod.
    own.storage_pvc_ensure = False
    own.delete_stopped_pods = True
    own.working_dir = HOME
    own.volumes = [
        {"name": "home", "emptyDir": {"sizeLimit": f"{s.disk_mb}Mi"}},
        {"name": "tmp", "emptyDir": {"sizeLimit": f"{s.disk_mb}Mi"}},
    ]
    own.volume_mounts = [
        {"name": "home", "mountPath": HOME},
        {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108
    ]
    # No root, no privilege, no account of the cluster.
    own.uid = own.gid = own.fs_gid = UID
    own.privileged = False
    own.allow_privilege_escalation = False
    own.automount_service_account_token = False
    own.services_enabled = False
    own.pod_security_context = {
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    own.container_security_context = {
        "runAsNonRoot": True,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    own.extra_pod_config = {"enableServiceLinks": False, "restartPolicy": "Never"}
