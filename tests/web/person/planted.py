"""Two people who did everything that can be done, each with words that are nowhere else."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from unittest.mock import patch
from uuid import UUID

from lerarenregister.accounts.permissions import Role
from lerarenregister.kernel import clock
from lerarenregister.kernel.identifiers import ActivationCode
from lerarenregister.person.actions import contact
from lerarenregister.person.models import Contact
from lerarenregister.person.rules import Rhythm
from lerarenregister.register import actions
from lerarenregister.register.actions import ending
from lerarenregister.register.models import Case
from lerarenregister.register.rulebook import terms_at
from lerarenregister.register.rules.cases import CaseKind, Outcome
from lerarenregister.register.rules.identity import ClaimedIdentity
from tests.attacks import cast
from tests.register import cast as register
from tests.register.case_cast import PROOF, decide
from tests.register.cast import BOARD, csv_of


@dataclass
class Planted:
    """Somebody, her browser, and the words that are hers alone."""

    browser: cast.Browser
    words: list[str]
    name: str

    @property
    def account(self) -> UUID:
        assert self.browser.account is not None
        return self.browser.account

    @property
    def client(self) -> Any:
        return self.browser.client


def plant(name: str, *, born: date = date(1971, 11, 23)) -> Planted:
    """She is delivered, activates with a mistake, confirms, disputes, gets a role, has a review, writes."""
    who = ClaimedIdentity(f"{name}achternaam", f"{name}voornaam", born)
    at = clock.now()
    base = {
        "personeelsnummer": f"{name}-nummer",
        "achternaam": who.family_name,
        "voorvoegsel": "",
        "voorletters": f"{name[:1].upper()}.",
        "geboortedatum": str(born),
    }
    unqualified = {"benoemingsgrondslag": "O03", "onderwijsterrein": f"{name}terrein"}
    mail = {"werkmail": f"{name}@canary.example"}
    register.deliver(
        csv_of(base | {"vak": f"{name}vak"} | mail, base | unqualified, base | {"vak": f"{name}ander"}), at=at
    )
    browser = cast.sign_in(f"{name}-subject", who=who)
    client = browser.client
    client.post("/activeren/", {"code": str(ActivationCode.random())})
    code = register.code_for(f"{name}-nummer", at=at)
    assert client.post("/activeren/", {"code": code})["Location"].endswith("gekoppeld")
    answer(client, f"{name}woorden")
    register.deliver(csv_of(base | {"vak": f"{name}vak", "einde": "2030-07-31"} | mail), at=clock.now())
    objection(client, base | {"personeelsnummer": f"{name}-weg"})
    objects(client, name)
    role(client, name)
    review(client, name)
    asks(browser, who, name)
    contact_of(browser, name)
    if cast.WITH_PORTFOLIO:
        write(client, name)
    subject = f"{name}-subject"
    words = [who.family_name, who.given_name, f"{name}-nummer", f"{name}vak", f"{name}terrein", f"{name}woorden"]
    words += [f"{name}vraag", f"{name}hogeschool"]
    return Planted(
        browser, [*words, f"{name}bekend", f"{name}besluit", f"{name}bezwaar", f"{name}motief", subject], name
    )


def went_along(born: dict[str, date], planted: Iterable[Planted]) -> None:
    """A file of each of them at a school that went to another board."""
    at = clock.now()
    vo = {"brin": "02CD", "benoemingsgrondslag": "B02", "voorvoegsel": ""}
    lines = [
        vo | {"personeelsnummer": f"{name}-mee", "achternaam": f"{name}achternaam", "geboortedatum": str(day)}
        for name, day in born.items()
    ]
    register.deliver(csv_of(*lines), at=at)
    for each in planted:
        answered = each.client.post("/activeren/", {"code": register.code_for(f"{each.name}-mee", at=at)})
        assert answered["Location"].endswith("gekoppeld")
    first, second = ClaimedIdentity("Een", "A", date(1960, 1, 1)), ClaimedIdentity("Twee", "B", date(1961, 1, 1))
    transfer = actions.propose_transfer(
        giving=register.BOARD,
        taking=register.OTHER_BOARD,
        brins=["02CD"],
        on=clock.dutch_date(at),
        claims=first,
        viewer=register.support(),
        at=at,
    )
    actions.agree_to_transfer(transfer=transfer, claims=second, viewer=register.support(), at=at)


def answer(client: Any, words: str) -> None:
    """Confirm all but the last; that one she disputes."""
    page = client.get("/mijn-registratie/").content.decode()
    forms = page.split('action="/mijn-registratie/bevestigen/"')[1:]
    for form in forms[:-1]:
        fields = {key: form.split(f'name="{key}" value="')[1][:36] for key in ("versie", "persoon")}
        assert client.post("/mijn-registratie/bevestigen/", fields)["Location"].endswith("klopt")
    version = forms[-1].split('name="versie" value="')[1][:36]
    client.post(f"/mijn-registratie/klopt-niet/{version}/", {"words": words})


def objection(client: Any, line: dict[str, str]) -> None:
    """Another file of hers at the board, against which she objects."""
    register.deliver(csv_of(line), at=clock.now())
    code = register.code_for(line["personeelsnummer"], at=clock.now())
    assert client.post("/activeren/", {"code": code})["Location"].endswith("gekoppeld")
    page = client.get("/mijn-gegevens/").content.decode()
    files = re.findall(r'/mijn-gegevens/bezwaar/([0-9a-f-]{36})/"', page)
    assert client.post(f"/mijn-gegevens/bezwaar/{files[-1]}/").status_code == 302


def objects(client: Any, name: str) -> None:
    """She objects to something else, and support answers."""
    made = client.post("/mijn-gegevens/bezwaren/nieuw/", {"activity": "rollen", "words": f"{name}bezwaar"})
    assert made.status_code == 302
    support = cast.with_role(f"answering {name[::-1]}", Role.SUPPORT).client
    page = support.get("/ondersteuning/bezwaren/").content.decode()
    found = cast._first(page, r"/ondersteuning/bezwaren/([0-9a-f-]{36})/")
    said = {f"{found.replace('-', '')}-decision": "refuse", f"{found.replace('-', '')}-motive": f"{name}motief"}
    assert support.post(f"/ondersteuning/bezwaren/{found}/", said).status_code == 302


def role(client: Any, name: str) -> None:
    """A manager invites her; she mistypes the code once."""
    manager = cast.with_role(f"manager {name[::-1]}", Role.BOARD_MANAGER, BOARD).client
    asked = {"known_as": f"{name}bekend", "role": Role.BOARD_STAFF.value}
    page = manager.post(f"/bestuur/{BOARD}/medewerkers/", asked).content.decode()
    code = cast._first(page, r"\b([0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}-[0-9A-Z]{5})\b")
    client.post("/uitnodiging/", {"code": str(ActivationCode.random())})
    assert client.post("/uitnodiging/", {"code": code}).status_code == 302
    assert manager.get(f"/bestuur/{BOARD}/medewerkers/").status_code == 200


def review(client: Any, name: str) -> None:
    """A file under another name: support looks and refuses, in words."""
    number = f"{name[::-1]}-elders"
    register.deliver(csv_of({"personeelsnummer": number, "achternaam": "Ongelijk"}), at=clock.now())
    asked = client.post("/activeren/", {"code": register.code_for(number, at=clock.now())})
    assert asked["Location"].endswith("beoordeling")
    support = cast.with_role(f"support {name[::-1]}", Role.SUPPORT).client
    page = support.get("/ondersteuning/beoordelingen/").content.decode()
    found = cast._first(page, r"/beoordelingen/([0-9a-f-]{36})/")
    decided = {f"{found.replace('-', '')}-decision": "refuse", f"{found.replace('-', '')}-words": f"{name}besluit"}
    assert support.post(f"/ondersteuning/beoordelingen/{found}/", decided).status_code == 302


def asks(browser: cast.Browser, who: ClaimedIdentity, name: str) -> None:
    """She asks for registration and for another name, two see her proof, and she confirms it; later she is told that it
    ends."""
    viewer, at = cast.viewer_in(browser), clock.now()
    asked = {"identity": who, "words": f"{name}vraag", "viewer": viewer, "at": at}
    case = actions.ask_registration(board="", **asked)  # type: ignore[arg-type]
    decide(case, Outcome.GRANTED, values=PROOF | {"issuer": f"{name}hogeschool"}, at=at)
    actions.reply(case=case, content=True, words="", viewer=viewer, at=at)
    wanted = {"given_name": f"{name}voornamen", "family_name": who.family_name, "birth_date": who.birth_date}
    case = actions.ask_name(wanted=wanted, **asked)  # type: ignore[arg-type]
    decide(case, Outcome.GRANTED, values=wanted | {"proof": "identity"}, at=at)
    actions.reply(case=case, content=True, words="", viewer=viewer, at=at)
    with patch.object(ending, "terms_at", lambda moment: replace(terms_at(moment), pension_age_years=40)):
        assert actions.end_due(at)


def contact_of(browser: cast.Browser, name: str) -> None:
    """She has an address of her own, and gave another that waits for its code."""
    viewer, at = cast.viewer_in(browser), clock.now()
    contact.give_contact(address=f"{name}@post.example.org", rhythm=Rhythm.DAILY, viewer=viewer, at=at)
    mailed = contact.contact_code(Contact.objects.get(account=viewer.person()).id)
    assert mailed is not None
    contact.issue_contact_code(mailed, at=at)
    contact.verify_contact(code=str(mailed.code), viewer=viewer, at=at)
    contact.give_contact(address=f"{name}@ander.example.org", rhythm=Rhythm.DAILY, viewer=viewer, at=at)


def twice(her: Planted, *, born: date = date(1971, 11, 23)) -> None:
    """She has a second account, and two people find that both are hers."""
    at, number, name = clock.now(), f"{her.name}-tweede", f"{her.name}achternaam"
    line = {"personeelsnummer": number, "achternaam": name, "voorvoegsel": "", "geboortedatum": str(born)}
    register.deliver(csv_of(line | {"voorletters": f"{her.name[:1].upper()}."}), at=at)
    who = ClaimedIdentity(name, f"{her.name}voornaam", born)
    client = cast.sign_in(f"{her.name}-second-subject", who=who).client
    assert client.post("/activeren/", {"code": register.code_for(number, at=at)})["Location"].endswith("gekoppeld")
    page = client.get("/mijn-registratie/").content.decode()
    assert "met een ander account" in page
    form = page.split('action="/mijn-registratie/bevestigen/"')[1]
    fields = {key: form.split(f'name="{key}" value="')[1][:36] for key in ("versie", "persoon")}
    assert client.post("/mijn-registratie/bevestigen/", fields)["Location"].endswith("klopt")
    for case in Case.objects.filter(kind=CaseKind.DUPLICATE, closed_at=None):
        decide(case.id, Outcome.GRANTED, at=clock.now())


def write(client: Any, name: str) -> None:
    """An entry with an earlier version, one in the bin, and a text that is not saved yet."""
    entry = ""
    for number in range(3):
        path = f"/portfolio/{entry}/bewerken/" if number == 1 else "/"
        ticket = cast.ticket_in(client.get(path).content.decode())
        saved = client.post("/portfolio/bewaren/", ticket | {"tekst": f"{name}portfolio {number}"})
        entry = entry if number == 1 else saved["Location"].partition("bewaard=")[2]
    client.post(f"/portfolio/{entry}/verwijderen/")
    ticket = cast.ticket_in(client.get("/").content.decode())
    client.post("/portfolio/concept/", ticket | {"tekst": f"{name}portfolio concept"})


def copy_of(client: Any) -> dict[str, bytes]:
    """All that is held of her, by the names of the files in the zip; those of a zip in it by both names."""
    response = client.post("/mijn-gegevens/inzage/")
    assert response.status_code == 200, response.status_code
    return unpacked(b"".join(response.streaming_content))


def unpacked(packed: bytes) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            files[name] = archive.read(name)
            if name.endswith(".zip"):
                files |= {f"{name}/{inner}": data for inner, data in unpacked(files[name]).items()}
    return files
