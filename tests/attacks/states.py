"""The states that a thing can be in, how each comes about, and what the addresses of the thing answer then to whoever
gets in there. Whoever does not is refused as ever, whatever the state.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.permissions import COMMAND, Role
from lerarenregister.kernel import clock
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import FileRefused
from tests.attacks import cast
from tests.attacks.cast import WITH_PORTFOLIO, World
from tests.register import cast as register
from tests.register.cast import BOARD, csv_of
from tests.rulebook import TERMS


@dataclass(frozen=True)
class State:
    """A state of a thing: `answers` are, by address, a look and an act as in the table ("page / no"). `make` brings it
    about and returns the ids, and the code, that take the place of those of the world."""

    thing: str
    name: str
    answers: Mapping[str, str]
    make: Callable[[World], dict[str, str]]


def _as_it_is(world: World) -> dict[str, str]:
    return {}


# --- an appointment, by the version that she saw -----------------------------------------------------------------


def _seen(world: World) -> dict[str, str]:
    return {"versie": world.ids["version"], "persoon": world.ids["person"]}


def _confirmed(world: World) -> dict[str, str]:
    assert world.browsers["teacher"].client.post("/mijn-registratie/bevestigen/", _seen(world)).status_code == 302
    return {}


def _disputed(world: World) -> dict[str, str]:
    path = f"/mijn-registratie/klopt-niet/{world.ids['version']}/"
    assert world.browsers["teacher"].client.post(path, {"words": "Dit klopte niet"}).status_code == 302
    return {}


def _delivered_again(**line: str) -> Callable[[World], dict[str, str]]:
    def make(world: World) -> dict[str, str]:
        _confirmed(world)
        assert register.deliver(csv_of(line), at=clock.now()).state == "delivered"
        return {}

    return make


def _latest(make: Callable[[World], dict[str, str]]) -> Callable[[World], dict[str, str]]:
    """The same, looked at by its newest version."""

    def made(world: World) -> dict[str, str]:
        make(world)
        page = world.browsers["teacher"].client.get("/mijn-registratie/").content.decode()
        version = page.split("/klopt-niet/")[1][:36]
        assert version != world.ids["version"]
        return {"version": version}

    return made


_OPEN = {"register:dispute": "page / done", "register:confirm": "no / done"}
APPOINTMENT = [
    State("appointment", "delivered", _OPEN, _as_it_is),
    State("appointment", "confirmed", _OPEN, _confirmed),
    State("appointment", "disputed", _OPEN, _disputed),
    State("appointment", "ended after she confirmed", _OPEN, _latest(_delivered_again(einde="2019-07-31"))),
    State("appointment", "withdrawn by the board", _OPEN, _latest(_delivered_again(vervallen="ja"))),
    State(
        "appointment",
        "delivered anew, by the older version",
        {"register:dispute": "none / none", "register:confirm": "no / done"},
        _delivered_again(einde="2019-07-31"),
    ),
]

# --- a delivery ----------------------------------------------------------------------------------------------------


def _received(world: World, data: bytes, *ask: Callable[..., None]) -> dict[str, str]:
    at = clock.now()
    received = actions.receive(board=BOARD, chunks=[data], viewer=register.staff(), at=at)
    for each in ask:
        each(delivery=received.delivery, viewer=register.staff(), at=at)
    return {"delivery": str(received.delivery)}


def _delivery_receiving(world: World) -> dict[str, str]:
    return {"delivery": str(actions.begin_reception(board=BOARD, viewer=register.staff(), at=clock.now()).delivery_id)}


def _delivery_staged(world: World) -> dict[str, str]:
    return _received(world, csv_of({"vak": "tekenen"}))


def _delivery_delivering(world: World) -> dict[str, str]:
    return _received(world, csv_of({"vak": "tekenen"}), actions.deliver)


def _delivery_delivered(world: World) -> dict[str, str]:
    return {"delivery": str(register.deliver(csv_of({"vak": "tekenen"}), at=clock.now()).id)}


def _delivery_refused(world: World) -> dict[str, str]:
    file = csv_of({"vak": "x"}, columns=("bsn", "vak"))
    before = {each.id for each in queries.deliveries_of(BOARD, viewer=register.staff())}
    with suppress(FileRefused):
        actions.receive(board=BOARD, chunks=[file], viewer=register.staff(), at=clock.now())
    (refused,) = [each for each in queries.deliveries_of(BOARD, viewer=register.staff()) if each.id not in before]
    assert refused.state == "refused"
    return {"delivery": str(refused.id)}


def _delivery_expired(world: World) -> dict[str, str]:
    actions.destroy_due(clock.now() + timedelta(days=400))
    shown = queries.delivery_shown(UUID(world.ids["delivery"]), viewer=register.staff())
    assert shown.state == "expired"
    return {}


_DELIVERY = {
    "register:delivery": "page / no",
    "register:deliver": "no / done",
    "register:mend": "page / wrong",
    "register:report": "page / no",
}
DELIVERY = [
    State("delivery", "being received", _DELIVERY, _delivery_receiving),
    State("delivery", "staged", _DELIVERY, _delivery_staged),
    State("delivery", "checked", _DELIVERY, _as_it_is),
    State("delivery", "being delivered", _DELIVERY, _delivery_delivering),
    State("delivery", "delivered", _DELIVERY, _delivery_delivered),
    State("delivery", "refused", _DELIVERY, _delivery_refused),
    State("delivery", "expired", _DELIVERY, _delivery_expired),
]

# --- a review, an invitation, a role, a session, a code ---------------------------------------------------------------


def _decided(decision: str) -> Callable[[World], dict[str, str]]:
    def make(world: World) -> dict[str, str]:
        review = world.ids["review"]
        fields = {
            f"{review.replace('-', '')}-decision": decision,
            f"{review.replace('-', '')}-words": "Paspoort gezien",
        }
        client = world.browsers["support"].client
        assert client.post(f"/ondersteuning/beoordelingen/{review}/", fields).status_code == 302
        return {}

    return make


def invited(**given: Any) -> tuple[str, str]:
    """A new invitation for this board: its id and its code."""
    at = clock.now() - given.pop("ago", timedelta())
    made = accounts.create_invitation(
        viewer=COMMAND,
        role=Role.BOARD_STAFF,
        scope=BOARD,
        known_as="Iris",
        valid=TERMS.invitation,
        role_ends_at=at + timedelta(days=365),
        at=at,
    )
    return str(made.id), str(made.code)


def _invitation(*, ago: timedelta = timedelta(), redeemed: bool = False, withdrawn: bool = False) -> Any:
    def make(world: World) -> dict[str, str]:
        invitation, code = invited(ago=ago)
        if redeemed:
            visitor = cast.sign_in("visitor", person_bound=False)
            assert visitor.client.post("/uitnodiging/", {"code": code}).status_code == 302
        if withdrawn:
            path = f"/bestuur/{BOARD}/uitnodigingen/{invitation}/intrekken/"
            assert world.browsers["manager"].client.post(path).status_code == 302
        return {"invitation": invitation, "code": code}

    return make


def _answered(world: World) -> dict[str, str]:
    asked = world.ids["asked"]
    said = {f"{asked.replace('-', '')}-decision": "grant", f"{asked.replace('-', '')}-motive": "Dat stopt"}
    answer = world.browsers["support"].client.post(f"/ondersteuning/bezwaren/{asked}/", said)
    assert answer.status_code == 302
    return {}


def _taken_back(world: World) -> dict[str, str]:
    path = f"/mijn-gegevens/bezwaren/{world.ids['asked']}/intrekken/"
    assert world.browsers["teacher"].client.post(path).status_code == 302
    return {}


def _role_ended(world: World) -> dict[str, str]:
    account, at = world.browsers["employer"].account, clock.now()
    assert account is not None
    grant = accounts.give_role(
        viewer=COMMAND,
        account=account,
        role=Role.BOARD_STAFF,
        scope=BOARD,
        known_as="Iris",
        ends_at=at + timedelta(days=1),
        at=at,
    )
    path = f"/bestuur/{BOARD}/medewerkers/{grant}/beeindigen/"
    assert world.browsers["manager"].client.post(path).status_code == 302
    return {"grant": str(grant)}


def _session_ended(world: World) -> dict[str, str]:
    other = cast.sign_in("teacher", who=cast.TEACHER)
    ended = str(cast.viewer_in(other).session_id)
    assert other.client.post("/uitloggen/").status_code == 302
    return {"session": ended}


def _code(*, redeemed: bool = False, voided: bool = False, expired: bool = False) -> Any:
    def make(world: World) -> dict[str, str]:
        at = clock.now() - (timedelta(days=400) if expired else timedelta())
        code = register.code_for("p3", at=at)
        if redeemed:
            assert cast.sign_in("cor again", who=cast.COLLEAGUE).client.post("/activeren/", {"code": code})
        if voided:
            register.code_for("p3", at=clock.now())
        return {"code": code}

    return make


_DECIDE, _WITHDRAW, _END = "register:decide_review", "accounts:withdraw-invitation", "accounts:end-role"
_TAKE, _ENTER, _OUT = "accounts:invitation", "register:activate", "accounts:end-session"
_EXPIRED = timedelta(days=60)
_ASKED = {"person:take-back": "no / done", "person:answer-objection": "no / done"}
_ASKED_NOT = {"person:take-back": "no / done", "person:answer-objection": "no / none"}
OTHERS = [
    State("review", "open", {_DECIDE: "no / done"}, _as_it_is),
    State("review", "decided: the same person", {_DECIDE: "no / none"}, _decided("accept")),
    State("review", "decided: another person", {_DECIDE: "no / none"}, _decided("refuse")),
    State("objection to be answered", "open", _ASKED, _as_it_is),
    State("objection to be answered", "answered", _ASKED_NOT, _answered),
    State("objection to be answered", "taken back", _ASKED_NOT, _taken_back),
    State("invitation", "open", {_WITHDRAW: "no / done", _TAKE: "page / done"}, _invitation()),
    State("invitation", "redeemed", {_WITHDRAW: "no / done", _TAKE: "page / wrong"}, _invitation(redeemed=True)),
    State("invitation", "withdrawn", {_WITHDRAW: "no / done", _TAKE: "page / wrong"}, _invitation(withdrawn=True)),
    State("invitation", "expired", {_WITHDRAW: "no / done", _TAKE: "page / wrong"}, _invitation(ago=_EXPIRED)),
    State("role", "in force", {_END: "no / done"}, _as_it_is),
    State("role", "ended", {_END: "no / done"}, _role_ended),
    State("session", "open", {_OUT: "no / done"}, _as_it_is),
    State("session", "ended", {_OUT: "no / done"}, _session_ended),
    State("code of a letter", "open", {_ENTER: "page / done"}, _code()),
    State("code of a letter", "redeemed", {_ENTER: "page / wrong"}, _code(redeemed=True)),
    State("code of a letter", "replaced by a newer letter", {_ENTER: "page / wrong"}, _code(voided=True)),
    State("code of a letter", "expired", {_ENTER: "page / wrong"}, _code(expired=True)),
]

# --- an entry of a portfolio ----------------------------------------------------------------------------------------


def _in_the_bin(world: World) -> dict[str, str]:
    path = f"/portfolio/{world.ids['entry']}/verwijderen/"
    left = world.browsers["teacher"].client.post(path, {"versie": "2"})
    assert left["Location"].partition("?")[2] == f"verwijderd={world.ids['entry']}"
    return {}


def _purged(world: World) -> dict[str, str]:
    from lerarenregister.portfolio.actions import purge_due

    _in_the_bin(world)
    assert purge_due(at=clock.now() + timedelta(days=40)) == 1
    return {}


def _entry(reading: str, writing: str, acting: str) -> dict[str, str]:
    acts = ("portfolio:restore-version", "portfolio:delete", "portfolio:restore")
    looks = {"portfolio:entry": f"{reading} / no", "portfolio:history": f"{reading} / no"}
    picking = f"{writing} / {'done' if writing == 'page' else 'none'}"
    return (
        looks
        | {"portfolio:pick": picking}
        | {"portfolio:edit": f"{writing} / no"}
        | dict.fromkeys(acts, f"no / {acting}")
    )


ENTRY = [
    State("entry", "present", _entry("page", "page", "done"), _as_it_is),
    State("entry", "in the bin", _entry("page", "none", "done"), _in_the_bin),
    State("entry", "gone for good", _entry("none", "none", "none"), _purged),
]

STATES = [*APPOINTMENT, *DELIVERY, *OTHERS, *(ENTRY if WITH_PORTFOLIO else [])]


def in_state(state: State, name: str, method: str) -> str:
    """What the address answers to whoever gets in there."""
    return state.answers[name].split(" / ")[method == "POST"]
