"""What an organisation adds to its commons without changing it: packages found by entry points.

A package names an object of type ``Plugin`` in the entry point group ``nbcommons.plugins``, and
classes that sign people in in the group ``nbcommons.authentication``. See
``docs/how-to/write-a-plugin.md``.

A plugin that is broken when it is loaded keeps the site from starting, unless the operator says
otherwise: rules that silently do not hold are worse than a site that is down. One that fails later
refuses the notebook at hand where it guards something, and is passed over where it only helps.
Imports no Django: settings and the command line read it.
"""

from collections.abc import Collection, Iterable
from copy import deepcopy
from dataclasses import dataclass
from importlib import metadata
from typing import Literal, Protocol

import structlog

from nbcommons.core.errors import CommonsError
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.proposing import Proposal
from nbcommons_ipynb.redacting import Removal

__all__ = [
    "Broken",
    "Candidate",
    "Installed",
    "MenuEntry",
    "Plugin",
    "PluginFailed",
    "Proposer",
    "Removal",
    "Remover",
    "Validator",
]

GROUP = "nbcommons.plugins"
SIGN_IN_GROUP = "nbcommons.authentication"
_ADDRESSES = ("/", "https://", "http://")
API_VERSION = 1
"""Raised when plugins written for an older one would no longer work."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A notebook that is about to be published, for a validator to judge.

    document: without results; a copy. person: the user name of who publishes it, for an import of
    whom it belongs to or empty. labels: slugs of its access labels.
    """

    document: Document
    title: str
    purpose: str
    category: str
    language: str
    visibility: str
    tags: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    person: str = ""


class Validator(Protocol):
    """Judges a notebook: a sentence for its author for each reason against it, or nothing."""

    def __call__(self, candidate: Candidate, /) -> Iterable[str]: ...


class Proposer(Protocol):
    """Proposes something else than we do: gives ``proposal`` back, changed or not."""

    def __call__(self, document: Document, proposal: Proposal, /) -> Proposal: ...


class Remover(Protocol):
    """Names what else is to be taken out of a notebook that is stripped already."""

    def __call__(self, document: Document, /) -> Iterable[Removal]: ...


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A link in the masthead, the account menu, or that menu for administrators."""

    words: str
    url: str
    place: Literal["main", "account", "administrator"] = "account"
    icon: str = "info"


@dataclass(frozen=True, slots=True)
class Plugin:
    """What a package adds; ``name`` is how logs and messages call it."""

    name: str
    api_version: int = API_VERSION
    validators: tuple[Validator, ...] = ()
    proposers: tuple[Proposer, ...] = ()
    removers: tuple[Remover, ...] = ()
    menu: tuple[MenuEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry point that cannot be used, and the sentence why."""

    name: str
    package: str
    reason: str


@dataclass(frozen=True, slots=True)
class Installed:
    """All plugins of this environment, in the order of their names."""

    plugins: tuple[Plugin, ...] = ()
    broken: tuple[Broken, ...] = ()


class PluginFailed(CommonsError):
    """A rule of the organisation could not be applied, so nothing goes past it."""

    title = "A check did not work"


class BrokenPlugins(RuntimeError):
    """The site does not start without the rules that its operator installed."""


_active: list[Plugin] = []


def connect(found: Installed) -> None:
    """Use these plugins from here on; called once, when the apps are ready."""
    _active[:] = found.plugins


def active() -> tuple[Plugin, ...]:
    """The plugins in use."""
    return tuple(_active)


def installed(*, off: Collection[str] = ()) -> Installed:
    """What is installed, each loaded. ``off``: names of entry points that are left alone."""
    plugins: list[Plugin] = []
    broken: list[Broken] = []
    entries = sorted(metadata.entry_points(group=GROUP), key=lambda entry: entry.name)
    for entry in entries:
        if entry.name in off:
            continue
        found = _loaded(entry)
        if isinstance(found, Broken):
            broken.append(found)
            log.error("plugin_broken", plugin=found.name, package=found.package)
        else:
            plugins.append(found)
    return Installed(tuple(plugins), tuple(broken))


def require_whole(found: Installed) -> None:
    """Raises ``BrokenPlugins``, naming them, if one cannot be used."""
    if found.broken:
        named = "; ".join(f"{one.name} ({one.package}): {one.reason}" for one in found.broken)
        raise BrokenPlugins(
            f"Not every plugin can be used: {named}. Repair or uninstall it, switch it off with "
            "NBCOMMONS_PLUGINS_OFF, or start without it with NBCOMMONS_BROKEN_PLUGINS=skip."
        )


def sign_in_backends() -> tuple[str, ...]:
    """Dotted paths of the classes that sign people in; nothing is imported to find them."""
    entries = sorted(metadata.entry_points(group=SIGN_IN_GROUP), key=lambda entry: entry.name)
    return tuple(dict.fromkeys(entry.value.replace(":", ".") for entry in entries))


def objections(candidate: Candidate) -> tuple[str, ...]:
    """What speaks against publishing; a validator that fails speaks against it too."""
    said: list[str] = []
    for plugin in _active:
        for validate in plugin.validators:
            try:
                said += [str(sentence) for sentence in validate(deepcopy(candidate))]
            except Exception as error:  # noqa: BLE001 whatever it is, the rule did not hold
                _tell(plugin, error)
                said.append(_sentence(plugin))
    return tuple(dict.fromkeys(filter(None, said)))


def with_proposals(document: Document, proposal: Proposal) -> Proposal:
    """``proposal`` as the plugins would have it; one that fails is passed over."""
    for plugin in _active:
        for propose in plugin.proposers:
            try:
                made = propose(deepcopy(document), proposal)
            except Exception as error:  # noqa: BLE001 a proposal is no reason to refuse a notebook
                _tell(plugin, error)
                continue
            if isinstance(made, Proposal):
                proposal = made
    return proposal


def removals(document: Document) -> tuple[Removal, ...]:
    """What the plugins want taken out. Raises ``PluginFailed`` when one cannot say."""
    found: list[Removal] = []
    for plugin in _active:
        for remover in plugin.removers:
            try:
                made = list(remover(deepcopy(document)))
            except Exception as error:
                _tell(plugin, error)
                raise PluginFailed(_sentence(plugin)) from error
            if not all(isinstance(one, Removal) for one in made):
                raise PluginFailed(_sentence(plugin))
            found += made
    return tuple(found)


def menu_entries(place: str) -> tuple[MenuEntry, ...]:
    """The links that plugins put into the menu called ``place``."""
    return tuple(entry for plugin in _active for entry in plugin.menu if entry.place == place)


def _loaded(entry: metadata.EntryPoint) -> Plugin | Broken:
    package = entry.dist.name if entry.dist else "unknown package"
    try:
        found = entry.load()
    except Exception as error:  # noqa: BLE001 a module may raise anything while it is imported
        reason = f"it cannot be imported ({type(error).__name__}: {error})"
        return Broken(entry.name, package, reason)
    fault = _fault_of(found)
    return Broken(entry.name, package, fault) if fault else found


def _fault_of(found: object) -> str:
    if not isinstance(found, Plugin):
        return "what it names is no nbcommons.core.plugins.Plugin"
    if found.api_version != API_VERSION:
        return f"it is made for version {found.api_version} of the interface, not {API_VERSION}"
    if not all(entry.url.startswith(_ADDRESSES) for entry in found.menu):
        return "a menu entry leads neither to a page of the site nor to https://"
    return ""


def _tell(plugin: Plugin, error: Exception) -> None:
    # The kind of error only: its text may hold what the plugin was reading.
    log.error("plugin_failed", plugin=plugin.name, error=type(error).__name__)


def _sentence(plugin: Plugin) -> str:
    return (
        f"A check of your organisation ({plugin.name}) did not work, so this cannot go on. "
        "Tell the people who run the site."
    )
