"""Visits every address of the register as it runs behind TLS, in a process of its own: settings are read once.

Prints as JSON, for each visit: what was asked, the status, the headers, and the cookies as they are sent.
"""

import json
import sys
from typing import Any
from unittest.mock import patch

import django

django.setup()

from django.contrib.staticfiles.storage import staticfiles_storage  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from lerarenregister.web.accounts import signing_in  # noqa: E402
from tests import vaults  # noqa: E402
from tests.attacks import cast  # noqa: E402
from tests.attacks.routes import addresses, path_of  # noqa: E402
from tests.attacks.table import TABLE  # noqa: E402
from tests.forms import fill_in_keys  # noqa: E402

HTTPS = {"HTTP_HOST": "register.example.org", "HTTP_X_FORWARDED_PROTO": "https"}
ENDING = ("person:close", "accounts:sign-out", "accounts:end-all-sessions", "accounts:end-session")
VISITS: list[dict[str, Any]] = []
fill_in_keys()


def visit(what: str, client: Client, method: str, path: str, data: Any = None, **headers: str) -> None:
    """Ask, and note what came."""
    client.raise_request_exception = False
    response = getattr(client, method)(path, data or {}, **{**HTTPS, **headers})
    cookies = {name: morsel.OutputString() for name, morsel in response.cookies.items()}
    found = {name.lower(): value for name, value in response.headers.items()}
    VISITS.append({"what": what, "status": response.status_code, "headers": found, "cookies": cookies})
    response.close()


def pages_of_everybody(world: cast.World) -> None:
    """Every address without signing in, as somebody who gets in and as somebody who does not, looked at and posted to;
    what ends a session comes last. (What each role gets by each method is another test: `roles_and_addresses`.)"""
    for name, pattern in sorted(addresses().items(), key=lambda each: each[0] in ENDING):
        who = [role for role in world.browsers if role != "anonymous"]
        gets_in = next((role for role in who if role in TABLE[name].who), "teacher")
        refused = next((role for role in who if role not in TABLE[name].who), "stranger")
        for role in dict.fromkeys(("anonymous", gets_in, refused)):
            for method in ("get", "post"):
                visit(f"{method} {name} as {role}", world.browsers[role].client, method, path_of(pattern, world.ids))


def begins_a_session(request: HttpRequest, *_: Any) -> HttpResponse:
    """What beginning to sign in does to the session: the middleware sends its cookie."""
    request.session["begun"] = True
    return HttpResponse("begun")


def what_is_no_page(stranger: Client) -> None:
    """Static files, and what goes wrong."""
    visit("static", Client(), "get", staticfiles_storage.url("web/site.css"))
    visit("absent static", Client(), "get", "/static/absent.css")
    visit("absent", Client(), "get", "/er-is-niets/")
    visit("without the last slash", Client(), "get", "/hulp")
    visit("another host", Client(), "get", "/", HTTP_HOST="evil.example.org")
    visit("no token", Client(enforce_csrf_checks=True), "post", "/taal/", {"taal": "en"})
    visit("language", Client(), "post", "/taal/", {"taal": "en"})
    with patch("lerarenregister.web.site.views.render", begins_a_session):
        visit("a session begins", Client(), "get", "/hulp/")
    with patch("lerarenregister.web.site.views.render", side_effect=RuntimeError("broken by the test")):
        visit("our error", Client(), "get", "/hulp/")
        visit("our error as stranger", stranger, "get", "/hulp/")


def main() -> None:
    """Walk."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    setup_test_environment()
    real = signing_in.signed_in

    def noted(*given: Any) -> Any:
        response = real(*given)
        cookies = {name: morsel.OutputString() for name, morsel in response.cookies.items()}
        VISITS.append({"what": "sign-in", "status": 302, "headers": {}, "cookies": cookies})
        return response

    with vaults.in_process():
        with patch.object(signing_in, "signed_in", noted):
            world = cast.world()
        world.ids["number"] = cast.BOARD
        if cast.WITH_PORTFOLIO:
            visit("a copy is opened", Client(), "post", "/gedeeld/openen/", {"code": world.ids["secret"]})
        what_is_no_page(world.browsers["stranger"].client)
        pages_of_everybody(world)
    json.dump(VISITS, sys.stdout)


if __name__ == "__main__":
    with vaults.in_process():
        main()
