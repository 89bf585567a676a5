"""Compares a person's notebook with a version of it in the Commons, cell by cell.

Imported when somebody compares: what reads and compares notebooks would make every start slower.
"""

from typing import Any

from jupyter_nbcommons.errors import BadAnswer, NotTaken
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.diff.comparing import diff
from nbcommons_ipynb.diff.wire import to_json
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.parsing import parse
from nbcommons_ipynb.stripping import strip


def compared(
    mine: bytes, theirs: bytes, base: bytes | None, *, is_towards_mine: bool
) -> dict[str, Any]:
    """What leads from one to the other, with the cells of both, stripped.

    base: the version that ``mine`` was made from; with it each step says ``by`` whom it came:
    them, you, or both. Raises ``NotTaken`` when ``mine`` is no notebook, ``BadAnswer`` when one of
    the others is none.
    """
    here = _document(mine)
    if here is None:
        raise NotTaken(
            "This notebook cannot be compared: it is damaged. Save it and try again."
        )
    there = _document(theirs)
    began = None if base is None else _document(base)
    if there is None:
        raise BadAnswer("The Commons sent something that is no notebook.")
    old, new = (there, here) if is_towards_mine else (here, there)
    told = to_json(diff(old, new))
    if began is not None:
        known = {_content(cell) for cell in began["cells"]}
        for step in told["cells"]:
            if step["kind"] != "same":
                step["by"] = _by(step, here, there, known, is_towards_mine=is_towards_mine)
    return {"difference": told, "old": old["cells"], "new": new["cells"]}


def _by(
    step: dict[str, Any],
    here: Document,
    there: Document,
    known: set[tuple[str, str]],
    *,
    is_towards_mine: bool,
) -> str:
    """Whose change a step is: what stands in the base as well was changed by the other one."""
    my_place, their_place = ("to", "from") if is_towards_mine else ("from", "to")
    mine = _content(here["cells"][step[my_place]]) if my_place in step else None
    theirs = _content(there["cells"][step[their_place]]) if their_place in step else None
    if mine is None:
        return "you" if theirs in known else "them"
    if theirs is None:
        return "them" if mine in known else "you"
    if mine in known:
        return "them"
    return "you" if theirs in known else "both"


def _content(cell: dict[str, Any]) -> tuple[str, str]:
    return cell["cell_type"], cell["source"]


def _document(raw: bytes) -> Document | None:
    try:
        return strip(parse(raw).document).document
    except NotANotebook:
        return None
