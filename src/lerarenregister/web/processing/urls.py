"""The addresses of the register of processing activities; that of an activity never changes, for the log names it."""

from django.urls import path

from lerarenregister.web.processing import views

app_name = "processing"
urlpatterns = [
    path("verwerkingen/", views.overview, name="overview"),
    path("verwerkingen/<slug:activity>/<int:version>/", views.activity, name="activity"),
    path("verwerkingen.json", views.machine_readable, name="json"),
]
