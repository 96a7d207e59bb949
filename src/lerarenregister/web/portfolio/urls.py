"""Addresses of the portfolio. They hold random ids and nothing that she wrote."""

from django.urls import path

from lerarenregister.web.portfolio import (
    arranging,
    choosing,
    drafts,
    files,
    own_key,
    picking,
    repeating,
    taking,
    things,
    views,
    writing,
)

app_name = "portfolio"
urlpatterns = [
    path("portfolio/", views.timeline, name="timeline"),
    path("portfolio/kiezen/", choosing.choose, name="choose"),
    path("portfolio/nieuw/", writing.new, name="new"),
    path("portfolio/kopjes/", writing.template, name="template"),
    path("portfolio/bewaren/", writing.save, name="save"),
    path("portfolio/doelen/", things.goals, name="goals"),
    path("portfolio/themas/", things.themes, name="themes"),
    path("portfolio/verzamelingen/", things.collections, name="collections"),
    path("portfolio/komt-terug/", things.repeats, name="repeats"),
    path("portfolio/concept/", drafts.draft, name="draft"),
    path("portfolio/concept/weggooien/", drafts.discard, name="discard-draft"),
    path("portfolio/prullenbak/", views.deleted_entries, name="bin"),
    path("portfolio/meenemen/", taking.take_out, name="take-out"),
    path("portfolio/meenemen/zip/", taking.download, name="download"),
    path("portfolio/terugbrengen/", taking.bring_in, name="bring-in"),
    path("portfolio/sleutel/", own_key.show, name="own-key"),
    path("portfolio/sleutel/bewaard/", own_key.code_kept, name="code-kept"),
    path("portfolio/sleutel/koppelen/", own_key.link, name="link"),
    path("portfolio/sleutel/ontkoppelen/<uuid:identity_id>/", own_key.unlink, name="unlink"),
    path("portfolio/sleutel/terughalen/", own_key.recover, name="recover"),
    path("portfolio/<uuid:entry_id>/", views.entry, name="entry"),
    path("portfolio/<uuid:entry_id>/bewerken/", writing.edit, name="edit"),
    path("portfolio/<uuid:entry_id>/bestanden/", files.add, name="add-files"),
    path("portfolio/<uuid:entry_id>/bestanden/<uuid:file_id>/", files.file, name="file"),
    path("portfolio/<uuid:entry_id>/bestanden/<uuid:file_id>/klein/", files.small, name="file-small"),
    path("portfolio/<uuid:entry_id>/eerder/", views.history, name="history"),
    path("portfolio/<uuid:entry_id>/eerder/<int:version>/", views.restore_version, name="restore-version"),
    path("portfolio/<uuid:entry_id>/kiezen/", picking.pick, name="pick"),
    path("portfolio/<uuid:collection_id>/volgorde/", arranging.arrange, name="arrange"),
    path("portfolio/<uuid:repeat_id>/keer/", repeating.keep_time, name="keep-time"),
    path("portfolio/<uuid:goal_id>/stand/", things.set_state, name="set-state"),
    path("portfolio/<uuid:entry_id>/verwijderen/", views.delete, name="delete"),
    path("portfolio/<uuid:entry_id>/herstellen/", views.restore, name="restore"),
]
