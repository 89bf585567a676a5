"""Kernels that give way to the Jupyter that they run in when memory is at its end."""

import contextlib
from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.kernelmanager import ServerKernelManager

GIVES_WAY = 500
"""Of 1,000; what a process starts inherits it. As if it held half of the memory more."""


class YieldingKernelManager(ServerKernelManager):
    """Has the kernel of the machine end a kernel, or what runs in it, before the server.

    The largest process is ended when a Jupyter is at its limit. Where many processes share what
    a notebook needs, that would be the server, and everything that is open would go with it.
    """

    async def start_kernel(self, *args: Any, **options: Any) -> Any:  # type: ignore[override]
        """As it was, but giving way."""
        started = await super().start_kernel(*args, **options)
        self._give_way()
        return started

    async def restart_kernel(self, *args: Any, **options: Any) -> Any:  # type: ignore[override]
        """Again in a new process, which gives way as well."""
        restarted = await super().restart_kernel(*args, **options)
        self._give_way()
        return restarted

    def _give_way(self) -> None:
        pid = getattr(self.provisioner, "pid", None)
        # Not every system has it, and a kernel may be gone already.
        with contextlib.suppress(OSError):
            Path(f"/proc/{pid}/oom_score_adj").write_text(str(GIVES_WAY))
