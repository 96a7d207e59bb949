"""House runs: a teacher and her board at work by HTTP, a fault at a moment of its own, and a look when all is quiet."""

import queue
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django_tasks_db.models import DBTaskResult

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.permissions import Role
from lerarenregister.audit.queries import log_state
from lerarenregister.kernel import clock
from tests.faults import acts, points
from tests.faults.acts import Act
from tests.faults.browsers import TOKEN, Answer, Outside, Silent, token_in
from tests.faults.events import Events, different_events, events, since
from tests.faults.house import House, path_of
from tests.faults.people import somebody
from tests.faults.pointruns import NOTHING, SEALER_WAITS, findings
from tests.faults.world import use_vault
from tests.register import cast as lines
from tests.register.cast import BOARD, csv_of

T = TypeVar("T")
LOCATIONS = 4
EVENTS: Events = Counter(
    {
        "accounts.AccountOpened": 1,
        "register.AppointmentConfirmed": 2,
        "register.AppointmentDisputed": 1,
        "register.CaseOpened": 1,
        "register.CodeIssued": 1,
        "register.CodeRedeemed": 1,
        "register.DeliveryBegun": 1,
        "register.DeliveryFinished": 1,
        "register.DeliveryReceived": 1,
        "register.LettersPrinted": 1,
        "register.LineDelivered": LOCATIONS,
        "register.RegistrationExtended": 1,
        "register.RegistrationMade": 1,
    }
)
"""What all that is done in a run leaves in the common log. Nothing of what she does in her portfolio is in it."""
AGAIN = frozenset({"register.CodeIssued", "register.LettersPrinted", "register.ReceptionClosed"})
"""What may be there more often: letters that are asked for anew, a file that was cut off."""
PATIENCE = 60
"""Seconds in which everybody must be done, the repair included."""
Strike = Callable[[House, random.Random], Callable[[], None] | None]
"""Strikes; what it returns takes the fault away again."""


def _killed(role: str) -> Strike:
    return lambda house, _: house.kill(role)


def _at_point(role: str, *faults: str) -> Strike:
    def strike(house: House, chance: random.Random) -> Callable[[], None]:
        asked = f"{chance.choice(faults)} {chance.randrange(120)} {chance.randrange(50_000)}"
        (house.faults / role).write_text(asked)
        return lambda: (house.faults / role).unlink(missing_ok=True)

    return strike


def _wrong_clock(role: str) -> Strike:
    def strike(house: House, chance: random.Random) -> Callable[[], None]:
        file = (house.faults / role).with_suffix(".clock")
        file.write_text(str(chance.choice([-86_400, -7_200, -300, 300, 1_200, 7_200])))
        house.kill(role)

        def right_again() -> None:
            file.unlink()
            house.kill(role)

        return right_again

    return strike


def _full(house: House, chance: random.Random) -> Callable[[], None]:
    pids = house.full(chance.randrange(60_000))
    return lambda: house.room_again(pids)


def _cut(direction: str) -> Strike:
    def strike(house: House, chance: random.Random) -> None:
        house.wire.cut_after(direction, chance.randrange(30_000)) if direction else house.wire.cut()

    return strike


def _cut_database(house: House, chance: random.Random) -> None:
    wire = house.database_wire
    if wire is not None:
        wire.cut_after(chance.choice(["in", "out"]), chance.randrange(20_000)) if chance.random() < 0.5 else wire.cut()


def _database_killed(how: str) -> Strike:
    return lambda house, chance: house.kill_database(how, chance.randrange(100))


STRIKES: dict[str, Strike] = {
    "web killed at a point": _at_point("web", points.KILL),
    "disk full": _full,
    "worker killed at a point": _at_point("worker", points.KILL),
    "cut in an answer": _cut("out"),
    "web killed": _killed("web"),
    "worker killed": _killed("worker"),
    "sealer killed": _killed("sealer"),
    "daily work killed": _killed("due"),
    "sealer killed at a point": _at_point("sealer", points.KILL),
    "connection cut": _cut(""),
    "cut in a request": _cut("in"),
    "clock of the web": _wrong_clock("web"),
    "clock of the worker": _wrong_clock("worker"),
    "clock of the sealer": _wrong_clock("sealer"),
    "clock of the daily work": _wrong_clock("due"),
    "vault killed": _killed("vault"),
    "vault stopped": lambda house, _: house.stopped("vault"),
    "all twice": lambda *_: None,
}
OF_A_SERVER: dict[str, Strike] = {
    "database killed": _database_killed("postmaster"),
    "connection to the database cut": _cut_database,
    "backend killed": _database_killed("backend"),
    "database stopped": _database_killed("stop"),
}


@dataclass
class HouseRun:
    """One seed in the house: what struck when (and at which point inside), what was done, and what was wrong."""

    person: str
    strike: str
    after: float
    place: str = ""
    acknowledged: list[str] = field(default_factory=list)
    sent: int = 0
    struck: bool = True
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0

    def __str__(self) -> str:
        done = f"{len(self.acknowledged)} acts of {self.person} acknowledged"
        said = f"{self.strike} after {self.after:.2f} s{self.place}; {done}{'' if self.struck else f', {NOTHING}'}"
        return f"house: {said}, {self.sent} sent, {self.seconds:.1f} s" + "".join(
            f"\n    {each}" for each in self.wrong
        )


class Actor:
    """Somebody who goes on until her act is acknowledged, with the form that she filled in."""

    def __init__(self, house: House, run: HouseRun, person: str, slug: str) -> None:
        self.browser = Outside(house.address)
        self._run, self._person, self._slug = run, person, slug
        self._until = time.monotonic() + PATIENCE
        self._twice = run.strike == "all twice"

    def patient(self, what: Callable[[], T]) -> T:
        """Try until it works: a page that does not come now, comes later."""
        while True:
            try:
                return what()
            except (Silent, ValueError, LookupError, AttributeError, AssertionError):
                if time.monotonic() > self._until:
                    raise
                time.sleep(0.1)
                self.sign_in_if_needed()

    def sign_in(self) -> None:
        """With an identity of her own, or of her employer with a second factor."""
        while time.monotonic() < self._until:
            try:
                answer = self.browser.sign_in(self._slug, self._person, second_factor=self._slug == "school")
                if answer.status == 302 and answer.location == "/" and "sessie" in self.browser.session.cookies:
                    return
            except (Silent, KeyError):
                pass
            time.sleep(0.1)
        raise AssertionError(f"{self._person} can not sign in")

    def sign_in_if_needed(self) -> None:
        """A fault may have ended her session, as a wrong clock does; or she came in while the vault was away, and has
        no key of her portfolio."""
        try:
            answer = self.browser.get("/portfolio/" if self._slug == "eid" else "/sessies/")
            if answer.signed_out or answer.status == 401:
                self.sign_in()
        except Silent:
            pass

    def does(self, make: Callable[[], Act]) -> Answer:
        """Fill in the form, send it until it is acknowledged; the answer."""
        act = self.patient(make)
        while time.monotonic() < self._until:
            answer = self._sent(act)
            if answer is not None and acts.printed_before(answer):
                act = self.patient(make)  # the letters of the lost answer are made, and she asks for new ones
                continue
            if answer is not None and act.told(answer):
                self._run.acknowledged.append(act.name)
                return answer
            time.sleep(0.1)
            if answer is not None and (answer.signed_out or answer.status in (401, 403)):
                self.sign_in_if_needed()
                act.form.fields[TOKEN] = self.patient(lambda: token_in(self.browser.get("/inloggen/").text))[TOKEN]
        raise AssertionError(f"{act.name} was never acknowledged; last answer {answer and answer.status}")

    def _sent(self, act: Act) -> Answer | None:
        self._run.sent += 1
        try:
            if self._twice:
                beside = threading.Thread(target=self._once, args=(act,))
                beside.start()
                answer = self.browser.post(act.form)
                beside.join()
                again = self.browser.post(act.form)
                return answer if act.told(again) else again  # the first answer may have what is shown once
            return self.browser.post(act.form)
        except Silent:
            return None

    def _once(self, act: Act) -> None:
        other = Outside(self.browser.address)
        other.session.cookies.update(self.browser.session.cookies)
        with suppress(Silent):
            other.post(act.form)


def teacher_works(actor: Actor, packed: bytes, codes: "queue.Queue[str]", number: str) -> None:
    """She writes, changes, deletes, brings in; and answers what her board delivered."""
    browser, path = actor.browser, {}
    actor.sign_in()
    for name in ("A", "B", "C"):
        answer = actor.does(lambda name=name: acts.save(browser, f"Tekst {name}"))  # type: ignore[misc]
        path[name] = f"/portfolio/{answer.location.partition('bewaard=')[2]}/"
    actor.does(lambda: acts.edit(browser, path["A"], "Tekst A", "Tekst A, later"))
    actor.does(lambda: acts.delete(browser, path["B"], "Tekst B"))
    actor.does(lambda: acts.bring_in(browser, packed, []))
    actor.does(lambda: acts.delete(browser, path["C"], "Tekst C"))
    actor.does(lambda: acts.restore(browser, path["C"], "Tekst C"))
    code = codes.get(timeout=PATIENCE)
    actor.does(lambda: acts.redeem(browser, code, number))
    actor.does(lambda: acts.confirm(browser))
    actor.does(lambda: acts.confirm(browser))
    actor.does(lambda: acts.dispute(browser, "Het begin klopt niet"))
    actor.does(lambda: acts.draft(browser, "Half een zin"))


def board_works(actor: Actor, codes: "queue.Queue[str]", number: str) -> str:
    """A board delivers four appointments of one person and prints her letter; the address of the delivery."""
    browser = actor.browser
    actor.sign_in()
    content = csv_of(*[somebody(number) | {"vak": f"vak {each}"} for each in range(LOCATIONS)])
    answer = actor.does(lambda: acts.upload(browser, BOARD, content, number))
    path = answer.location.partition("?")[0]

    def says(words: str) -> Callable[[], None]:
        def look() -> None:
            assert words in browser.get(path).text, f"{path} never says {words}"

        return look

    actor.patient(says(f"{path}leveren/"))
    actor.does(lambda: acts.deliver(browser, path, LOCATIONS))
    actor.patient(says("Geleverd"))

    def employee() -> str:
        page = browser.get(f"/bestuur/{BOARD}/").text
        rows = [row for row in page.split("<tr>") if f">{number}<" in row and 'name="persoon"' in row]
        return re.findall(r'value="([0-9a-f-]{36})"', rows[0])[0]

    found = actor.patient(employee)
    printed = actor.does(lambda: acts.letters(browser, BOARD, found))
    codes.put(acts.codes_in(printed)[0])
    return path


@dataclass(frozen=True)
class Standing:
    """A house that stands, and what its runs share."""

    house: House
    packed: bytes
    brought: tuple[str, ...]


def struck_by(seed: int, *, server: bool) -> str:
    """What strikes: all in turn, so that few seeds leave none out; some of it needs a server of a database."""
    names = list(OF_A_SERVER | STRIKES if server else STRIKES)
    return names[seed // 8 % len(names)]


def run(standing: Standing, seed: int, number: int) -> HouseRun:
    """One seed. `number` counts the runs of this house: each has a person of its own."""
    house, chance = standing.house, random.Random(seed)
    name = struck_by(seed, server=bool(house.server))
    made = HouseRun(f"s{number}", name, chance.uniform(0, 1.6))
    begun = time.monotonic()
    codes: queue.Queue[str] = queue.Queue()
    teacher, board = Actor(house, made, made.person, "eid"), Actor(house, made, "staff", "school")
    stories = [
        threading.Thread(target=_told, args=(made, teacher_works, teacher, standing.packed, codes, made.person)),
        threading.Thread(target=_told, args=(made, board_works, board, codes, made.person)),
    ]
    with_database(house)
    before, cuts = events(), house.cuts
    for each in stories:
        each.start()
    time.sleep(made.after)
    at_work = any(each.is_alive() for each in stories)
    undo = (STRIKES | OF_A_SERVER)[made.strike](house, chance)
    made.wrong += _at_once(house)
    _supervised(house, stories, undo, chance.uniform(0.3, 1.2))
    for wire in filter(None, (house.wire, house.database_wire)):
        wire.spare()
    house.wait_until_it_answers()
    made.place = house.struck()
    made.struck = _was_struck(made, at_work=at_work, cut=house.cuts > cuts)
    made.wrong += _looked(standing, made)
    made.wrong += different_events(since(before), EVENTS, AGAIN)
    connections.close_all()
    made.seconds = time.monotonic() - begun
    return made


def _at_once(house: House) -> list[str]:
    """What may never be, looked for while everybody is at work and what was struck is not whole. A database that does
    not answer has nothing to show; a key may be of somebody whose account is being made."""
    try:
        with_database(house)
        return [f"at once: {each}" for each in findings(but="keys") if SEALER_WAITS not in each]
    except DatabaseError:
        return []
    finally:
        connections.close_all()


def _was_struck(run: HouseRun, *, at_work: bool, cut: bool) -> bool:
    """Whether the fault met somebody at work: at its point, on its wire, or at its moment."""
    if "at a point" in run.strike:
        return bool(run.place)
    if "cut" in run.strike:
        return cut
    return at_work


def _told(run: HouseRun, story: Callable[..., object], *given: object) -> None:
    try:
        story(*given)
    except BaseException as error:
        run.wrong.append(f"{story.__name__}: {type(error).__name__}: {error}")


def _supervised(house: House, stories: list[threading.Thread], undo: Callable[[], None] | None, seconds: float) -> None:
    """Until the stories end: what died comes back, and after so many seconds what was broken is whole."""
    whole = time.monotonic() + seconds
    while any(each.is_alive() for each in stories) or undo is not None:
        if undo is not None and time.monotonic() > whole:
            undo()
            undo = None
        house.supervise()
        time.sleep(0.03)


def _looked(standing: Standing, run: HouseRun) -> list[str]:
    """What is wrong, now that nobody is at work."""
    house, wrong = standing.house, []
    fresh = Actor(house, run, run.person, "eid")
    try:
        fresh.sign_in()
        wrong += _hers(fresh.browser, standing, run)
    except Exception as error:
        wrong.append(f"she can not look: {type(error).__name__}: {error}")
    with_database(house)
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and (log_state().unsealed or DBTaskResult.objects.ready().exists()):
        house.supervise()  # what was to die at a point may come to it now
        time.sleep(0.05)
    if log_state().unsealed:
        wrong.append(f"{log_state().unsealed} events were not sealed")
    wrong += [f"invariants: {each}" for each in findings()]
    wrong += [f"left over: {each}" for each in house.left_over()]
    return wrong


def _hers(browser: Outside, standing: Standing, run: HouseRun) -> list[str]:
    """What differs from what she did: everything was acknowledged in the end, so all of it is there, once."""
    taken = acts.everything(browser)
    now = sorted(each["content"]["text"] for each in taken["entries"] if not each["deleted"])
    gone = [each["content"]["text"] for each in taken["entries"] if each["deleted"]]
    earlier = [each["earlier"] for each in taken["entries"] if each["content"]["text"] == "Tekst A, later"]
    page = browser.get("/mijn-registratie/").text
    wrong = []
    for what, expected, found in (
        ("texts", sorted([*standing.brought, "Tekst A, later", "Tekst C"]), now),
        ("bin", ["Tekst B"], gone),
        ("earlier versions", [1], [len(each) for each in earlier]),
        ("draft", "Half een zin", taken.get("draft")),
        ("appointments", LOCATIONS, page.count(f"<dd>{run.person}</dd>")),
        ("confirmed", 2, len(re.findall(r">\s*Bevestigd\s*<", page))),
        ("disputes", 1, page.count("Het begin klopt niet")),
    ):
        if expected != found:
            wrong.append(f"{what}: {expected} was acknowledged, {found} is there")
    return wrong


def with_database(house: House) -> None:
    """This process reads the database of the house, straight, and asks its vault."""
    connections.close_all()
    database = settings.DATABASES["default"]
    url = house.database(straight=True)
    name = "house" if house.server else str(path_of(url))
    database["NAME"] = connection.settings_dict["NAME"] = name
    use_vault(None)
    settings.VAULT_URL = house.vault


def furnished(house: House) -> None:
    """Boards, schools, and a member of staff with a role."""
    lines.institutions()
    issuer = f"http://localhost:{house.ports.providers['school']}"
    at = clock.now()
    staff = accounts.open_account(provider="school", issuer=issuer, subject="school-staff", person_bound=False, at=at)
    lines.give_role(staff, Role.BOARD_STAFF, BOARD, at=at)
