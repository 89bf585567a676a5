from django.urls import path

from nbcommons.gallery.views import notebooks, organisations, people, teams

app_name = "gallery"

urlpatterns = [
    path("", notebooks.home, name="home"),
    path("suggest/", notebooks.suggest, name="suggest"),
    path("notebooks/", notebooks.browse, name="browse"),
    path("notebooks/<uuid:uuid>/", notebooks.notebook, name="notebook"),
    path("notebooks/<uuid:uuid>/leaf/", notebooks.leaf, name="leaf"),
    path("notebooks/<uuid:uuid>/run/", notebooks.run, name="run"),
    # Last: other rooms have words of their own after the notebook.
    path("notebooks/<uuid:uuid>/<slug:slug>/", notebooks.notebook_by_title, name="by_title"),
    path("mine/", people.mine, name="mine"),
    path("people/<str:username>/", people.person, name="person"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.new, name="team_new"),
    path("teams/<slug:slug>/", teams.team, name="team"),
    path("teams/<slug:slug>/members/", teams.members, name="team_members"),
    path("teams/<slug:slug>/members/<str:username>/", teams.member, name="team_member"),
    path("teams/<slug:slug>/leave/", teams.leave, name="team_leave"),
    path("teams/<slug:slug>/settings/", teams.describe, name="team_settings"),
    path("teams/<slug:slug>/delete/", teams.delete, name="team_delete"),
    path("organisations/", organisations.organisations, name="organisations"),
    path(
        "organisations/<int:organisation_id>/", organisations.organisation, name="organisation"
    ),
    path(
        "organisations/<int:organisation_id>/people/",
        organisations.people,
        name="organisation_people",
    ),
]
