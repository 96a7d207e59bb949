"""Plants words that are nowhere else, walks through all pages, commands and failures, and lets everything be written
as in production: to standard output and standard error of a process of its own.

Writes what it planted, as JSON, to the file that its argument names.
"""

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any
from unittest.mock import patch

import django

from lerarenregister.kernel import loglines

loglines.take_over()
django.setup()

from django.conf import settings  # noqa: E402
from django.core.exceptions import SuspiciousOperation  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.mail import EmailMessage  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.db import DatabaseError, IntegrityError  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django_tasks import task  # noqa: E402

from lerarenregister.audit import actions as audit  # noqa: E402
from lerarenregister.jobs.parts import PARTS, DuePart  # noqa: E402
from lerarenregister.kernel import clock  # noqa: E402
from lerarenregister.kernel.identifiers import ActivationCode  # noqa: E402
from lerarenregister.register.rules.identity import ClaimedIdentity  # noqa: E402
from tests import vaults  # noqa: E402
from tests.attacks import cast  # noqa: E402
from tests.attacks.routes import addresses, data_of, path_of  # noqa: E402
from tests.forms import fill_in_keys  # noqa: E402
from tests.register import cast as register  # noqa: E402
from tests.register.cast import BOARD, csv_of  # noqa: E402
from tests.samples import bomb, jpeg  # noqa: E402

HER = ClaimedIdentity("Kanariewitz", "Quirina", date(1971, 11, 23))
PLANTED = {
    "Kanariewitz",
    "Quirina",
    "1971-11-23",
    "23-11-1971",
    "kanarienummer",
    "kanarievak",
    "kanarie@canary.example",
    "kanarie-subject",
    "kanariewoorden",
    "kanarieportfolio",
    "kanariebekend",
    "KanarieBrowser",
    "kanarie-in-het-adres",
    cast.COLLEAGUE.family_name,
    str(cast.COLLEAGUE.birth_date),
    cast.NOBODY_KNOWN.family_name,
    str(cast.NOBODY_KNOWN.birth_date),
}
ALL = " ".join(sorted(PLANTED))
LINE = {
    "personeelsnummer": "kanarienummer",
    "achternaam": HER.family_name,
    "voorvoegsel": "",
    "geboortedatum": str(HER.birth_date),
    "vak": "kanarievak",
    "werkmail": "kanarie@canary.example",
}


@task()
def fails(words: str) -> None:
    """A background task that fails with words in its arguments and in its error."""
    raise ValueError(f"can not do {words}")


def her_acts() -> Client:
    """A teacher does everything she can, with a code that came in a mailed link."""
    register.deliver(csv_of(LINE, {"personeelsnummer": "kanarienummer-2"}), at=clock.now())
    code = register.code_for("kanarienummer", at=clock.now())
    PLANTED.update({code, code.replace("-", ""), code.lower()})
    browser = cast.sign_in("kanarie-subject", who=HER)
    assert browser.account is not None
    PLANTED.update({str(browser.account), browser.account.hex})
    client = browser.client
    client.defaults["HTTP_USER_AGENT"] = "KanarieBrowser/1.0"
    wrong = str(ActivationCode.random())
    PLANTED.add(wrong)
    for each in (wrong, code):
        Client().get(f"/activeren/{each}/")
        client.get(f"/activeren/{each}/")
        client.get(f"/activeren/{each}/er-is-niets")
        client.get(f"/inloggen/?verder=/activeren/{each}/")
        client.post("/activeren/", {"code": each})
    page = client.get("/mijn-registratie/").content.decode()
    version = page.split("/klopt-niet/")[1][:36]
    PLANTED.add(version)
    client.post(f"/mijn-registratie/klopt-niet/{version}/", {"words": "kanariewoorden"})
    if cast.WITH_PORTFOLIO:
        ticket = cast.ticket_in(client.get("/").content.decode())
        saved = client.post("/portfolio/bewaren/", ticket | {"tekst": "kanarieportfolio"})
        assert saved.status_code == 303
        entry = saved["Location"].partition("bewaard=")[2]
        PLANTED.add(entry)
        client.post("/portfolio/concept/", ticket | {"tekst": "kanarieportfolio"})
        for where in ("", "bewerken/", "versies/"):
            client.get(f"/portfolio/{entry}/{where}")
        order(client, entry)
        files(client, entry)
    return client


def files(client: Client, entry: str) -> None:
    """Files with a word of hers as their name and in them: kept, fetched, refused, and an error of ours among them."""
    pdf = b"%PDF-1.7 kanarieportfolio"
    made = {"a.pdf": pdf, "b.jpg": jpeg()[:60], "c.png": bomb(), "d.txt": b""}
    for name, content in made.items():
        for path in (f"/portfolio/{entry}/bestanden/", "/portfolio/bewaren/"):
            ticket = cast.ticket_in(client.get("/").content.decode())
            file = SimpleUploadedFile(f"kanarieportfolio {name}", content)
            client.post(path, ticket | {"tekst": "x", "bestanden": file, "einde": "1"})
    page = client.get(f"/portfolio/{entry}/").content.decode()
    key = page.split(f"/portfolio/{entry}/bestanden/")[1][:36]
    PLANTED.add(key)
    for where in ("", "klein/", "?bewaar=1"):
        b"".join(client.get(f"/portfolio/{entry}/bestanden/{key}/{where}"))
    with patch("lerarenregister.portfolio.actions.files.insert_rows", side_effect=DatabaseError(ALL)):
        sent = {"bestanden": SimpleUploadedFile("kanarieportfolio.pdf", pdf), "einde": "1"}
        client.post(f"/portfolio/{entry}/bestanden/", sent)


def order(client: Client, entry: str) -> None:
    """Goals, tags, a choice, a collection and headings, all of them with a word of hers."""
    for form in ("goal", "theme", "collection", "repeat"):
        ticket = cast.ticket_in(client.get("/").content.decode())
        thing = {"vorm": form, "titel": f"kanarieportfolio {form}", "tekst": "kanarieportfolio", "elke": "week"}
        made = client.post("/portfolio/bewaren/", ticket | thing)["Location"].partition("?")[0]
        PLANTED.add(made.split("/")[2])
        for where in ("", "bewerken/", "eerder/", "kiezen/", "volgorde/"):
            client.get(made + where)
        client.post(made + "volgorde/", {"versie": "1", "doe": "ervoor", "plaats": "0", "ervoor": "kanarieportfolio"})
    ticket = cast.ticket_in(client.get(f"/portfolio/{entry}/bewerken/").content.decode())
    client.post("/portfolio/bewaren/", ticket | {"tekst": "x", "meer": "1", "trefwoorden": "kanarieportfolio"})
    chosen = client.post("/portfolio/kiezen/", {"trefwoord": "kanarieportfolio"})
    assert client.get(chosen["Location"]).status_code == 200
    client.post("/portfolio/kopjes/", ticket | {"tekst": "kanarieportfolio", "sjabloon": "les"})
    client.get(f"/portfolio/nieuw/?van={entry}")


def everybody(world: cast.World) -> None:
    """Every address as every role."""
    for browser in world.browsers.values():
        browser.client.raise_request_exception = False
        for name, pattern in addresses().items():
            if name.startswith("accounts:") and "end" in name:
                continue
            for method in ("get", "post"):
                path = path_of(pattern, world.ids)
                response = getattr(browser.client, method)(path, data_of(name, world.ids) if method == "post" else {})
                response.close()


def hostile(client: Client) -> None:
    """What strangers put into requests."""
    client.raise_request_exception = False
    client.get("/kanarie-in-het-adres/?q=kanariewoorden")
    client.get("/", headers={"host": "kanarie-in-het-adres.example"})
    client.get("/", headers={"x-request-id": "kanariewoorden", "x-forwarded-for": "kanariewoorden"})
    client.get("/inloggen/eid/terug/?state=kanariewoorden&code=kanariewoorden&error=kanariewoorden")
    client.generic("KANARIEWOORDEN", "/")
    client.post("/taal/", b"x", content_type="multipart/form-data; boundary=")
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.post("/activeren/", {"code": "kanariewoorden"}, headers={"referer": "https://kanarie-in-het-adres/"})
    for data in (b"kanarienummer;\xff\x00", csv_of(LINE | {"brin": "99ZZ"}), csv_of(LINE)[:-40]):
        file = SimpleUploadedFile("kanariewoorden.csv", data, "text/csv")
        client.post(f"/bestuur/{BOARD}/aanleveren/", {"bestand": file})


def failures(client: Client) -> None:
    """Errors of ours whose messages quote what they should not."""
    client.raise_request_exception = False
    for error in (ValueError, RuntimeError, IntegrityError, DatabaseError, SuspiciousOperation, OSError, Warning):
        with patch("lerarenregister.web.site.views.render", side_effect=error(ALL)):
            client.get("/hulp/")
        with patch("lerarenregister.register.queries.own_registration", side_effect=error(ALL)):
            client.get("/mijn-registratie/")
        with patch("lerarenregister.web.accounts.session.queries.viewer_of", side_effect=error(ALL)):
            client.get("/")
        if cast.WITH_PORTFOLIO:
            ticket = cast.ticket_in(client.get("/").content.decode())
            with patch("lerarenregister.web.portfolio.writing.actions.save_entry", side_effect=error(ALL)):
                client.post("/portfolio/bewaren/", ticket | {"tekst": "kanarieportfolio"})


def commands(folder: Path) -> None:
    """The jobs, when they go well and when they do not."""
    good, bad = folder / "good.csv", folder / "bad.csv"
    good.write_bytes(csv_of(LINE | {"vak": "kanarievak twee"}))
    bad.write_bytes(csv_of(LINE | {"bestuursnummer": "kanariewoorden"})[:-9] + b"\xff\xfe\x00")
    for arguments in ((str(good), "--report", str(folder / "report.csv")), (str(good), "--dry-run"), (str(bad),)):
        tried(lambda given=arguments: call_command("deliver", *given, "--board", BOARD))  # type: ignore[misc]
    tried(lambda: call_command("print_letters", "--board", BOARD, "--out", str(folder), "--again"))
    for error in (SMTPRecipientsRefused({"kanarie@canary.example": (550, b"no")}), SMTPException(ALL), ValueError(ALL)):
        with patch.object(EmailMessage, "send", side_effect=error):
            tried(lambda: call_command("run_due"))
    tried(lambda: call_command("run_due"))
    PARTS.append(DuePart("broken", lambda at: 1 / 0 if at is None else fails_with(ALL)))
    tried(lambda: call_command("run_due"))
    PARTS.pop()
    with patch.object(audit, "seal", side_effect=DatabaseError(ALL)):
        tried(lambda: call_command("seal"))
    tried(lambda: call_command("seal"))
    tried(lambda: call_command("verify_audit"))
    tried(lambda: fails.enqueue(ALL))


def fails_with(words: str) -> str:
    raise ValueError(words)


def tried(act: Callable[[], object]) -> None:
    """Do it; what it refuses is said as the command line says it, and what it does not catch as Python would."""
    try:
        act()
    except CommandError as error:
        sys.stderr.write(json.dumps({"refused": str(error)}) + "\n")
    except SystemExit:
        pass
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)


def main() -> None:
    """Walk."""
    out = Path(sys.argv[1])
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    setup_test_environment()
    fill_in_keys()
    given = {"name": "eID", "issuer": "https://127.0.0.1:9", "client_id": "x", "client_secret": "x"}
    settings.OIDC_PROVIDERS = [{"slug": "eid", **given, "person_bound": True}]
    with vaults.in_process():
        walk(out)


def walk(out: Path) -> None:
    """As everybody, with words planted everywhere."""
    world = cast.world()
    world.ids["number"] = BOARD
    PLANTED.update(world.ids[name] for name in world.ids if name != "number")
    PLANTED.update(str(each.account) for each in world.browsers.values() if each.account)
    manager: Any = world.browsers["manager"].client
    manager.post(f"/bestuur/{BOARD}/medewerkers/", {"known_as": "kanariebekend", "role": "board-staff"})
    client = her_acts()
    everybody(world)
    hostile(client)
    hostile(manager)
    failures(client)
    commands(out.parent)
    out.write_text(json.dumps(sorted(PLANTED)))


if __name__ == "__main__":
    with vaults.in_process():
        main()
