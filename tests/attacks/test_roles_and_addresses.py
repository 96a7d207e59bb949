"""Every address as every role, by every method: nobody gets what is not hers, and what is absent and what is refused
look the same.

Who gets in stands in `table.py`, which requests are made in `plan.py`. Both are in docs/reference/addresses.md.
"""

from typing import Any
from uuid import uuid4

import pytest

from lerarenregister.accounts.permissions import Permission, Role
from tests.attacks import cast, plan
from tests.attacks.attempts import REFUSALS, Answer, attempt, counted, each_role, listed, same
from tests.attacks.cast import World
from tests.attacks.routes import addresses, data_of, path_of
from tests.attacks.table import IN_FORCE, ROLES, TABLE, WEAK, expected

pytestmark = pytest.mark.django_db
ONLY_GET = {"accounts:callback"}  # a HEAD would use up the answer of the provider


def test_every_address_has_a_row_and_is_reached_by_every_walk(world: World) -> None:
    assert tuple(world.browsers) == ROLES
    assert plan.uncovered() == set()
    for kind in ("methods", "overrides"):
        assert plan.KINDS[kind].reached() == set(addresses()), kind


def test_every_role_has_somebody_who_tries_and_each_row_says_who_has_the_permission() -> None:
    assert set(IN_FORCE) == set(Role)
    granted = {name: (set(row.who), set(row.granted)) for name, row in TABLE.items() if row.asks}
    assert {name: both for name, both in granted.items() if both[0] != both[1]} == {}
    assert [name for name, row in TABLE.items() if (row.ground == "role" and row.who != ROLES) != bool(row.asks)] == []


def wrong_with(name: str, answer: Answer, said: str) -> list[str]:
    """What is wrong with an answer, in words, whatever was asked."""
    wrong = []
    if answer.outcome != said:
        wrong.append(f"{answer.outcome} instead of {said}")
    if said in REFUSALS and answer.wrote:
        wrong.append(f"refused, and yet it wrote {answer.wrote}")
    policy = answer.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        wrong.append(f"its content security policy is {policy}")
    return wrong


@each_role
def test_each_role_gets_what_the_table_says_by_every_method_and_a_refusal_writes_nothing(
    world: World, role: str
) -> None:
    before = cast.everything_stored()
    browser, wrong = world.browsers[role], []
    looked: dict[str, Answer] = {}
    with counted("methods", role) as tries:
        for name, method in tries:
            data = data_of(name, world.ids) if method == "POST" else None
            answer = attempt(browser, method, path_of(addresses()[name], world.ids), data)
            said = by_method(name, method, role)
            found = wrong_with(name, answer, said)
            if role != "anonymous" and "no-store" not in answer.headers.get("Cache-Control", ""):
                found.append("a cache may keep it")
            if method == "GET":
                looked[name] = answer
            if method == "HEAD" and (answer.said or (said != "no" and answer.status != looked[name].status)):
                found.append("a HEAD is not the GET without its body")
            wrong += [(name, method, each) for each in found]
    assert not wrong, listed(wrong)
    assert cast.everything_stored() == before


def by_method(name: str, method: str, role: str) -> str:
    """What the table says of this role and method: but for a look and a post there is none."""
    if method == "HEAD" and name in ONLY_GET:
        return "no"
    return (
        expected(name, {"HEAD": "get"}.get(method, method.lower()), role) if method in ("GET", "HEAD", "POST") else "no"
    )


@pytest.mark.parametrize("role", plan.SOME)
def test_a_request_that_says_it_is_another_method_is_taken_for_what_it_is(world: World, role: str) -> None:
    browser, wrong = world.browsers[role], []
    with counted("overrides", role) as tries:
        for name, how in tries:
            method, _, other = how.partition(" as ")
            path = path_of(addresses()[name], world.ids)
            posted = data_of(name, world.ids) if method == "POST" else {}
            data = posted | {"_method": other, "_HttpMethod": other}
            headers = {"x-http-method-override": other, "x-http-method": other, "x-method-override": other}
            answer = attempt(browser, method, path, data, headers=headers)
            wrong += [(name, how, each) for each in wrong_with(name, answer, expected(name, method.lower(), role))]
    assert not wrong, listed(wrong)


@pytest.mark.parametrize("role", [*dict.fromkeys(IN_FORCE.values())])
def test_the_code_asks_for_the_permissions_of_the_row_and_for_no_other(world: World, role: str) -> None:
    wrong = []
    for name, row in TABLE.items():
        if role in row.who and row.asks:
            path, asked = path_of(addresses()[name], world.ids), set[Permission]()
            for method in ("GET", "POST"):
                asked |= attempt(world.browsers[role], method, path, data_of(name, world.ids)).asked
            wrong += [(name, asked ^ set(row.asks))] if asked != set(row.asks) else []
    assert not wrong, listed(wrong)


@each_role
def test_what_is_absent_and_what_is_refused_are_the_same_bytes(world: World, role: str) -> None:
    absent = {name: str(uuid4()) for name in world.ids} | {"number": "00000"}
    said: dict[tuple[str, str], Answer] = {}
    wrong: list[Any] = []
    with counted("absence", role) as tries:
        for name, how in tries:
            method, _, which = how.partition(" ")
            ids = world.ids if which == "there" else absent
            answer = attempt(world.browsers[role], method, path_of(addresses()[name], ids), data_of(name, ids))
            said[name, how] = answer
            if which == "there":
                continue
            if role in TABLE[name].who or (role == WEAK and "staff" in TABLE[name].who):
                wrong += [(name, how, answer.outcome)] if answer.outcome not in ("none", "no") else []
            elif same(answer) != same(said[name, f"{method} there"]):
                wrong.append((name, how, answer.outcome))
    assert not wrong, listed(wrong)


def test_odd_ids_give_a_page_and_never_an_error_of_ours(world: World) -> None:
    for odd in ("%00", "%ed%a0%80", "%F0%9F%98%80", "..%2f..%2fetc", "a" * 3000, "%0d%0aSet-Cookie:x=1"):
        for role in ("anonymous", "teacher", "staff"):
            for before in ("bestuur/", "activeren/", "inloggen/", "portfolio/", ""):
                response = world.browsers[role].client.get(f"/{before}{odd}/")
                assert response.status_code < 500, (before, odd)
                assert "x=1" not in str(response.cookies)
