"""The Commons for Python programs: ``from nbcommons.client import Commons``.

All of it lives in ``nbcommons_client``, which knows nothing of the site.
"""

from nbcommons_client.async_client import AsyncCommons
from nbcommons_client.client import Commons
from nbcommons_client.errors import (
    BadAnswer,
    CallFailed,
    ChangedMeanwhile,
    Closed,
    Denied,
    Invalid,
    NotConfigured,
    NotSignedIn,
    NotThere,
    Problem,
    TooLarge,
    TooMuch,
    TooOften,
    Unavailable,
    Unreachable,
)
from nbcommons_client.retrying import Patience
from nbcommons_client.values import (
    Draft,
    Filters,
    Notebook,
    NotebookFile,
    OtherSearch,
    Page,
    Revision,
    Search,
    Share,
)

__all__ = [
    "AsyncCommons",
    "BadAnswer",
    "CallFailed",
    "ChangedMeanwhile",
    "Closed",
    "Commons",
    "Denied",
    "Draft",
    "Filters",
    "Invalid",
    "NotConfigured",
    "NotSignedIn",
    "NotThere",
    "Notebook",
    "NotebookFile",
    "OtherSearch",
    "Page",
    "Patience",
    "Problem",
    "Revision",
    "Search",
    "Share",
    "TooLarge",
    "TooMuch",
    "TooOften",
    "Unavailable",
    "Unreachable",
]
