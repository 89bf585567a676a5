"""Every address of the site, and what the permissions page has to say about it.

An address that is in none of these lists fails the tests: whoever adds one says here whom it
serves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

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
    sent_back: str = ""
    # Nobody can do it without signing in, also where people need not to read.
    needs_person: bool = False

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
NO_DRAFT = "00000000-0000-4000-8000-000000000000"

# Addresses of one notebook.
NOTEBOOKS: list[Ask] = [
    Ask("gallery:notebook", "R"),
    Ask("gallery:leaf", "R"),
    Ask("gallery:by_title", "R", arguments={"slug": "a-title"}),
    Ask("gallery:short", "R"),
    # Who may read it only is sent back to its page, which says why.
    Ask("gallery:run", "U", sent_back="/notebooks/"),
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
    # Clients of nbgallery
    Ask("nbgallery:metadata", "R"),
    Ask("nbgallery:download", "R"),
    Ask("nbgallery:uuid", "R"),
    Ask("nbgallery:uuid_by_title", "R", arguments={"slug": "a-title"}),
    Ask("nbgallery:old_uuid", "R"),
    Ask("nbgallery:short_uuid", "R"),
    Ask("nbgallery:short_uuid_by_title", "R", arguments={"slug": "a-title"}),
    Ask("nbgallery:own_short_uuid", "R"),
    Ask("nbgallery:page", "R"),
    Ask("nbgallery:old_page", "R"),
    Ask("nbgallery:attribute", "R", arguments={"key": "title"}),
    Ask("nbgallery:diff", "R", "post", needs_person=True),
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
    # Working together
    Ask("collaboration:star", "R", "post", needs_person=True),
    Ask("collaboration:of_notebook", "R"),
    Ask("api:read_star", "R"),
    Ask("api:put_star", "R", "put"),
    Ask("api:remove_star", "R", "delete"),
    Ask("api:list_changes_of_notebook", "R"),
    # Somebody who may do it is told that there is no such draft.
    Ask("api:suggest_change", "U", "post", data={"draft": NO_DRAFT, "message": "Better"}),
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
    Shelf("gallery:complete", "q=qua", is_complete=False),
    Shelf("gallery:build", is_complete=False),
    Shelf("gallery:people", is_complete=False),
    Shelf("gallery:tags", is_complete=False),
    Shelf("gallery:tag", arguments={"name": "quagga"}, is_complete=False),
    Shelf("gallery:languages", is_complete=False),
    Shelf("gallery:language", arguments={"name": "python"}, is_complete=False),
    Shelf("gallery:packages", is_complete=False),
    Shelf("gallery:package", arguments={"name": "a"}, is_complete=False),
    Shelf("gallery:wanted", is_complete=False),
    Shelf("gallery:feed", "q=quagga", is_complete=False),
    Shelf("gallery:mine_feed", is_complete=False),
    Shelf("gallery:robots", is_complete=False),
    Shelf("nbgallery:all", "format=json&count=100&show_deprecated=1", is_complete=False),
    Shelf("nbgallery:stars", is_complete=False),
    Shelf("nbgallery:recent", is_complete=False),
    Shelf("curation:bin", is_complete=False),
    Shelf("api:find", "q=quagga&limit=100", is_complete=False),
    Shelf("api:complete", "q=qua", is_complete=False),
    # Everybody in this world starred every notebook.
    Shelf("api:list_stars", "limit=100"),
    Shelf("collaboration:changes", is_complete=False),
    # A stranger suggested a change to every notebook.
    Shelf("api:list_changes", "limit=100", is_complete=False),
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
    "people:waiting",
    "people:sign_in_with",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "saml_acs",
    "saml_finish_acs",
    "saml_sls",
    "saml_metadata",
    "gallery:opensearch",
    # Files of the operator for everybody.
    "nbgallery:integration",
    "nbgallery:old_integration",
    "configuration",
    "idp:oidc:authorization",
    "idp:oidc:jwks",
    "runtime:sign_out",
    "api/v1/",
    "^api/",
    "api:api-root",
    "api:openapi-json",
}
# For whoever is signed in, about themselves or about what all may know of each other.
OWN: set[str] = {
    "people:settings",
    "people:theme",
    "people:admin_mode",
    "people:revoke_token",
    "people:sign_out_everywhere",
    "people:suggest_people",
    "people:tokens",
    "people:device",
    "runtime:your_jupyter",
    "runtime:start",
    "runtime:stop",
    "runtime:extend",
    "runtime:preferences",
    "runtime:forget_settings",
    "runtime:register",
    "nbgallery:environments",
    "nbgallery:preferences",
    "nbgallery:executions",
    "nbgallery:stages",
    "api:report_environment",
    "api:read_lab_settings",
    "api:keep_lab_settings",
    "api:read_home",
    "people:preferences",
    "people:browsers",
    "people:end_session",
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
    "people:onward",
    "people:sign_in_again",
    "people:connect_organisation",
    "people:disconnect_organisation",
    "intake:add",
    "curation:suggest",
    "gallery:save_search",
    "gallery:feeds",
    "administration:dismiss_notice",
    "gallery:team_new",
    "gallery:team_members",
    "gallery:team_member",
    "gallery:team_leave",
    "gallery:team_settings",
    "gallery:team_delete",
    "gallery:organisation",
    "gallery:organisation_people",
    "api:openapi-view",
    "api:report_executions",
    "api:create_draft",
    "api:list_drafts",
    "api:read_me",
    "api:read_environment",
    "api:extend_own_environment",
}
# In admin mode only.
ADMINISTRATION: set[str] = {
    "people:accounts",
    "people:change_account",
    "people:switch_off",
    "curation:left_behind",
    "curation:hand_over",
    "administration:overview",
    "administration:teams",
    "administration:organisations",
    "administration:new_organisation",
    "administration:import_organisations",
    "administration:organisation",
    "administration:labels",
    "administration:label",
    "administration:grant_label",
    "administration:withdraw_label",
    "administration:tags",
    "administration:tag",
    "administration:tag_rules",
    "administration:tag_rule",
    "administration:notices",
    "administration:notice",
    "administration:drafts",
    "administration:jobs",
    "administration:job",
    "administration:audit",
    "administration:audit_export",
    "administration:transfer",
}
# Drafts, offers and other things of one person: hidden from all others.
THINGS: set[str] = {
    "intake:draft",
    "intake:discard",
    "intake:preview",
    "intake:picture",
    "curation:offer",
    "curation:withdraw",
    "intake:replace_file",
    "runtime:disconnect",
    "runtime:forget_registered",
    "nbgallery:environment",
    "nbgallery:preprocess",
    "nbgallery:handed_over",
    "api:read_draft",
    "api:read_draft_content",
    "api:read_draft_alike",
    "api:remove_draft",
    "api:publish",
    "intake:take_back",
    "collaboration:change",
    "collaboration:download",
    "collaboration:withdraw",
    "collaboration:decline",
    "collaboration:suggest",
    "api:read_change",
    "api:read_change_content",
    "api:read_change_diff",
    "api:withdraw",
    "api:decline",
    "gallery:delete_search",
    "gallery:answer_wish",
    "gallery:withdraw_wish",
    "gallery:feed_by_key",
    "gallery:mine_feed_by_key",
}
# For programs that show a secret of their own.
PROGRAMS: set[str] = {
    "runtime:begin_spawn",
    "runtime:spawn",
    "people:device_code",
    "people:device_token",
    "people:device_revoke",
    "idp:oidc:token",
    "idp:oidc:userinfo",
}


def names() -> set[str]:
    """The names of all addresses."""
    return set(_converters())


def some_address(name: str) -> str:
    """The address of this name with made-up arguments of the right kind."""
    arguments = {key: MADE_UP[type(kind).__name__] for key, kind in _converters()[name].items()}
    return reverse(name, kwargs=arguments)


MADE_UP: dict[str, Any] = {
    "UUIDConverter": "00000000-0000-4000-8000-000000000000",
    "UUIDStrConverter": "00000000-0000-4000-8000-000000000000",
    "IntConverter": 1,
    "SlugConverter": "one",
    "StringConverter": "one",
    "PathConverter": "one",
}


def _converters() -> dict[str, dict[str, Any]]:
    return dict(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            name = pattern.name or str(pattern.pattern)
            yield space + name, pattern.pattern.converters
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
