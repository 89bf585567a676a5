"""From the raw bytes of one version to what the catalogue keeps: the part that takes time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from django.conf import settings

from nbcommons.intake._cleaning import Bared, Cleaned, bared, limits, looked_through
from nbcommons.intake._describing import PURPOSE_LENGTH, TITLE_LENGTH
from nbcommons.intake._places import called, names_of_cells
from nbcommons.intake.errors import Refused
from nbcommons.notebooks.cells import CellFacts, cell_facts
from nbcommons.notebooks.incoming import PackedContent
from nbcommons.notebooks.packing import pack
from nbcommons.notebooks.secrets.findings import Finding
from nbcommons.notebooks.tags import MOST_TAGS, tidy_tags
from nbcommons_ipynb.embedded import with_images
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.proposing import DEFAULT_RULES, TagRules
from nbcommons_ipynb.stripping import checked_bytes

MOST_PLACES_NAMED = 5
LANGUAGE_VERSION_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Manner:
    """How all versions of an import are read.

    rules: which tags are proposed. keeps_pictures: those in text cells stay, made anew.
    """

    rules: TagRules = DEFAULT_RULES
    keeps_pictures: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A version to be read. known: content addresses of which no more need be told."""

    raw: bytes
    file_name: str
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the notebook itself says it is."""

    title: str
    purpose: str
    language: str
    language_version: str
    category: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A version without results, as the catalogue keeps it.

    content: without any bytes when it is here already, since nothing of it will be written.
    removed: how much of what was taken out, by the names of ``nbcommons_ipynb.removal``.
    secrets: what looks like one, as "cell 4: a password or key" with the number that pages give
    the cell. hints: personal details.
    secret_keys: tell the secrets of versions apart.
    """

    content: PackedContent
    cells: tuple[CellFacts, ...]
    proposed: Proposed
    repairs: tuple[str, ...]
    removed: Mapping[str, int]
    secrets: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    secret_keys: frozenset[str] = frozenset()

    @property
    def sha256(self) -> str:
        """The content address."""
        return self.content.sha256


def read(request: Request, manner: Manner) -> Read:
    """The version in ``request``. Raises ``Refused`` with a sentence for a person."""
    bare = bared(request.raw)
    if bare.stripped.sha256 in request.known and not bare.stripped.pictures:
        return _known(bare)
    cleaned = looked_through(bare, file_name=request.file_name, rules=manner.rules)
    stripped = cleaned.stripped
    names = names_of_cells(stripped.document)
    _refuse_blocked(cleaned.findings, names)
    document, canonical = stripped.document, stripped.canonical
    removed = dict(asdict(stripped.removed))
    if manner.keeps_pictures and cleaned.pictures.images:
        document = with_images(document, cleaned.pictures.images)
        try:
            canonical = checked_bytes(document, limits=limits())
        except NotANotebook as error:
            raise Refused(str(error)) from error
        removed["attachments"] -= len(cleaned.pictures.images)
    return Read(
        content=pack(canonical),
        cells=tuple(cell_facts(document)),
        proposed=_proposed(cleaned),
        repairs=cleaned.repairs,
        removed={name: count for name, count in removed.items() if count},
        secrets=tuple(_told(one, names) for one in cleaned.findings if not one.kind.is_hint),
        hints=tuple(_told(one, names) for one in cleaned.findings if one.kind.is_hint),
        secret_keys=frozenset(one.key for one in cleaned.findings if not one.kind.is_hint),
    )


def _known(bare: Bared) -> Read:
    """What is here already: its address is enough."""
    nothing = Proposed("", "", "", "", "", ())
    return Read(PackedContent(bare.stripped.sha256, 0, b""), (), nothing, (), {})


def _refuse_blocked(findings: Iterable[Finding], names: Sequence[str]) -> None:
    """In an import nobody is asked: what no person may wave through does not come in."""
    blocking = frozenset(settings.NBCOMMONS_SECRETS_BLOCKING)
    found = [_told(one, names) for one in findings if one.kind.name in blocking]
    if found:
        raise Refused(f"Nobody may bring this in here: {'; '.join(found)}. Take it out first.")


def _told(finding: Finding, names: Sequence[str]) -> str:
    """Where it is, as the pages call it, and what it may be, never what it says."""
    places = list(dict.fromkeys(called(place, names) for place in finding.places))
    more = " and more" if len(places) > MOST_PLACES_NAMED else ""
    return f"{', '.join(places[:MOST_PLACES_NAMED])}{more}: {finding.kind.words}"


def _proposed(cleaned: Cleaned) -> Proposed:
    proposal = cleaned.proposal
    return Proposed(
        title=proposal.title[:TITLE_LENGTH],
        purpose=proposal.description[:PURPOSE_LENGTH],
        language=proposal.language,
        language_version=proposal.language_version[:LANGUAGE_VERSION_LENGTH],
        category=proposal.category,
        tags=tidy_tags(tag.name for tag in proposal.tags)[:MOST_TAGS],
    )
