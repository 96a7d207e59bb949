"""The life of a registration as cases: two people decide, two registrations become one, a school takes its people."""

from uuid import UUID

from lerarenregister.accounts.permissions import SessionKind, Viewer
from lerarenregister.kernel import clock
from lerarenregister.register import actions
from lerarenregister.register.models import Case as Asked
from lerarenregister.register.models import CaseStep, Employee, FileMove
from lerarenregister.register.rules.cases import CaseKind, Outcome
from tests.attacks import cast
from tests.faults import acts, register_acts
from tests.faults.acts import Half
from tests.faults.browsers import Inside
from tests.faults.case import Case, case, done, sent
from tests.faults.world import World
from tests.register import case_cast, twice_cast
from tests.register.cast import BOARD, JUDGE, OTHER_BOARD, TEACHER, staff, support

WORDS = "Ik heb een getuigschrift"


def _asked(kind: CaseKind) -> UUID:
    """The one open case of this kind."""
    return Asked.objects.values_list("id", flat=True).get(kind=kind, closed_at=None)


def _proposal(asked: UUID, **values: object) -> str:
    """Somebody of the support organisation, who is not the one of the runs, proposes to grant it."""
    at = clock.now()
    actions.propose(
        case=asked, outcome=Outcome.GRANTED, words="Gezien.", values=values, claims=JUDGE, viewer=support(), at=at
    )
    return str(CaseStep.objects.filter(case=asked).order_by("-number").values_list("id", flat=True)[0])


def _granted(asked: UUID, **values: object) -> str:
    """Two decide; the case, which is hers now."""
    proposal = UUID(_proposal(asked, **values))
    actions.agree(proposal=proposal, claims=case_cast.SECOND_JUDGE, viewer=support(), at=clock.now())
    return str(asked)


@case
def leave(world: World) -> Case:
    browser = world.browser("teacher")
    done(browser, acts.confirm(browser))
    return sent(browser, register_acts.leave(browser))


@case
def come_back(world: World) -> Case:
    browser = world.browser("teacher")
    done(browser, acts.confirm(browser))
    done(browser, register_acts.leave(browser))
    return sent(browser, register_acts.come_back(browser))


@case
def ask(world: World) -> Case:
    browser = world.browser("cor")
    return sent(browser, register_acts.ask(browser, WORDS))


@case
def ask_name(world: World) -> Case:
    browser = world.browser("teacher")
    done(browser, acts.confirm(browser))
    return sent(browser, register_acts.ask_name(browser, "Vermeer"))


@case
def answer(world: World) -> Case:
    browser, staff = world.browser("teacher"), world.browser("staff")
    done(browser, acts.dispute(browser, "Het begin klopt niet"))
    return sent(staff, register_acts.answer(staff, BOARD, browser, "Zo staat het in het contract"))


@case
def propose(world: World) -> Case:
    browser, officer = world.browser("cor"), world.browser("support")
    done(browser, register_acts.ask(browser, WORDS))
    return sent(officer, register_acts.propose(officer, str(_asked(CaseKind.REQUEST)), "Geen bewijs gezien"))


@case
def registered_by_proof(world: World) -> Case:
    """She confirms what two people saw: her qualification, her name and her registration are there together."""
    browser = world.browser("cor")
    done(browser, register_acts.ask(browser, WORDS))
    granted = _granted(_asked(CaseKind.REQUEST), **case_cast.PROOF)
    return sent(browser, register_acts.content(browser, granted, register_acts.registered))


@case
def renamed(world: World) -> Case:
    browser = world.browser("teacher")
    done(browser, acts.confirm(browser))
    done(browser, register_acts.ask_name(browser, "Vermeer"))
    seen = {"given_name": "Bea", "prefix": "", "family_name": "Vermeer", "birth_date": TEACHER.birth_date}
    granted = _granted(_asked(CaseKind.NAME), **seen, proof="deed")
    return sent(browser, register_acts.content(browser, granted, register_acts.known_as("Vermeer")))


@case
def set_aside(world: World) -> Case:
    """A second person agrees that she is right: what was delivered has no effect from then on."""
    browser, officer = world.browser("teacher"), world.browser("support")
    done(browser, acts.dispute(browser, "Het begin klopt niet"))
    asked, at = _asked(CaseKind.DISPUTE), clock.now()
    actions.answer_question(case=asked, board=BOARD, done=False, words="Blijft zo.", viewer=staff(), at=at)
    viewer = Viewer(Asked.objects.get(pk=asked).account, SessionKind.PERSON_BOUND)
    actions.reply(case=asked, content=False, words="Toch niet.", viewer=viewer, at=at)
    proposal = _proposal(asked)
    right = lambda: browser.get("/mijn-registratie/").text.count("Klopt niet: besloten")  # noqa: E731
    return sent(officer, register_acts.agree(officer, proposal, right))


@case
def merge(world: World) -> Case:
    """A second person agrees that two registrations are one person's."""
    officer, first = world.browser("support"), world.browser("teacher")
    done(first, acts.confirm(first))
    second = cast.sign_in("tweede", who=TEACHER)
    at, viewer = clock.now(), cast.viewer_in(second)
    twice_cast.confirm(twice_cast.activated(twice_cast.ELSEWHERE, viewer=viewer, at=at), at)
    proposal = _proposal(_asked(CaseKind.DUPLICATE))
    other = Inside({name: morsel.value for name, morsel in second.client.cookies.items()})
    return sent(officer, register_acts.agree(officer, proposal, lambda: register_acts.answers_as(first, other)))


@case
def transfer(world: World) -> Case:
    """A second person agrees that all schools of a board go to another: all of its people go along, or nobody."""
    officer, at = world.browser("support"), clock.now()
    on, brins = clock.dutch_date(at), []
    asked = actions.propose_transfer(
        giving=BOARD, taking=OTHER_BOARD, brins=brins, on=on, claims=JUDGE, viewer=support(), at=at
    )
    return sent(officer, register_acts.agree_to_transfer(officer, str(asked), _moved))


def _moved() -> int:
    """Whether the people of the board went along."""
    left, moved = Employee.objects.filter(board__number=BOARD).count(), FileMove.objects.count()
    if left and moved:
        raise Half(f"{moved} people went along and {left} stayed")
    return int(moved > 0)
