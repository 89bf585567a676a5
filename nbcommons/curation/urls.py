from django.urls import path

from nbcommons.curation.views import binning, deprecating, describing, ownership, sharing

app_name = "curation"

urlpatterns = [
    path("notebooks/<uuid:uuid>/edit/", describing.edit, name="edit"),
    path("notebooks/<uuid:uuid>/sharing/", sharing.sharing, name="sharing"),
    path("notebooks/<uuid:uuid>/delete/", binning.delete, name="delete"),
    path("notebooks/<uuid:uuid>/deprecate/", deprecating.deprecate, name="deprecate"),
    path("notebooks/<uuid:uuid>/deprecate/undo/", deprecating.undo, name="undo_deprecation"),
    path(
        "notebooks/<uuid:uuid>/deprecate/suggest/",
        deprecating.suggest,
        name="suggest_alternatives",
    ),
    path("notebooks/<uuid:uuid>/transfer/", ownership.transfer, name="transfer"),
    path("mine/bin/", binning.bin_, name="bin"),
    path("mine/bin/<uuid:uuid>/restore/", binning.restore, name="restore"),
    path("mine/bin/<uuid:uuid>/remove/", binning.remove, name="remove"),
    path("mine/offers/<uuid:uuid>/", ownership.offer, name="offer"),
    path("mine/offers/<uuid:uuid>/withdraw/", ownership.withdraw, name="withdraw"),
    path("suggest/people-and-teams/", sharing.suggest, name="suggest"),
    path("administration/left-behind/", ownership.left, name="left_behind"),
    path(
        "administration/left-behind/<str:username>/", ownership.hand_over_all, name="hand_over"
    ),
]
