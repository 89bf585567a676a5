"""Files that come in, and drafts of them; valid unless told otherwise."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from nbcommons.intake.models import Draft
from nbcommons.intake.operations import drafts, publishing
from nbcommons.intake.operations.drafts import Details
from nbcommons.notebooks.models import Notebook
from nbcommons.people.models import Label, LabelHolding, Membership, Person, Team
from tests.factories.executions import actor_for

PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
# Each says enough to be compared.
LOAD = "invoices = pd.read_csv('invoices.csv', sep=';')"
SELECT = "late = invoices[invoices['paid'] > invoices['due']]"
GROUP = "late.groupby('customer').size().sort_values()"


def raw_notebook(
    *codes: str,
    title: str = "Rank late ones",
    metadata=None,
    pictures: Mapping[str, str] | None = None,
) -> bytes:
    """A file with a heading and these code cells; ``pictures`` are PNGs in base64, by name."""
    attached = {name: {"image/png": coded} for name, coded in (pictures or {}).items()}
    shown = "".join(f"\n\n![{name}](attachment:{name})" for name in attached)
    cells = [
        {
            "cell_type": "markdown",
            "id": "text",
            "metadata": {},
            "source": f"# {title}{shown}",
            **({"attachments": attached} if attached else {}),
        }
    ]
    cells += [
        {
            "cell_type": "code",
            "id": f"c{place}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for place, source in enumerate(codes or (LOAD, SELECT, GROUP))
    ]
    whole = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": PYTHON | (metadata or {}),
        "cells": cells,
    }
    return json.dumps(whole).encode()


def bring_draft(
    person: Person,
    *codes: str,
    at: datetime | None = None,
    metadata=None,
    is_rescued: bool = False,
    **more,
) -> Draft:
    """A draft of a file with these code cells."""
    return drafts.bring_in(
        actor_for(person),
        file_name="late.ipynb",
        raw=raw_notebook(*codes, metadata=metadata, **more),
        is_rescued=is_rescued,
        at=at or timezone.now(),
    )


def details(title: str = "Rank late payers", **changes) -> Details:
    """What an author says, enough to publish."""
    values = {
        "title": title,
        "purpose": "Says who pays late.",
        "category": "operational",
        "visibility": "everyone",
        "tags": (),
    }
    return Details(**{**values, **changes})


def share(person: Person, *codes: str, title: str = "Rank late payers", **changes) -> Notebook:
    """A notebook that came in as a draft and was published."""
    draft = bring_draft(person, *codes)
    said = details(title, **changes)
    return publishing.publish_draft(actor_for(person), draft, details=said, at=timezone.now())


def make_team(name: str, **roles: Person) -> Team:
    """``make_team("Customs", owner=ann, member=bob)``."""
    team = Team.objects.create(name=name, slug=name.lower(), created_at=timezone.now())
    for role, person in roles.items():
        Membership.objects.create(
            team=team, person=person, role=role, created_at=timezone.now()
        )
    return team


def make_label(name: str, *holders: Person) -> Label:
    """An access label and who holds it."""
    label = Label.objects.create(name=name, slug=name.lower(), created_at=timezone.now())
    for person in holders:
        LabelHolding.objects.create(
            person=person, label=label, source="administrator", granted_at=timezone.now()
        )
    return label
