"""The Jupyter side of the Notebook Commons: opens notebooks and reports runs of cells."""

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """What Jupyter Server asks a package for: the extensions in it."""
    # Kernels import this package too, for the data of the starter notebooks: they must not
    # pay for a web server.
    from jupyter_nbcommons.extension import NbcommonsExtension  # noqa: PLC0415

    return [{"module": "jupyter_nbcommons.extension", "app": NbcommonsExtension}]
