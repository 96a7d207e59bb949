"""All addresses: each installed door package brings its own."""

from django.urls import URLPattern, URLResolver, include, path

from lerarenregister.project.settings import installed

_DOORS = (
    "web.site",
    "web.processing",
    "web.accounts",
    "web.audit",
    "web.state",
    "web.register",
    "web.person",
    "web.portfolio",
    "web.shared",
)

urlpatterns: list[URLPattern | URLResolver] = [path("", include(f"{door}.urls")) for door in installed(*_DOORS)]

handler400 = "lerarenregister.web.away.bad_request"
handler404 = "lerarenregister.web.errors.not_found"
handler500 = "lerarenregister.web.away.server_error"
