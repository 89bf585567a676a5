"""The programming language of a notebook, by the name that people use for it."""

import re
from typing import Any

from nbcommons_ipynb.cells import Document

# Names that kernels give to what people call by one name.
SAME = {
    **dict.fromkeys(
        ("python2", "python3", "ipython", "ipython2", "ipython3", "xpython", "spark_pyspark"),
        "python",
    ),
    **dict.fromkeys(("ir", "xr", "rlang", "spark_sparkr"), "r"),
    **dict.fromkeys(("c++", "c++11", "c++14", "c++17", "c++20", "cling"), "cpp"),
    **dict.fromkeys(("sh", "shell", "zsh"), "bash"),
    **dict.fromkeys(("node", "js"), "javascript"),
    **dict.fromkeys(("c#",), "csharp"),
    **dict.fromkeys(("f#",), "fsharp"),
    **dict.fromkeys(("postgresql", "mysql", "sqlite"), "sql"),
}
SHOWN = {
    "bash": "Bash",
    "cpp": "C++",
    "csharp": "C#",
    "fsharp": "F#",
    "javascript": "JavaScript",
    "julia": "Julia",
    "octave": "Octave",
    "python": "Python",
    "r": "R",
    "sql": "SQL",
    "typescript": "TypeScript",
}
UNKNOWN = ""
VERSION_LENGTH = 20

_VERSION = re.compile(r"\d[\w.+-]*")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


def language_of(document: Document) -> str:
    """The language in lower case, such as ``python``; empty when the notebook does not say."""
    metadata = document["metadata"]
    kernel = metadata.get("kernelspec", {})
    names = (
        metadata.get("language_info", {}).get("name"),
        kernel.get("language"),
        kernel.get("name"),
    )
    return next(filter(None, map(_known, names)), UNKNOWN)


def version_of(document: Document) -> str:
    """The version of the language, such as ``3.11.4``; empty when the notebook does not say.

    What the kernel wrote down, else the number behind the language in the kernel's shown name, as
    in ``Python 3 (ipykernel)``.
    """
    kernel = document["metadata"].get("kernelspec", {})
    written = document["metadata"].get("language_info", {})
    language = language_of(document)
    if _known(written.get("name")) == language != UNKNOWN:
        told = _VERSION.match(str(written.get("version", "")))
        if told is not None:
            return told[0][:VERSION_LENGTH]
    shown = str(kernel.get("display_name", ""))
    place = shown.lower().find(str(kernel.get("language") or language).lower())
    number = _NUMBER.search(shown, place) if language and place >= 0 else None
    return "" if number is None else number[0][:VERSION_LENGTH]


def _known(name: Any) -> str:
    known = name.strip().lower() if isinstance(name, str) else UNKNOWN
    return SAME.get(known, known)


def shown_language(language: str) -> str:
    """``language`` as people write it."""
    return SHOWN.get(language, language.capitalize())


def highlighting_language(metadata: dict[str, Any]) -> str:
    """The language to colour code cells by: Python when the notebook does not say."""
    return language_of({"metadata": metadata}) or "python"
