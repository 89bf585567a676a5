"""Which kernel a notebook gets here, so that nobody is asked for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PYTHON = "python"


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel that is installed here."""

    name: str
    display_name: str
    language: str


def installed_kernels(specs: Mapping[str, Mapping[str, Any]]) -> tuple[Kernel, ...]:
    """The kernels in ``specs``, as Jupyter's kernel spec manager lists them."""
    return tuple(
        Kernel(name, str(about["spec"]["display_name"]), str(about["spec"]["language"]).lower())
        for name, about in sorted(specs.items())
    )


def fit_kernel(metadata: dict[str, Any], kernels: Sequence[Kernel]) -> None:
    """Name an installed kernel of the notebook's language in its ``metadata``.

    Notebooks name the kernel of the machine on which they were written ("conda-env-py39"), or
    none, and JupyterLab then asks a question that analysts cannot answer. Without a word on the
    language it is Python. When no kernel of the language is installed, nothing changes.
    """
    named = metadata.get("kernelspec")
    wanted = named if isinstance(named, dict) else {}
    if wanted.get("name") in {kernel.name for kernel in kernels}:
        return
    info = metadata.get("language_info")
    spoken = info.get("name") if isinstance(info, dict) else None
    language = str(wanted.get("language") or spoken or PYTHON).lower()
    for kernel in kernels:
        # "ipython" is how old notebooks call Python.
        if kernel.language in {language, language.removeprefix("i")}:
            metadata["kernelspec"] = {
                "name": kernel.name,
                "display_name": kernel.display_name,
                "language": kernel.language,
            }
            return
