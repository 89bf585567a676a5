"""A person's Jupyter: lean, quiet towards the rest of the world, ready for notebooks."""

from typing import Any

c: Any = get_config()  # type: ignore[name-defined]  # noqa: F821 - Jupyter puts it here

# Each of these costs start-up time and memory in every Jupyter, and nothing here needs it.
c.ServerApp.jpserver_extensions = {
    "jupyter_nbcommons": True,
    "jupyterlab": True,
    "jupyter_server_terminals": True,
    "jupyter_lsp": False,
    "notebook": False,
    "notebook_shim": False,
    "nbclassic": False,
    "nbdime": False,
    "voila": False,
}
c.ServerApp.open_browser = False
c.ServerApp.allow_remote_access = True
# Deleting means deleting: there is nobody to restore it in a home that will be wiped.
c.FileContentsManager.delete_to_trash = False
c.FileContentsManager.always_delete_dir = True
c.KernelSpecManager.ensure_native_kernel = True
# Kernels speak over sockets in a folder of the person's own. On ports, even local ones, every
# account of this machine could listen: what a kernel publishes is signed, but not closed.
c.KernelManager.transport = "ipc"
# A kernel left alone gives its memory back.
c.MappingKernelManager.cull_idle_timeout = 3600
c.MappingKernelManager.cull_interval = 300
# When memory is at its end, what a notebook or a terminal runs goes first, and not the server.
c.MappingKernelManager.kernel_manager_class = "jupyter_nbcommons.yielding.YieldingKernelManager"
_GIVE_WAY = '{ echo 500 >/proc/self/oom_score_adj; } 2>/dev/null; exec "${SHELL:-/bin/sh}" -l'
c.ServerApp.terminado_settings = {"shell_command": ["/bin/sh", "-c", _GIVE_WAY]}
# No news, no look for updates, no list of extensions from elsewhere.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
# Whether JupyterLab should be built anew is no question here, and asking costs two seconds.
c.ServerApp.tornado_settings = {
    "page_config_data": {"buildAvailable": False, "buildCheck": False},
}
