"""What the harbour office asks of notebooks, as a plugin of the Notebook Commons.

This module is imported when the site starts and by the command line, before Django is ready: import
models and other parts of Django inside functions.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from nbcommons.core.plugins import Candidate, MenuEntry, Plugin, Removal
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.proposing import Proposal, ProposedTag

BERTH = re.compile(r"\bberth[ -]\d+\b", re.IGNORECASE)
HOST = re.compile(r"\b[a-z0-9-]+\.harbour\.internal\b")


def names_a_contact(candidate: Candidate) -> Iterable[str]:
    """A validator: what is published for everyone says whom to ask.

    It is not asked again when a notebook is shared more widely later.
    """
    if candidate.visibility == "everyone" and "contact:" not in candidate.purpose.lower():
        yield "Say in the purpose whom to ask, as “Contact: the pilot desk”."


def tags_berths(document: Document, proposal: Proposal) -> Proposal:
    """A proposer: a notebook that talks about berths gets the tag."""
    if not any(BERTH.search(cell["source"]) for cell in document["cells"]):
        return proposal
    tag = ProposedTag("berths", "it names a berth")
    return replace(proposal, tags=(tag, *proposal.tags))


def host_names(document: Document) -> Iterable[Removal]:
    """A remover: names of our machines do not leave the office."""
    for position, cell in enumerate(document["cells"]):
        for match in HOST.finditer(cell["source"]):
            yield Removal(position, start=match.start(), end=match.end())


plugin = Plugin(
    name="Harbour rules",
    validators=(names_a_contact,),
    proposers=(tags_berths,),
    removers=(host_names,),
    menu=(MenuEntry("Harbour wiki", "https://wiki.harbour.example/", place="main"),),
)
