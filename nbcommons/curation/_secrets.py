"""Asking a person about what may be a secret before others can read it."""

from collections.abc import Collection, Iterable, Mapping

from django.conf import settings

from nbcommons.curation.errors import MaybeSecret, Undecided
from nbcommons.notebooks.secrets.findings import Finding


def require_decided(
    findings: Iterable[Finding],
    *,
    fine: Collection[str],
    takes_hints: bool = False,
    advice: str,
    field: str = "",
    where: Mapping[str, str] | None = None,
) -> None:
    """Raises ``Undecided`` for those of ``findings`` that nobody has said to be ``fine``.

    fine: keys of findings. takes_hints: e-mail addresses and the like need no word. advice: a
    sentence that says what to do. field: of the form; "" for the place of the first finding. What
    the operator does not allow stays in the way whatever is said. where: by key of a finding, what
    says where it is, as " in cell 2".
    """
    blocking = settings.NBCOMMONS_SECRETS_BLOCKING
    left = [
        found
        for found in findings
        if found.kind.name in blocking
        or not (found.key in fine or (takes_hints and found.kind.is_hint))
    ]
    if not left:
        return
    told = " and ".join(dict.fromkeys(found.kind.words for found in left))
    raise Undecided(
        f"Everybody who may see the notebook could read {told}. {advice}",
        field=field or left[0].places[0].field,
        findings=tuple(
            MaybeSecret(
                found.key,
                found.kind.words + (where or {}).get(found.key, ""),
                found.places[0].excerpt,
                is_blocking=found.kind.name in blocking,
            )
            for found in left
        ),
    )
