"""Every address of the site, and what the permissions page has to say about it.

An address that is in none of these lists fails the tests: whoever adds one says here whom it
serves.
"""

from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from nbcommons.config.urls import api


@dataclass(frozen=True)
class Ask:
    """A request about one notebook, and the letters of the permissions page of which it needs one.

    ``arguments`` complete the address besides the notebook's own; ``data`` is what is sent. Who may
    do it gets anything but a refusal, be it a form that is not filled in.
    """

    name: str
    letter: str
    method: str = "get"
    arguments: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    goes_to: str = ""

    def __str__(self) -> str:
        return f"{self.method}-{self.name}-{self.letter}"


@dataclass(frozen=True)
class Shelf:
    """A list: whoever asks finds the titles of all that they may read there, and of no others.

    ``is_complete`` False: it need not hold all of them.
    """

    name: str
    query: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    is_complete: bool = True


SECOND = {"number": 2}

# Addresses of one notebook.
NOTEBOOKS: list[Ask] = [
    Ask("gallery:notebook", "R"),
    Ask("gallery:leaf", "R"),
    Ask("gallery:by_title", "R", arguments={"slug": "a-title"}),
    # Elsewhere than to Jupyter it says why it may not be run.
    Ask("gallery:run", "U", goes_to="/jupyter/"),
    Ask("health:notebook", "R"),
    # Versions
    Ask("versions:history", "R"),
    Ask("versions:compare", "R", data={"from": 1, "to": 2}),
    Ask("versions:version", "R", arguments=SECOND),
    Ask("versions:leaf", "R", arguments=SECOND),
    Ask("versions:download", "R", arguments=SECOND),
    Ask("versions:restore", "E", arguments={"number": 1}),
    Ask("versions:restore", "E", "post", arguments={"number": 1}),
    Ask("versions:label", "E", "post", arguments=SECOND, data={"label": "Best"}),
    # Looking after it
    Ask("curation:edit", "E"),
    Ask("curation:edit", "E", "post"),
    Ask("curation:sharing", "S"),
    Ask("curation:sharing", "S", "post"),
    Ask("curation:delete", "D"),
    Ask("curation:delete", "D", "post"),
    Ask("curation:deprecate", "S"),
    Ask("curation:deprecate", "S", "post"),
    Ask("curation:undo_deprecation", "S", "post"),
    Ask("curation:suggest_alternatives", "S", data={"q": "quagga"}),
    Ask("curation:transfer", "D"),
    Ask("curation:transfer", "D", "post"),
    Ask("curation:restore", "B", "post"),
    Ask("curation:remove", "B"),
    Ask("curation:remove", "B", "post"),
    # Programs
    Ask("api:read_notebook", "R"),
    Ask("api:read_content", "R"),
    Ask("api:notebook_health", "R"),
    Ask("api:list_revisions", "R"),
    Ask("api:read_revision", "R", arguments=SECOND),
    Ask("api:read_revision_content", "R", arguments=SECOND),
    Ask("api:read_diff", "R", data={"from": 1, "to": 2}),
    Ask("api:change_revision", "E", "patch", arguments=SECOND, data={"label": "Best"}),
    Ask("api:restore_revision", "E", "post", arguments=SECOND),
    Ask("api:change_notebook", "E", "patch", data={"title": "Another"}),
    Ask("api:change_notebook", "S", "patch", data={"visibility": "private"}),
    Ask("api:remove_notebook", "D", "delete"),
    Ask("api:take_back_notebook", "BD", "post"),
    Ask("api:deprecate", "S", "put", data={"reason": "There is a better one."}),
    Ask("api:take_deprecation_back", "S", "delete"),
]
# Addresses that list notebooks.
SHELVES: list[Shelf] = [
    Shelf("gallery:home", is_complete=False),
    Shelf("gallery:browse", "q=quagga", is_complete=False),
    Shelf("gallery:suggest", "q=qua", is_complete=False),
    Shelf("gallery:mine", is_complete=False),
    Shelf("gallery:person", arguments={"username": "p8"}, is_complete=False),
    Shelf("gallery:team", arguments={"slug": "keepers"}, is_complete=False),
    Shelf("gallery:organisations", is_complete=False),
    Shelf("gallery:teams", is_complete=False),
    Shelf("curation:bin", is_complete=False),
    Shelf("api:find", "q=quagga&limit=100", is_complete=False),
    Shelf("api:complete", "q=qua", is_complete=False),
]
# For people who have not signed in: they say nothing of notebooks.
OPEN: set[str] = {
    "people:join",
    "people:signed_out",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "configuration",
    "idp:oidc:authorization",
    "idp:oidc:jwks",
    "runtime:sign_out",
    "api/v1/",
    "^api/",
    "api:api-root",
}
# For whoever is signed in, about themselves or about what all may know of each other.
OWN: set[str] = {
    "people:settings",
    "people:theme",
    "people:admin_mode",
    "people:revoke_token",
    "people:sign_out_everywhere",
    "people:suggest_people",
    "account_reauthenticate",
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "intake:add",
    "curation:suggest",
    "gallery:team_new",
    "gallery:team_members",
    "gallery:team_member",
    "gallery:team_leave",
    "gallery:team_settings",
    "gallery:team_delete",
    "gallery:organisation",
    "gallery:organisation_people",
    "api:openapi-json",
    "api:openapi-view",
    "api:report_executions",
    "api:read_me",
}
# In admin mode only.
ADMINISTRATION: set[str] = {
    "people:accounts",
    "people:change_account",
    "curation:left_behind",
    "curation:hand_over",
}
# Drafts, offers and other things of one person: hidden from all others.
THINGS: set[str] = {
    "intake:draft",
    "intake:discard",
    "intake:preview",
    "intake:picture",
    "curation:offer",
    "curation:withdraw",
}
# For programs that show a secret of their own.
PROGRAMS: set[str] = {
    "runtime:begin_spawn",
    "runtime:end_spawn",
    "idp:oidc:token",
    "idp:oidc:userinfo",
}


def names() -> set[str]:
    """The names of all addresses."""
    return set(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, space: str):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield space + (pattern.name or str(pattern.pattern))
        else:
            yield from _walk(pattern, space + f"{pattern.namespace}:" * bool(pattern.namespace))


def operations() -> set[tuple[str, str]]:
    """(method, name) of all operations of the API."""
    found = set()
    for _, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                name = getattr(operation, "url_name", "") or api.get_operation_url_name(
                    operation, router
                )
                found |= {(method.lower(), f"api:{name}") for method in operation.methods}
    return found
