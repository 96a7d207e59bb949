"""More writing paths as cases: files, copies that others read, what the profession may know, objections and roles."""

import random

from tests.attacks import cast
from tests.faults import acts, more_acts
from tests.faults.browsers import Inside
from tests.faults.case import Case, case, done, sent
from tests.faults.cases import MADE_ANEW
from tests.faults.world import World
from tests.register.cast import BOARD

FILE = random.Random(1).randbytes(1_500_000)
"""Some pieces of it: none of them is like another, and it is no image or PDF that would be made anew or read."""
WORDS = "Niet in het logboek"


@case
def add_file(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, more_acts.add_file(browser, world.names["plain"], "les.bin", FILE))


@case
def save_with_file(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, more_acts.save_with_file(browser, "Met een bestand", "les.bin", FILE))


@case
def queued(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, more_acts.queued(browser, "Zonder verbinding"))


@case
def release(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, more_acts.release(browser))


@case
def withdraw_release(world: World) -> Case:
    browser = world.browser("teacher")
    done(browser, more_acts.release(browser))
    return sent(browser, more_acts.withdraw_release(browser))


@case
def open_copy(world: World) -> Case:
    """A second opening is one more line in her list."""
    reader = Inside({})
    opened = more_acts.open_copy(reader, world.browser("teacher"), world.names["shared"])
    return sent(reader, opened, "portfolio_sharing_opening", "portfolio_sharing_note")


@case
def write_back(world: World) -> Case:
    owner, reader = world.browser("teacher"), Inside({})
    share = done(owner, acts.share(owner, world.names["collection"], "Lees mee", answers=True)).location
    done(reader, more_acts.open_copy(reader, owner, share))
    return sent(reader, more_acts.write_back(reader, owner, share, "Mooi gedaan"))


@case
def remove_share(world: World) -> Case:
    browser, share = world.browser("teacher"), world.names["shared"]
    done(browser, acts.stop_sharing(browser, share))
    return sent(browser, more_acts.remove_share(browser, share))


@case
def object_to_board(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, more_acts.object_to_board(browser, "p1"))


@case
def withdraw_objection(world: World) -> Case:
    browser = world.browser("teacher")
    done(browser, more_acts.object_to_board(browser, "p1"))
    return sent(browser, more_acts.withdraw_objection(browser, "p1"))


@case
def write_objection(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, more_acts.write_objection(browser, WORDS))


@case
def take_back_objection(world: World) -> Case:
    browser = world.browser("teacher")
    done(browser, more_acts.write_objection(browser, WORDS))
    return sent(browser, more_acts.take_back_objection(browser, WORDS))


@case
def answer_objection(world: World) -> Case:
    browser, support = world.browser("teacher"), world.browser("support")
    done(browser, more_acts.write_objection(browser, WORDS))
    return sent(support, more_acts.answer_objection(support, browser, "Dit moet bewaard worden"))


@case
def accept_invitation(world: World) -> Case:
    manager = world.browser("manager")
    code = more_acts.code_of_invitation(done(manager, acts.invite(manager, BOARD, "Iris")))
    cookies = cast.sign_in("iris", person_bound=False).client.cookies
    iris = Inside({name: morsel.value for name, morsel in cookies.items()}, "iris")
    return sent(iris, more_acts.accept_invitation(iris, manager, BOARD, code, "Iris"))


@case
def end_role(world: World) -> Case:
    manager, staff = world.browser("manager"), world.browser("staff")
    return sent(manager, more_acts.end_role(manager, staff, BOARD, "staff"))


@case
def withdraw_invitation(world: World) -> Case:
    manager = world.browser("manager")
    done(manager, acts.invite(manager, BOARD, "Iris"))
    return sent(manager, more_acts.withdraw_invitation(manager, BOARD, "Iris"), *MADE_ANEW[:1])
