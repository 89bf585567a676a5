"""What every handler of this extension needs: sign-in, JSON, and the parts behind it."""

import json
from collections.abc import Callable
from typing import Any, TypeVar, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from jupyter_nbcommons.environment_holder import Connection, Holder
from jupyter_nbcommons.errors import JupyterSideError, NotConnected, PermissionEnded

_CONNECT_AGAIN = (
    "The Commons no longer takes this Jupyter's word: somebody disconnected it there, or its time "
    "was over. Your notebook is here as it was. Connect it again, and go on."
)

Method = TypeVar("Method", bound=Callable[..., Any])


def guarded(action: str, resource: str) -> Callable[[Method], Method]:
    """Lets in who is signed in to this server and may do ``action`` by its authorizer."""

    def guard(method: Method) -> Method:
        return cast("Method", web.authenticated(authorized(action, resource=resource)(method)))

    return guard


class JsonHandler(APIHandler):
    """JSON in and out; what was anticipated becomes ``{"message", "kind"}`` with its status."""

    # A page left open asks for the state now and then: that is nobody at work.
    _track_activity = False

    def initialize(self, holder: Holder) -> None:
        self.holder = holder

    @property
    def _connection(self) -> Connection | None:
        return self.holder.connection

    def tell(self, value: Any, status: int = 200) -> None:
        """Answer with ``value``, which nobody is to keep."""
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(value))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = (kwargs.get("exc_info") or (None, None, None))[1]
        if isinstance(error, JupyterSideError):
            self.set_status(error.status)
            told = {
                "message": self._sentence(error),
                "kind": error.kind,
                "errors": error.errors,
            }
            self.finish(json.dumps(told))
            return
        super().write_error(status_code, **kwargs)

    def _sentence(self, error: JupyterSideError) -> str:
        connection = self._connection
        is_own = connection is not None and connection.settings.is_own
        return _CONNECT_AGAIN if is_own and isinstance(error, PermissionEnded) else str(error)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if isinstance(value, JupyterSideError):
            self.log.info("nbcommons: refused: %s", value.heading)
            return
        super().log_exception(typ, value, tb)


def connected(connection: Connection | None) -> Connection:
    """The connection; raises ``NotConnected`` when there is none."""
    if connection is None:
        raise NotConnected(
            "Start it from the Commons, by “Run in Jupyter” on a notebook, or connect this one."
        )
    return connection
