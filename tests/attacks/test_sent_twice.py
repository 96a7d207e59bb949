"""Every act at every address sent twice, one after the other and at the same moment: it is done once."""

import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve

from lerarenregister.audit.models import AuditEvent
from lerarenregister.kernel import clock
from lerarenregister.sendings.models import Sending
from lerarenregister.web.once import AGAIN, FIELD, KEYED, new_key, said_of
from tests.attacks import cast
from tests.attacks.cast import WITH_PORTFOLIO, World, ticket_in
from tests.attacks.routes import addresses, data_of, path_of
from tests.attacks.table import TABLE
from tests.register import cast as register

SIGNED_OUT_BY_IT = {"accounts:sign-out", "accounts:end-session", "accounts:end-all-sessions", "person:close"}
NOTED_AGAIN = {"accounts:staff", "person:access", "portfolio:open-received", "shared:open"}
"""What is shown in the answer alone comes again: an invitation with a code that works, in place of the first one, and
the copy of all that is held of her. The log says so each time. A copy that is opened twice was opened twice."""
PASSED = {"accounts:begin", "portfolio:bring-in", "register:upload", "shared:write"}
PASSED |= {f"portfolio:passkey-{each}" for each in ("enrol", "ask-enrol", "remove", "sign-in")}
"""They have tests of their own: the first sends away to a provider, two take a file (`test_taking.py`,
`tests/register/test_sent_again.py`), one needs an open copy (`tests/web/shared/test_reading.py`), those of passkeys
take what a device signs (`tests/web/portfolio/test_passkeys.py`)."""
EVENTS = {
    "accounts:end-role": "accounts.RoleEnded",
    "accounts:invitation": "accounts.InvitationRedeemed",
    "accounts:mandates": "accounts.MandateGiven",
    "accounts:withdraw-invitation": "accounts.InvitationWithdrawn",
    "person:answer-objection": "person.ObjectionAnswered",
    "person:messages": "person.ContactChanged",
    "person:object": "person.ObjectionMade",
    "person:verify-contact": "person.ContactChanged",
    "person:objection": "register.DeliveryObjected",
    "person:take-back": "person.ObjectionTakenBack",
    "person:withdraw-objection": "register.ObjectionWithdrawn",
    "register:activate": "register.CodeRedeemed",
    "register:calendar": "register.BoardStated",
    "register:answer": "register.CaseMoved",
    "register:ask": "register.CaseOpened",
    "register:ask_name": "register.CaseOpened",
    "register:case": "register.CaseMoved",
    "register:death": "register.CaseOpened",
    "register:desk_agree": "register.CaseMoved",
    "register:desk_propose": "register.CaseMoved",
    "register:desk_send_back": "register.CaseMoved",
    "register:transfers": "register.TransferProposed",
    "register:take_back": "register.CaseMoved",
    "register:confirm": "register.AppointmentConfirmed",
    "register:decide_review": "register.ReviewDecided",
    "register:deliver": "register.DeliveryBegun",
    "register:dispute": "register.AppointmentDisputed",
    "register:leave": "register.RegistrationLeft",
    "register:letters": "register.LettersPrinted",
    "register:mend": "register.LineMended",
    "register:person": "register.DeliveryReceived",
    "register:undo_merge": "register.CaseOpened",
}
"""The acts that are done by the key, and the event of which there may be one."""


def acts(world: World) -> dict[str, tuple[str, dict[str, Any]]]:
    """Of every address that takes a post: who may act there, and what makes it an act that succeeds."""
    code = register.code_for("p3", at=clock.now())
    manager = world.browsers["manager"].client
    page = manager.post(
        path_of("bestuur/<str:number>/medewerkers/", world.ids), {"known_as": "Bo", "role": "board-staff"}
    )
    invitation = page.content.decode().partition("<code>")[2].partition("</code>")[0]
    filled = {
        "accounts:invitation": {"code": invitation},
        "register:activate": {"code": code},
        "register:activate_with_code": {"code": code},
        "register:letters": {"opnieuw": "ja"},
        "register:mend": {"r3-gezien": "0"} | {f"r3-{name}": cell for name, cell in register.LINE.items()},
        "register:transfers": {
            "doe": "voorstellen",
            "van": register.BOARD,
            "naar": register.OTHER_BOARD,
            "op": str(clock.dutch_date(clock.now())),
        },
        "accounts:mandates": {"kantoor": "K0001", "mag": "read", "tot": str(clock.dutch_date(clock.now()))},
        "register:person": register.LINE | {"locatie": "01AB00", "formulier": str(uuid4()), "vak": "zang"},
        "portfolio:delete": {"versie": "2"},
        "portfolio:restore-version": {"versie": "2"},
    }
    if WITH_PORTFOLIO:
        from vault.recovery import new_code

        filled |= {key: {"code": new_code()} for key in ("portfolio:recover", "portfolio:unlink")}
        ticket = ticket_in(world.browsers["teacher"].client.get("/").content.decode())
        filled |= {"portfolio:save": {**ticket, "tekst": "Nieuw"}, "portfolio:draft": {**ticket, "tekst": "Half"}}
        filled |= {"portfolio:queued": queued(world), "portfolio:release": released(world)}
        filled |= {"portfolio:template": {**ticket, "tekst": "Nieuw", "sjabloon": "les"}}
    found = {}
    for name, row in TABLE.items():
        if row.post == "no":
            continue
        who = "colleague" if name.startswith("register:activate") else next(iter(row.who), "teacher")
        found[name] = ("teacher" if "teacher" in row.who and who != "colleague" else who, filled.get(name, {}))
    return found


def queued(world: World) -> dict[str, str]:
    """A text that a device of hers kept while there was no connection."""
    door = world.browsers["teacher"].client.get(path_of(addresses()["portfolio:queued"], world.ids)).json()
    ids = {name: str(uuid4()) for name in ("formulier", "naast")}
    return {**ids, "apparaat": door["tag"], "tekst": "Zonder verbinding", "datum": f"{clock.dutch_date(clock.now())}"}


def released(world: World) -> dict[str, str]:
    """What the profession may know, as her page shows it."""
    page = world.browsers["teacher"].client.get(path_of(addresses()["portfolio:release"], world.ids)).content.decode()
    return {"doel": "ontwikkeling", "doe": "geven", "gezien": page.partition('name="gezien" value="')[2][:64]}


def bare(location: str) -> str:
    """Where it leads, without the mark that it was done already."""
    return location.replace(f"?{AGAIN}", "").replace(f"&{AGAIN}", "")


@pytest.mark.django_db
def test_every_address_that_takes_a_post_says_what_a_second_one_does(world: World) -> None:
    said = {name: said_of(resolve(path_of(pattern, world.ids)).func) for name, pattern in addresses().items()}
    assert {name for name, how in said.items() if how} == {name for name, row in TABLE.items() if row.post != "no"}
    keyed = {name for name, how in said.items() if how.startswith(KEYED)}
    assert keyed - SIGNED_OUT_BY_IT - {"register:activate_with_code"} == set(EVENTS)


@pytest.mark.django_db
def test_each_act_sent_twice_is_done_once_and_comes_to_the_same(world: World) -> None:
    wrong = []
    for name, (who, filled) in acts(world).items():
        if name in PASSED:
            continue
        browser, path = world.browsers[who], path_of(addresses()[name], world.ids)
        cookies = browser.client.cookies.copy()
        with transaction.atomic():
            key, answers, stored = new_key(), [], [cast.everything_stored()]
            for _ in range(2):
                answers.append(browser.client.post(path, {FIELD: key, **data_of(name, world.ids), **filled}))
                if answers[-1].streaming:
                    list(answers[-1].streaming_content)  # a file that waits holds its place among the heavy requests
                stored.append(cast.everything_stored())
            transaction.set_rollback(True)
        browser.client.cookies = cookies
        first, again = answers
        if first.status_code >= 400:
            wrong.append((name, "it was no act", first.status_code))
        if name not in NOTED_AGAIN and stored[1] != stored[2]:
            wrong.append((name, "the second one wrote something", again.status_code))
        if name in EVENTS and (stored[0] == stored[1] or AGAIN not in again["Location"]):
            wrong.append((name, "nothing was done, or it does not say that it was done already", 0))
        if name not in SIGNED_OUT_BY_IT and bare(again.get("Location", "")) != bare(first.get("Location", "")):
            wrong += [(name, again["Location"], first.status_code)] if first.status_code != 200 else []
    assert wrong == [], "\n".join(map(str, wrong))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", EVENTS)
def test_each_act_sent_twice_at_the_same_moment_is_done_once(world: World, name: str) -> None:
    who, filled = acts(world)[name]
    path, key = path_of(addresses()[name], world.ids), new_key()
    before = Counter(AuditEvent.objects.values_list("name", flat=True))
    gate, answers = threading.Barrier(2), []

    def send() -> None:
        client = Client()
        client.cookies = world.browsers[who].client.cookies.copy()
        data = {FIELD: key, **data_of(name, world.ids), **filled}
        try:
            gate.wait()
            answers.append(client.post(path, data))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = Counter(AuditEvent.objects.values_list("name", flat=True))
    assert (after - before)[EVENTS[name]] == 1, after - before
    assert Sending.objects.filter(
        leads_to=bare(next(each["Location"] for each in answers if each.get("Location")))
    ).exists()
    first = [each for each in answers if AGAIN not in each.get("Location", "")]
    assert [each.status_code < 400 for each in answers] == [True] * 2, answers
    assert len(first) == 1, answers


@pytest.mark.django_db
def test_every_form_on_every_page_has_a_key_that_no_other_form_has(world: World) -> None:
    keys: list[str] = []
    for name, browser, page in pages(world):
        for each_form in page.split('<form method="post"')[1:]:
            form = each_form.partition("</form>")[0]
            address = form.partition('action="')[2].partition('"')[0]
            own = ('name="versie"', 'name="concept"', 'name="zip"', 'name="bestanden"')
            if address.startswith("/portfolio/") and any(each in form for each in own):
                continue
            found = form.partition(f'name="{FIELD}" value="')[2].partition('"')[0]
            assert len(found) == 22, (name, browser, address)
            keys.append(found)
    assert len(keys) > 200
    assert len(set(keys)) == len(keys)


def pages(world: World) -> Iterator[tuple[str, str, str]]:
    """Every page that anybody can look at: its address, who looks, its text."""
    for name, pattern in addresses().items():
        for role, browser in world.browsers.items():
            with transaction.atomic():
                answer = browser.client.get(path_of(pattern, world.ids))
                transaction.set_rollback(True)
            if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
                yield name, role, answer.content.decode()
