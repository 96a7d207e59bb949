"""The addresses of the register's own state."""

from django.urls import path

from lerarenregister.web.state import views

app_name = "state"
urlpatterns = [
    path("metrics", views.metrics, name="metrics"),
    path("beheer/stand/", views.state, name="state"),
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
]
