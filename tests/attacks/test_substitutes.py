"""Something else in the place of an id: neighbours, ids of other things and of other boards, other ways to write it."""

import pytest

from lerarenregister.kernel import clock
from lerarenregister.register import queries
from tests.attacks.attempts import REFUSALS, attempt, counted, each_role, listed
from tests.attacks.cast import World, viewer_in
from tests.attacks.routes import addresses, data_of, path_of
from tests.attacks.substitutes import ODD, OF_BOARDS, OF_OTHERS
from tests.attacks.table import TABLE, expected
from tests.register import cast as register
from tests.register.cast import BOARD, OTHER_BOARD, csv_of

pytestmark = pytest.mark.django_db
MADE = OF_OTHERS | ODD
ELSEWHERE = {"other staff": "staff", "other manager": "manager"}
"""Who has a role at the other board, and who has the same one at this board."""


@each_role
def test_another_id_gives_nothing_and_writes_nothing(world: World, role: str) -> None:
    wrong = []
    with counted("substitutes", role) as tries:
        for name, how in tries:
            which, _, what = how.partition(": ")
            made = (OF_BOARDS if which == "number" else MADE)[what]
            value = made(world.ids[which], world.ids)
            if value == world.ids[which]:
                value = world.ids["grant"]  # a session in the place of a session, and so on
            method = "POST" if TABLE[name].get == "no" else "GET"
            path = path_of(addresses()[name], world.ids | {which: value})
            answer = attempt(world.browsers[role], method, path, data_of(name, world.ids))
            said = allowed(name, method, role, which, what)
            if answer.outcome not in said or (answer.wrote and answer.outcome in REFUSALS):
                wrong.append((name, role, how, answer.outcome, answer.wrote))
    assert not wrong, listed(wrong)


def allowed(name: str, method: str, role: str, which: str, what: str) -> set[str]:
    """Not there; or, where the address could be of something, what who is not signed in or not herself gets anyhow."""
    if which != "number" and what in ODD:
        return {"none"}
    if (which, what) == ("number", "another board") and role in ELSEWHERE and "<uuid:" not in addresses()[name]:
        # Her own board. Nobody there is without an account, so no letter is made and she goes on to the overview.
        return {"done"} if name == "register:letters" else {expected(name, method.lower(), ELSEWHERE[role])}
    if role == "anonymous":
        return {"sign-in", "none"}
    return {"own"} if expected(name, method.lower(), role) == "own" else {"none"}


def test_an_id_in_a_form_gives_nothing_of_somebody_else(world: World) -> None:
    """What is confirmed and for whom a letter is printed stands in the form and not in the address."""
    teacher, theirs = world.browsers["teacher"], viewer_in(world.browsers["colleague"])
    hers = queries.own_registration(theirs).appointments[0].latest
    own = {"versie": world.ids["version"], "persoon": world.ids["person"]}
    assert attempt(teacher, "POST", "/mijn-registratie/bevestigen/", own).outcome == "done"
    for change in (
        {"versie": str(hers.id)},
        {"persoon": str(hers.person)},
        {"versie": str(hers.id), "persoon": str(hers.person)},
        {"versie": own["persoon"], "persoon": own["versie"]},
        {"versie": world.ids["account"]},
        {"versie": "1"},
        {"versie": own["versie"] * 9},
        {"versie": ""},
    ):
        answer = attempt(teacher, "POST", "/mijn-registratie/bevestigen/", own | change)
        assert (answer.outcome, answer.wrote) == ("none", ()), change


def test_a_board_prints_no_letter_for_somebody_of_another_board(world: World) -> None:
    theirs = csv_of({"bestuursnummer": OTHER_BOARD, "brin": "03EF", "personeelsnummer": "x9"})
    assert register.deliver(theirs, board=OTHER_BOARD, at=clock.now()).state == "delivered"
    page = world.browsers["other staff"].client.get(f"/bestuur/{OTHER_BOARD}/").content.decode()
    person = page.split('name="persoon" value="')[1][:36]
    path = f"/bestuur/{BOARD}/brieven/"
    for fields in ({"persoon": person}, {"persoon": person, "opnieuw": "ja"}):
        answer = attempt(world.browsers["staff"], "POST", path, fields)
        assert (answer.outcome, answer.wrote) == ("done", ())
        assert answer.headers["Location"].endswith("?brieven=geen")
