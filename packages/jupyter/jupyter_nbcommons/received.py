"""A notebook as it comes from the Commons, made ready to be written down."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jupyter_nbcommons.errors import BadAnswer
from jupyter_nbcommons.kernels import Kernel, fit_kernel

METADATA_VERSION = 2
"""Of what we write into a notebook's metadata. 1 had no digest."""
NAMED_TAGS = ("no-health", "optional", "parameters", "raises-exception")
"""What a cell can say of itself, by the alphabet; the Commons shows these by name."""


@dataclass(frozen=True, slots=True)
class ReceivedNotebook:
    """A notebook's file and what the Commons says about it.

    digest: of its code, text and named tags, to see later whether the person changed them.
    """

    uuid: UUID
    revision: int
    title: str
    body: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a notebook file says it comes from."""

    uuid: UUID
    revision: int


def read_notebook(
    raw: bytes,
    *,
    uuid: UUID,
    revision: int,
    title: str,
    site_url: str,
    kernels: Sequence[Kernel] = (),
) -> ReceivedNotebook:
    """The notebook in ``raw``, untrusted and marked with where it came from.

    It names a kernel of its language among ``kernels``, those installed here. Raises ``BadAnswer``
    when there is no notebook in it.
    """
    document = parse_document(raw)
    # Jupyter signs a saved notebook whose cells all claim to be trusted, and would then run
    # what is in its outputs on opening.
    for part in (document, *document["cells"]):
        metadata = part.get("metadata")
        if isinstance(metadata, dict):
            metadata.pop("trusted", None)
            metadata.pop("signature", None)
    metadata = document.setdefault("metadata", {})
    fit_kernel(metadata, kernels)
    digest = digest_of(document)
    metadata["nbcommons"] = {
        "v": METADATA_VERSION,
        "uuid": str(uuid),
        "revision": revision,
        "site": site_url,
        "digest": digest,
    }
    # Indented as Jupyter writes it, so that its first save changes nothing else.
    body = json.dumps(document, ensure_ascii=False, indent=1).encode(errors="replace") + b"\n"
    return ReceivedNotebook(uuid, revision, title, body, digest)


def read_origin(raw: bytes) -> tuple[Origin, str] | None:
    """Where the notebook file ``raw`` comes from, and its digest; None if not from a Commons."""
    try:
        document = parse_document(raw)
        marks = document["metadata"]["nbcommons"]
        origin = Origin(UUID(marks["uuid"]), int(marks["revision"]))
    except (BadAnswer, KeyError, TypeError, ValueError, AttributeError):
        return None
    return origin, digest_of(document)


def digest_of(document: dict[str, Any]) -> str:
    """A hash of the kind, source and ``NAMED_TAGS`` of every cell; nothing else matters."""
    digest = hashlib.sha256()
    for cell in document["cells"]:
        source = cell.get("source", "")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        # Of a cell without tags as it always was: what older ones have written down still holds.
        said = "".join(f"#{tag}\0" for tag in _named_tags(cell.get("metadata")))
        digest.update(f"{cell.get('cell_type')}\0{text}\0{said}".encode(errors="replace"))
    return digest.hexdigest()


def _named_tags(metadata: Any) -> list[str]:
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return [tag for tag in NAMED_TAGS if tag in tags] if isinstance(tags, list) else []


def parse_document(raw: bytes) -> dict[str, Any]:
    """The notebook in ``raw``. Raises ``BadAnswer`` when there is none in it."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadAnswer("What came from the Commons is not a notebook.") from error
    if not (
        isinstance(document, dict)
        and document.get("nbformat") == 4  # noqa: PLR2004 - the format's number
        and isinstance(document.get("cells"), list)
        and all(isinstance(cell, dict) for cell in document["cells"])
        and isinstance(document.setdefault("metadata", {}), dict)
    ):
        raise BadAnswer("What came from the Commons is not a notebook.")
    return document
