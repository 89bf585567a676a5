"""The programming language of a notebook, by the name that people use for it."""

from typing import Any

from nbcommons_ipynb.cells import Document

# Names that kernels give to what people call by one name.
SAME = {
    **dict.fromkeys(
        ("python2", "python3", "ipython", "ipython2", "ipython3", "xpython"), "python"
    ),
    **dict.fromkeys(("ir", "xr", "rlang"), "r"),
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


def language_of(document: Document) -> str:
    """The language in lower case, such as ``python``; empty when the notebook does not say."""
    metadata = document["metadata"]
    kernel = metadata.get("kernelspec", {})
    names = (
        metadata.get("language_info", {}).get("name"),
        kernel.get("language"),
        kernel.get("name"),
    )
    for name in names:
        if isinstance(name, str) and name.strip():
            known = name.strip().lower()
            return SAME.get(known, known)
    return UNKNOWN


def shown_language(language: str) -> str:
    """``language`` as people write it."""
    return SHOWN.get(language, language.capitalize())


def highlighting_language(metadata: dict[str, Any]) -> str:
    """The language to colour code cells by: Python when the notebook does not say."""
    return language_of({"metadata": metadata}) or "python"
