"""The hub with Docker: ours, and below it whatever you want differently."""

from importlib import resources

load_subconfig(  # type: ignore[name-defined]  # noqa: F821 - JupyterHub puts it here
    str(resources.files("nbcommons_hub") / "jupyterhub_config.py")
)

# c.DockerSpawner.debug = True
