"""Everything that a person can be allowed to do, as ``thing:verb``."""

from enum import StrEnum


class Action(StrEnum):
    """One action; its rule stands in ``rules.py``."""

    NOTEBOOK_READ = "notebook:read"
    NOTEBOOK_RUN = "notebook:run"
    NOTEBOOK_ADD = "notebook:add"
    NOTEBOOK_EDIT = "notebook:edit"
    NOTEBOOK_SHARE = "notebook:share"
    NOTEBOOK_REMOVE = "notebook:remove"
    NOTEBOOK_RESTORE = "notebook:restore"
    NOTEBOOK_TRANSFER = "notebook:transfer"
    STAR_GIVE = "star:give"
    CHANGE_SUGGEST = "change:suggest"
    CHANGE_READ = "change:read"
    CHANGE_DECIDE = "change:decide"
    CHANGE_WITHDRAW = "change:withdraw"
    DRAFT_READ = "draft:read"
    DRAFT_EDIT = "draft:edit"
    OFFER_ANSWER = "offer:answer"
    OWNERS_CHANGE = "owners:change"
    EXECUTION_REPORT = "execution:report"
    SEARCH_SAVE = "search:save"
    NOTEBOOK_WANT = "notebook:want"
    WISH_WITHDRAW = "wish:withdraw"
    AUDIT_READ = "audit:read"
    SITE_ADMINISTER = "site:administer"
