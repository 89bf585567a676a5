from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from nbcommons.administration.views import (
    labels,
    notices,
    organisations,
    overview,
    tag_rules,
    tags,
    work,
)

app_name = "administration"

urlpatterns = [
    path("administration/", overview.overview, name="overview"),
    path("administration/teams/", organisations.teams, name="teams"),
    path("administration/organisations/", organisations.organisations, name="organisations"),
    path("administration/organisations/new/", organisations.new, name="new_organisation"),
    path(
        "administration/organisations/import/",
        organisations.import_list,
        name="import_organisations",
    ),
    path(
        "administration/organisations/<int:organisation_id>/",
        organisations.organisation,
        name="organisation",
    ),
    path("administration/labels/", labels.labels, name="labels"),
    path("administration/labels/<slug:slug>/", labels.label, name="label"),
    path("administration/labels/<slug:slug>/grant/", labels.grant, name="grant_label"),
    path(
        "administration/labels/<slug:slug>/withdraw/<str:username>/",
        labels.withdraw,
        name="withdraw_label",
    ),
    path("administration/tags/", tags.tags, name="tags"),
    path("administration/tags/<int:tag_id>/", tags.tag, name="tag"),
    path("administration/tag-rules/", tag_rules.rules, name="tag_rules"),
    path("administration/tag-rules/rule/", tag_rules.rule, name="tag_rule"),
    path("administration/notices/", notices.notices, name="notices"),
    path("administration/notices/<int:notice_id>/", notices.notice, name="notice"),
    path("notices/<int:notice_id>/dismiss/", notices.dismiss_notice, name="dismiss_notice"),
    path("administration/drafts/", overview.drafts, name="drafts"),
    path("administration/jobs/", work.jobs, name="jobs"),
    path("administration/jobs/<int:job_id>/", work.job, name="job"),
    path("administration/audit/", work.audit, name="audit"),
    path("administration/audit/export/", work.audit_export, name="audit_export"),
    path("administration/in-and-out/", overview.transfer, name="transfer"),
]

# At the top of all addresses: Django's admin finds itself by a name that stands alone.
tables: list[URLPattern | URLResolver] = []
if settings.NBCOMMONS_DJANGO_ADMIN:
    from nbcommons.administration.admin import make_site

    tables = [path("administration/tables/", make_site().urls)]
