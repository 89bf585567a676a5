"""What this extension answers to browsers: thin, and every one behind sign-in."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join

from jupyter_nbcommons.answering import JsonHandler, connected, guarded
from jupyter_nbcommons.environment_handlers import environment_handlers
from jupyter_nbcommons.environment_holder import Connection, Holder
from jupyter_nbcommons.errors import BadLink, JupyterSideError
from jupyter_nbcommons.opening import Wish, parse_wish
from jupyter_nbcommons.pages import content_security_policy, problem_page
from jupyter_nbcommons.reports import parse_reports
from jupyter_nbcommons.sharing_handlers import sharing_handlers
from jupyter_nbcommons.status import status_of


class OpenHandler(JupyterHandler):
    """Puts a notebook into the home and shows it. Writes a file; never runs anything.

    A GET that changes something, because people come by a link: so any page may make a person
    import a notebook they may see anyway, and nothing more.
    """

    def initialize(self, holder: Holder) -> None:
        self.holder = holder

    @property
    def _connection(self) -> Connection | None:
        return self.holder.connection

    @guarded("write", "contents")
    async def get(self) -> None:
        wish: Wish | None = None
        try:
            if self.request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
                raise BadLink("This address is for following, not for loading from a page.")
            wish = parse_wish(self.get_argument("uuid", ""), self.get_argument("revision", ""))
            opened = await connected(self._connection).opener.open(wish)
        except JupyterSideError as error:
            self._show_problem(error, wish)
            return
        self.set_header("Cache-Control", "no-store")
        self.redirect(url_path_join(self.base_url, opened.address()))

    def _show_problem(self, error: JupyterSideError, wish: Wish | None) -> None:
        self.log.warning("nbcommons: a notebook was not opened: %s", error.heading)
        self.set_status(error.status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Content-Security-Policy", content_security_policy())
        self.finish(
            problem_page(
                error,
                site_url=self._connection.settings.site_url if self._connection else None,
                uuid=wish.uuid if wish else None,
                again_url=self.request.uri,
            )
        )


class ExecutionsHandler(JsonHandler):
    """Takes reports of runs from JupyterLab: on the disk when it answers."""

    @guarded("write", "nbcommons")
    async def post(self) -> None:
        connection = connected(self._connection)
        reports = parse_reports(self.request.body)
        await asyncio.to_thread(connection.outbox.add, reports)
        connection.delivery.announce()
        self.set_status(202)
        self.finish(json.dumps({"accepted": len(reports)}))


class CopiesHandler(JsonHandler):
    """Puts the newest version of a notebook beside the person's copy."""

    @guarded("write", "contents")
    async def post(self, uuid: str) -> None:
        opened = await connected(self._connection).opener.add_newest(parse_wish(uuid, "").uuid)
        self.finish(json.dumps({"path": opened.path}))


class StatusHandler(JsonHandler):
    """What JupyterLab shows of the connection: nothing, when there is none."""

    @guarded("read", "nbcommons")
    async def get(self) -> None:
        connection = self._connection
        self.set_header("Cache-Control", "no-store")
        if connection is None:
            self.finish(json.dumps({"site": None}))
            return
        settings, ours = connection.settings, self.holder.environment
        if ours is not None:
            settings = replace(settings, expires_at=ours.life.expires_at)
        status = status_of(
            settings,
            await asyncio.to_thread(connection.delivery.state),
            started_at=connection.started_at,
            at=datetime.now(UTC),  # noqa: TID251 - a handler is an edge, and reads the clock
        )
        self.finish(json.dumps(status))


def handlers(
    holder: Holder,
) -> list[tuple[str, type[JupyterHandler], dict[str, Any]]]:
    """The addresses of this extension, below the server's base address."""
    given = {"holder": holder}
    return [
        (r"/nbcommons/open", OpenHandler, given),
        (r"/nbcommons/executions", ExecutionsHandler, given),
        (r"/nbcommons/copies/([0-9A-Fa-f-]{36})", CopiesHandler, given),
        (r"/nbcommons/status", StatusHandler, given),
        *((address, handler, given) for address, handler in sharing_handlers()),
        *((address, handler, given) for address, handler in environment_handlers()),
    ]
