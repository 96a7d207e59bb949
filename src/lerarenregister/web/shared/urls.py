"""Addresses of shared copies. None says which copy: the secret of a link stands behind the hash sign, which no browser
sends."""

from django.urls import path

from lerarenregister.web.shared import views

app_name = "shared"
urlpatterns = [
    path("gedeeld/", views.door, name="door"),
    path("gedeeld/openen/", views.open_copy, name="open"),
    path("gedeeld/lezen/", views.read, name="read"),
    path("gedeeld/bestand/<uuid:shared_file_id>/", views.file, name="file"),
    path("gedeeld/bestand/<uuid:shared_file_id>/klein/", views.small, name="file-small"),
    path("gedeeld/schrijven/", views.write, name="write"),
    path("gedeeld/sluiten/", views.close, name="close"),
]
