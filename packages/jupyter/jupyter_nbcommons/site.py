"""The Commons as seen from a person's Jupyter: the only module that speaks to it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlencode
from uuid import UUID

from tornado.httpclient import HTTPError, HTTPRequest
from tornado.httputil import HTTPHeaders
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from jupyter_nbcommons.errors import BadAnswer, NotThere, PermissionEnded, SiteUnreachable
from jupyter_nbcommons.kernels import Kernel
from jupyter_nbcommons.received import ReceivedNotebook, read_notebook
from jupyter_nbcommons.settings import Settings

# A stripped notebook is at most 5 MB; the rest is for being written with spaces.
MOST_BYTES = 6_000_000
CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 20.0
METADATA_TIMEOUT_S = 3.0
REPORT_TIMEOUT_S = 10.0
MOST_TITLE_CHARACTERS = 500

_SAY_AGAIN = "Your Jupyter could not reach the Commons. This is usually over in a minute."


@dataclass(slots=True)
class _Body:
    """Gathers an answer and stops gathering when it is larger than any notebook."""

    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    is_too_large: bool = False

    def header(self, line: str) -> None:
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-length" and value.strip().isdecimal():
            self.is_too_large = int(value) > MOST_BYTES

    def part(self, received: bytes) -> None:
        self.size += len(received)
        self.is_too_large = self.is_too_large or self.size > MOST_BYTES
        if not self.is_too_large:
            self.parts.append(received)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: HTTPHeaders
    body: bytes


class Site:
    """A client with this spawn's token; one per server."""

    def __init__(self, settings: Settings, *, kernels: Sequence[Kernel] = ()) -> None:
        """Speak to the Commons named in ``settings``; ``kernels`` are those installed here."""
        self._settings = settings
        self._kernels = kernels
        # Its own instance: its limit on bodies is no other extension's business.
        self._client = SimpleAsyncHTTPClient(
            force_instance=True, max_body_size=MOST_BYTES * 2, max_buffer_size=MOST_BYTES * 2
        )

    def close(self) -> None:
        """Drop what is under way."""
        self._client.close()

    async def notebook(self, uuid: UUID, revision: int | None) -> ReceivedNotebook:
        """The notebook, in the newest version if ``revision`` is None.

        Raises ``NotThere``, ``PermissionEnded``, ``SiteUnreachable``, ``BadAnswer``.
        """
        query = "" if revision is None else "?" + urlencode({"revision": revision})
        answer = await self._get(
            f"/api/v1/notebooks/{uuid}/content{query}", timeout_s=READ_TIMEOUT_S
        )
        try:
            sent_revision = int(answer.headers["X-Nbcommons-Revision"])
        except (KeyError, ValueError) as error:
            raise BadAnswer("The Commons did not say which version it sent.") from error
        title = unquote(answer.headers.get("X-Nbcommons-Title", ""))[:MOST_TITLE_CHARACTERS]
        return read_notebook(
            answer.body,
            uuid=uuid,
            revision=sent_revision,
            title=title,
            site_url=self._settings.site_url,
            kernels=self._kernels,
        )

    async def newest_version(self, uuid: UUID) -> int:
        """The number of the notebook's newest version. Raises as ``notebook`` does."""
        answer = await self._get(f"/api/v1/notebooks/{uuid}", timeout_s=METADATA_TIMEOUT_S)
        try:
            return int(json.loads(answer.body)["version"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadAnswer("The Commons did not say which version is the newest.") from error

    async def report(self, payload: dict[str, Any]) -> int:
        """Send a batch of reports; the HTTP status. Raises ``SiteUnreachable``."""
        body = json.dumps(payload, separators=(",", ":")).encode()
        answer = await self._fetch(
            "/api/v1/executions", timeout_s=REPORT_TIMEOUT_S, method="POST", body=body
        )
        return answer.status

    async def _get(self, path: str, *, timeout_s: float) -> _Answer:
        answer = await self._fetch(path, timeout_s=timeout_s)
        if answer.status == 200:  # noqa: PLR2004
            return answer
        if answer.status in {401, 403}:
            raise PermissionEnded(
                "The Commons no longer answers this Jupyter, because its time is over or it "
                "was closed. Press “Run in Jupyter” once more and you get a new one."
            )
        if answer.status in {404, 410}:
            raise NotThere(
                "It may have been removed, or it is not shared with you. "
                "The Commons shows what you can open."
            )
        if answer.status in {400, 422}:
            raise NotThere("The Commons knows no notebook or version with this address.")
        raise SiteUnreachable(_SAY_AGAIN)

    async def _fetch(
        self, path: str, *, timeout_s: float, method: str = "GET", body: bytes | None = None
    ) -> _Answer:
        received = _Body()
        request = HTTPRequest(
            self._settings.internal_url + quote(path, safe="/?=&"),
            method=method,
            body=body,
            headers={
                "Authorization": f"Bearer {self._settings.token}",
                "Accept": "application/json",
                **({"Content-Type": "application/json"} if body else {}),
            },
            connect_timeout=CONNECT_TIMEOUT_S,
            request_timeout=timeout_s,
            # A redirect could carry the token elsewhere; a packed body could grow without end.
            follow_redirects=False,
            decompress_response=False,
            header_callback=received.header,
            streaming_callback=received.part,
        )
        try:
            answer = await self._client.fetch(request, raise_error=False)
        except (HTTPError, OSError, ValueError) as error:
            if not received.is_too_large:
                raise SiteUnreachable(_SAY_AGAIN) from error
        if received.is_too_large:
            raise BadAnswer("The Commons sent more than any notebook may hold.")
        return _Answer(answer.code, answer.headers, b"".join(received.parts))
