from django.urls import path

from nbcommons.gallery.views import (
    browsing,
    keeping,
    notebooks,
    organisations,
    outside,
    people,
    teams,
)

app_name = "gallery"

urlpatterns = [
    path("", notebooks.home, name="home"),
    path("suggest/", notebooks.suggest, name="suggest"),
    path("complete/", browsing.complete, name="complete"),
    path("notebooks/", browsing.browse, name="browse"),
    path("notebooks/build/", browsing.build, name="build"),
    path("notebooks/save/", keeping.save_search, name="save_search"),
    path("notebooks/saved/<int:search_id>/", keeping.delete_search, name="delete_search"),
    path("notebooks/feeds/", keeping.feeds, name="feeds"),
    path("notebooks/<uuid:uuid>/", notebooks.notebook, name="notebook"),
    path("notebooks/<uuid:uuid>/leaf/", notebooks.leaf, name="leaf"),
    path("notebooks/<uuid:uuid>/run/", notebooks.run, name="run"),
    # Last: other rooms have words of their own after the notebook.
    path("notebooks/<uuid:uuid>/<slug:slug>/", notebooks.notebook_by_title, name="by_title"),
    path("mine/", people.mine, name="mine"),
    path("people/", browsing.people, name="people"),
    path("people/<str:username>/", people.person, name="person"),
    path("tags/", browsing.tags, name="tags"),
    path("tags/<path:name>/", browsing.tag, name="tag"),
    path("languages/", browsing.languages, name="languages"),
    path("languages/<path:name>/", browsing.language, name="language"),
    path("packages/", browsing.packages, name="packages"),
    path("packages/<path:name>/", browsing.package, name="package"),
    path("wanted/", keeping.wanted, name="wanted"),
    path("wanted/<int:wanted_id>/answer/", keeping.answer_wish, name="answer_wish"),
    path("wanted/<int:wanted_id>/withdraw/", keeping.withdraw_wish, name="withdraw_wish"),
    path("feeds/notebooks.atom", outside.feed, name="feed"),
    path("feeds/mine.atom", outside.own_feed, name="mine_feed"),
    path("feeds/<str:secret>/notebooks.atom", outside.feed_by_key, name="feed_by_key"),
    path("feeds/<str:secret>/mine.atom", outside.own_feed_by_key, name="mine_feed_by_key"),
    path("n/<str:short>/", outside.short_link, name="short"),
    path("opensearch.xml", outside.open_search, name="opensearch"),
    path("robots.txt", outside.robots, name="robots"),
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
