"""The product's addresses and the peer of saving: a POST that durably writes one row, behind the same middleware."""

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.decorators.http import require_POST

from lerarenregister.project import urls

TABLE = "CREATE TABLE bench_row (words text NOT NULL)"


@require_POST
def one_row(request: HttpRequest) -> HttpResponse:
    """Write the posted text as it is, in one transaction, and answer with an address."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_row (words) VALUES (%s)", [request.POST["tekst"]])
    return HttpResponseRedirect("/")


handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [*urls.urlpatterns, path("bench/een-rij/", one_row)]
