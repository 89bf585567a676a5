"""Django's admin, for looking into tables; off unless the operator wants it.

It can change nothing: what is changed past our operations is neither checked nor logged. What
opens something, and what people have not shared, is not shown here either.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponseBase

# Named one by one: a table that comes later is not shown before somebody has thought of what
# stands in it. Drafts are their authors' alone; sessions, tokens and keys open something.
SHOWN = {
    "people": (
        "Person",
        "Organisation",
        "Team",
        "FormerTeamSlug",
        "Membership",
        "Label",
        "LabelHolding",
    ),
    "notebooks": ("Tag", "Notebook", "NotebookShare", "Revision", "Cell"),
    "activity": ("AuditEntry",),
    "intake": ("TagRule", "ImportedNotebook"),
    "curation": ("OwnershipOffer",),
    "health": ("NotebookHealth",),
    "search": ("WantedNotebook",),
    "administration": ("SiteNotice", "NoticeDismissal"),
    "core": ("JobFailure",),
}
HIDDEN_FIELDS = frozenset({"password", "session_generation"})


NOT_OURS = frozenset({"login", "logout", "password_change", "password_change_done"})

View = Callable[..., HttpResponseBase]


class TableSite(AdminSite):
    """Open in admin mode alone; it has no sign-in of its own."""

    site_header = "Notebook Commons: tables"
    site_title = "Tables"
    index_title = "For looking only. To change something, use the pages of administration."
    site_url = "/administration/"
    enable_nav_sidebar = False
    index_template = "administration/tables.html"

    def has_permission(self, request: HttpRequest) -> bool:
        actor = getattr(request, "actor", None)
        return actor is not None and actor.is_admin_mode

    def admin_view(self, view: View, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request):
                raise Http404
            return inner(request, *args, **kwargs)

        return guarded

    def get_urls(self) -> list[Any]:
        # Signing in and passwords are people's own affair, on our own pages.
        return [
            each for each in super().get_urls() if getattr(each, "name", "") not in NOT_OURS
        ]


class ForLooking(ModelAdmin):  # type: ignore[type-arg]
    """A table that nobody can change."""

    list_per_page = 50
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        del request, obj
        return shown_fields(self.model)

    def get_list_display(self, request: HttpRequest) -> Any:
        del request
        return ["pk", *shown_fields(self.model)[:6]]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        del request, obj
        return shown_fields(self.model)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del obj
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del request, obj
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del request, obj
        return False


def shown_fields(model: type[Model]) -> list[str]:
    """The columns of ``model`` that may be looked at."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's documented way
    return [field.name for field in fields if field.name not in HIDDEN_FIELDS]


def make_site() -> TableSite:
    """The site with the tables that may be looked at."""
    site = TableSite(name="tables")
    for room, names in SHOWN.items():
        for name in names:
            site.register(apps.get_model(room, name), ForLooking)
    return site
