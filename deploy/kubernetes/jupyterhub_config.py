"""The hub in a cluster: ours, and below it whatever you want differently."""

from importlib import resources

load_subconfig(  # type: ignore[name-defined]  # noqa: F821 - JupyterHub puts it here
    str(resources.files("nbcommons_hub") / "jupyterhub_config.py")
)

# c.KubeSpawner.node_selector = {"pool": "jupyters"}
# c.KubeSpawner.image_pull_secrets = ["registry"]
