"""Every state of every thing as every role: what has been decided, redeemed, ended or purged grants nothing more, and
whoever gets nothing gets nothing in any state.
"""

import pytest

from tests.attacks.attempts import REFUSALS, attempt, counted, listed
from tests.attacks.cast import World
from tests.attacks.routes import addresses, data_of, path_of
from tests.attacks.states import STATES, State, in_state
from tests.attacks.table import ROLES, TABLE, expected

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", STATES, ids=lambda each: f"{each.thing} {each.name}")
def test_each_role_gets_what_the_table_says_of_this_state(world: World, state: State) -> None:
    ids = world.ids | state.make(world)
    wrong = []
    for role in ROLES:
        with counted("states", role, only=lambda how: how.endswith(f" {state.thing}: {state.name}")) as tries:
            for name, how in tries:
                method = how.partition(" ")[0]
                answer = attempt(world.browsers[role], method, path_of(addresses()[name], ids), data_of(name, ids))
                said = (
                    in_state(state, name, method) if role in TABLE[name].who else expected(name, method.lower(), role)
                )
                if answer.outcome != said:
                    wrong.append((name, method, role, f"{answer.outcome} instead of {said}"))
                if said in REFUSALS and answer.wrote:
                    wrong.append((name, method, role, f"refused, and yet it wrote {answer.wrote}"))
    assert not wrong, listed(wrong)
