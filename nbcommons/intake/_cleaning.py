"""From the bytes of a file to a stripped notebook with proposals: no database, no actor."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.conf import settings

from nbcommons.core import plugins
from nbcommons.intake.errors import Refused
from nbcommons.notebooks.secrets.findings import (
    Finding,
    blank_out,
    blank_out_texts,
    find_secrets,
    secrets_in_texts,
)
from nbcommons_ipynb.allowed import ExtraKeys
from nbcommons_ipynb.canonical import content_address
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.images import Offer, offer
from nbcommons_ipynb.limits import Limits
from nbcommons_ipynb.parsing import parse
from nbcommons_ipynb.proposing import DEFAULT_RULES, Proposal, TagRules, propose
from nbcommons_ipynb.redacting import redact
from nbcommons_ipynb.stripping import Stripped, checked_bytes, strip


@dataclass(frozen=True, slots=True)
class Bared:
    """A notebook without results, and what had to be put right; not looked through yet."""

    stripped: Stripped
    repairs: tuple[str, ...]
    redacted: int


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A notebook without results, what had to be put right, and what may be kept or proposed.

    findings: what may be a secret. redacted: how much plugins took out besides.
    """

    stripped: Stripped
    repairs: tuple[str, ...]
    pictures: Offer
    proposal: Proposal
    findings: tuple[Finding, ...] = ()
    redacted: int = 0


def limits() -> Limits:
    """The operator's limits for what comes in."""
    return Limits(
        raw_bytes=settings.NBCOMMONS_MAX_RAW_BYTES,
        stripped_bytes=settings.NBCOMMONS_MAX_STRIPPED_BYTES,
        cells=settings.NBCOMMONS_MAX_CELLS,
        depth=settings.NBCOMMONS_MAX_JSON_DEPTH,
    )


def clean(raw: bytes, *, file_name: str, rules: TagRules = DEFAULT_RULES) -> Cleaned:
    """``raw`` parsed, repaired and stripped; raises ``Refused`` with a sentence for its author.

    Raises ``PluginFailed`` when a rule of the organisation cannot be applied.
    """
    return looked_through(bared(raw), file_name=file_name, rules=rules)


def bared(raw: bytes) -> Bared:
    """The first part of ``clean``, which tells whether a notebook is one that is known."""
    bounds = limits()
    extra = ExtraKeys(cell=frozenset(settings.NBCOMMONS_ALLOWED_CELL_METADATA))
    try:
        parsed = parse(raw, limits=bounds)
        stripped = strip(
            parsed.document, bytes_before=len(raw), extra_keys=extra, limits=bounds
        )
        redacted = redact(stripped.document, plugins.removals(stripped.document))
        if redacted.count:
            stripped = restripped(stripped, redacted.document)
    except NotANotebook as error:
        raise Refused(str(error)) from error
    return Bared(stripped, parsed.repairs, redacted.count)


def looked_through(bare: Bared, *, file_name: str, rules: TagRules = DEFAULT_RULES) -> Cleaned:
    """The second part of ``clean``, which takes most of the time."""
    document = bare.stripped.document
    findings = secrets_in(document)
    # What is proposed never repeats a secret; and not a part of one, where it is shortened.
    sure = {finding.key for finding in findings if not finding.kind.is_hint}
    told = propose(
        blank_out(document, sure) if sure else document,
        _without_secrets(file_name),
        rules=rules,
    )
    return Cleaned(
        stripped=bare.stripped,
        repairs=bare.repairs,
        pictures=offer(bare.stripped.pictures, limits=limits()),
        proposal=plugins.with_proposals(document, told),
        findings=findings,
        redacted=bare.redacted,
    )


def restripped(stripped: Stripped, document: Document) -> Stripped:
    """``stripped`` after text of it was taken out. Raises ``NotANotebook``."""
    canonical = checked_bytes(document, limits=limits())
    removed = replace(stripped.removed, bytes_after=len(canonical))
    return replace(
        stripped,
        document=document,
        canonical=canonical,
        sha256=content_address(canonical),
        removed=removed,
    )


def secrets_in(
    document: Document, texts: Mapping[str, str] | None = None
) -> tuple[Finding, ...]:
    """What in a stripped ``document``, or said about it, may be a secret to be asked about."""
    return find_secrets(document, texts or {}, ignored=settings.NBCOMMONS_SECRETS_IGNORED)


def _without_secrets(file_name: str) -> str:
    found = secrets_in_texts({"name": file_name})
    sure = {finding.key for finding in found if not finding.kind.is_hint}
    return blank_out_texts({"name": file_name}, sure)["name"] if sure else file_name
