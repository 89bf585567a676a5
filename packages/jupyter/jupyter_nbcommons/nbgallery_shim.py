"""Lets the handlers of ``jupyterlab-nbgallery`` pass Jupyter's XSRF check, where asked to.

That client sends no token to its own server. Its handlers are let through when the browser itself
says that the request comes from a page of the same origin, which no page can say falsely.
"""

import os
from collections.abc import Mapping
from typing import Any

SETTING = "NBCOMMONS_NBGALLERY_SHIM"
HANDLERS = (
    "PostHack",
    "PreferencesHandler",
    "EnvironmentHandler",
    "InstrumentationHandler",
    "ExpirationHandler",
)
_YES = {"1", "yes", "true", "on"}


def is_wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether whoever set this Jupyter up asked for it."""
    return environment.get(SETTING, "").strip().lower() in _YES


def install() -> bool:
    """Wrap the check of the client's handlers; False where the client is not installed."""
    try:
        from jupyterlab_nbgallery import handlers  # noqa: PLC0415 - only where it is there
    except ImportError:
        return False
    for name in HANDLERS:
        handler = getattr(handlers, name, None)
        if handler is not None and not getattr(handler, "lets_own_pages_pass", False):
            _wrap(handler)
    return True


def _wrap(handler: Any) -> None:
    checked = handler.check_xsrf_cookie

    def check_xsrf_cookie(self: Any) -> None:
        if self.request.headers.get("Sec-Fetch-Site") != "same-origin":
            checked(self)

    handler.check_xsrf_cookie = check_xsrf_cookie
    handler.lets_own_pages_pass = True
