"""The addresses of the panel in JupyterLab: share, save, compare, find. Thin, behind sign-in."""

from uuid import UUID

from jupyter_server.base.handlers import JupyterHandler

from jupyter_nbcommons import said
from jupyter_nbcommons.answering import JsonHandler, connected, guarded
from jupyter_nbcommons.opening import Opener, Wish, parse_wish
from jupyter_nbcommons.sharing import Sharing

ID = r"([0-9A-Fa-f-]{36})"


class SharingHandler(JsonHandler):
    """What the handlers below have in common: people work with them."""

    _track_activity = True

    @property
    def sharing(self) -> Sharing:
        return connected(self._connection).sharing

    @property
    def opener(self) -> Opener:
        return connected(self._connection).opener


class MeHandler(SharingHandler):
    """Who the person is in the Commons."""

    @guarded("read", "nbcommons")
    async def get(self) -> None:
        self.tell(await self.sharing.me())


class NotebookHandler(SharingHandler):
    """What the Commons says of a notebook. Asked quietly, too: nobody at work."""

    _track_activity = False

    @guarded("read", "nbcommons")
    async def get(self, uuid: str) -> None:
        base = said.number_or_none(self.get_argument("base", ""), "base")
        self.tell(await self.sharing.notebook(_id(uuid), base=base))


class OpenHereHandler(SharingHandler):
    """Puts a notebook into the home, or finds the person's copy: its path."""

    @guarded("write", "contents")
    async def post(self, uuid: str) -> None:
        opened = await self.opener.open(Wish(_id(uuid), None))
        self.tell({"path": opened.path, "is_kept": opened.is_kept, "newest": opened.newest})


class CompareHandler(SharingHandler):
    """Compares the notebook that is sent with a version of one of the Commons."""

    @guarded("read", "nbcommons")
    async def post(self, uuid: str) -> None:
        asked = said.parse_question(self.request.body)
        told = await self.sharing.compare(
            _id(uuid),
            asked.notebook,
            revision=asked.revision,
            base=asked.base,
            is_towards_mine=asked.is_towards_mine,
        )
        self.tell(told)


class SuggestHandler(SharingHandler):
    """A draft becomes a suggested change to somebody's notebook."""

    @guarded("write", "nbcommons")
    async def post(self, uuid: str) -> None:
        form = said.parse_form(self.request.body)
        draft = said.uuid_in(form, "draft")
        self.tell(await self.sharing.suggest(_id(uuid), draft, said.suggestion(form)), 201)


class SuggestionHandler(SharingHandler):
    """Whether a draft became a suggestion, for when no answer came to that."""

    @guarded("read", "nbcommons")
    async def get(self, draft: str) -> None:
        self.tell(await self.sharing.suggestion(_id(draft)))


class DraftsHandler(SharingHandler):
    """Takes a notebook without results and makes a draft of it."""

    @guarded("write", "nbcommons")
    async def post(self) -> None:
        body = said.notebook_bytes(self.request.body)
        name = self.get_argument("name", "notebook.ipynb")[: said.MOST_WORDS]
        self.tell(await self.sharing.draft(body, file_name=name), 201)


class DraftHandler(SharingHandler):
    """Throws a draft away."""

    @guarded("write", "nbcommons")
    async def delete(self, draft: str) -> None:
        await self.sharing.discard(_id(draft))
        self.tell({})


class PublishHandler(SharingHandler):
    """A draft becomes a notebook, or the next version of one."""

    @guarded("write", "nbcommons")
    async def post(self, draft: str) -> None:
        form = said.parse_form(self.request.body)
        told = await self.sharing.publish(
            _id(draft), said.publication(form), said.place_in(form)
        )
        self.tell(told, 201)


class SearchHandler(SharingHandler):
    """Finds notebooks."""

    @guarded("read", "nbcommons")
    async def get(self) -> None:
        words = self.get_argument("q", "")[: said.MOST_WORDS]
        offset = said.number_or_none(self.get_argument("offset", ""), "offset") or 0
        self.tell(await self.sharing.search(words, offset))


def sharing_handlers() -> list[tuple[str, type[JupyterHandler]]]:
    """Addresses below the server's base, and what answers there."""
    return [
        (r"/nbcommons/me", MeHandler),
        (rf"/nbcommons/notebooks/{ID}", NotebookHandler),
        (rf"/nbcommons/notebooks/{ID}/open", OpenHereHandler),
        (rf"/nbcommons/notebooks/{ID}/compare", CompareHandler),
        (rf"/nbcommons/notebooks/{ID}/suggest", SuggestHandler),
        (rf"/nbcommons/suggestions/{ID}", SuggestionHandler),
        (r"/nbcommons/drafts", DraftsHandler),
        (rf"/nbcommons/drafts/{ID}", DraftHandler),
        (rf"/nbcommons/drafts/{ID}/publish", PublishHandler),
        (r"/nbcommons/search", SearchHandler),
    ]


def _id(text: str) -> UUID:
    return parse_wish(text, "").uuid
