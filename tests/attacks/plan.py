"""Which requests the walks make. The walks count what they send and hold it against this plan, and
docs/reference/addresses.md says how many there are.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.staticfiles import finders

from tests.attacks.cast import WITH_PORTFOLIO
from tests.attacks.lures import CONFUSED, ELSEWHERE, FEW_ELSEWHERE
from tests.attacks.routes import HAS_ID, addresses, ids_in
from tests.attacks.states import STATES
from tests.attacks.substitutes import FEW, ODD, OF_BOARDS, OF_OTHERS
from tests.attacks.table import ROLES, TABLE, expected

Plan = list[tuple[str, str]]
"""The name of an address and how it is tried, in order."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "NONSENSE")
SOME = ("anonymous", "stranger", "teacher", "manager", "support")
OVERRIDES = ("GET as POST", "GET as DELETE", "POST as GET", "POST as PUT")
"""What a request pretends to be, in the headers and fields by which some frameworks let it."""


PASSING = {"state:ready", "state:state", "portfolio:download", "site:home", "portfolio:edit", "portfolio:queued"}
"""Pages that say something else each time: what was checked now, a zip with its moment, a form with a new id, a token
for the module that sends texts."""


@dataclass
class Kind:
    """A kind of attempt: what is tried, and the plan for one role."""

    meaning: str
    plan: Callable[[str], Plan]

    def planned(self) -> int:
        """How many requests all roles make."""
        return sum(len(self.plan(role)) for role in ROLES)

    def reached(self) -> set[str]:
        """The addresses that are tried."""
        return {name for role in ROLES for name, _ in self.plan(role)}


HOW_OVERPOSTED = ("as it should", "in the form", "the rest in the form", "in the address", "the rest in the address")
"""A form takes no more than 200 fields, so those of all tables go in two times."""


def methods(role: str) -> Plan:
    """Each method, on each address."""
    return [(name, method) for name in addresses() for method in METHODS]


def overrides(role: str) -> Plan:
    """A GET and a POST that pretend to be another method: by some roles, for what a method is looks at no role."""
    return [(name, how) for name in addresses() for how in OVERRIDES] if role in SOME else []


def absent(role: str) -> Plan:
    """What is there and what is not, on each address that names something."""
    naming = [name for name, pattern in addresses().items() if HAS_ID.search(pattern) or name == "register:confirm"]
    return [
        (name, f"{method} {which}") for name in naming for method in ("GET", "POST") for which in ("there", "absent")
    ]


def states(role: str) -> Plan:
    """A look and an act at each address of a thing, in each of its states."""
    return [
        (name, f"{method} {each.thing}: {each.name}")
        for each in STATES
        for name in each.answers
        for method in ("GET", "POST")
    ]


def substitutes(role: str) -> Plan:
    """Something else in the place of each id, by the method that the address knows: ids of others by whoever gets in
    there and by some who do not, what is no id by two of them, a few things by the others."""
    curious = ("anonymous", "stranger", "other staff", "other manager")
    return [
        (name, f"{which}: {what}")
        for name, pattern in addresses().items()
        for which in ids_in(pattern)
        for what in (OF_BOARDS if which == "number" else [*OF_OTHERS, *ODD])
        if what in FEW or role in ((*TABLE[name].who[:1], "anonymous") if what in ODD else (*TABLE[name].who, *curious))
    ]


def _acting(role: str) -> list[str]:
    """The addresses at which she may act, and those for which she has a form."""
    return [
        name
        for name, row in TABLE.items()
        if row.post != "no" and (role in row.who or (row.ground == "form" and role == "teacher"))
    ]


def fields(role: str) -> Plan:
    """Each act as it should be, and with fields for every column of every table."""
    return [(name, how) for name in _acting(role) for how in HOW_OVERPOSTED]


def tokens(role: str) -> Plan:
    """Each act without the token of its form, and with that of another."""
    return [(name, how) for name in _acting(role) for how in ("no token", "the token of another")]


def caches(role: str) -> Plan:
    """Each page with what could poison a cache around it; what is personal also under the name of a file."""
    seen = [name for name in TABLE if expected(name, "get", role) == "page" and name not in PASSING]
    around = ("as it should", "headers", "query", "cookies", "host", "port")
    personal = [name for name in seen if TABLE[name].who != ROLES and not TABLE[name].open_look]
    return [(name, how) for name in seen for how in around] + [(name, how) for name in personal for how in CONFUSED]


def redirects(role: str) -> Plan:
    """Another site in every parameter that could lead there, at every address; and all the ways to write one where she
    is in fact sent on."""
    few = [(name, f"{method} {where}") for name in addresses() for method in ("GET", "POST") for where in FEW_ELSEWHERE]
    leading = [("site:language", "POST"), ("accounts:choose", "GET"), ("accounts:second-factor", "GET")]
    if WITH_PORTFOLIO and role == "teacher":
        leading.append(("portfolio:delete", "POST"))
    some = few if role in ("anonymous", "teacher", "manager", "support") else []
    return some + [(name, f"{method} {where}") for name, method in leading for where in ELSEWHERE]


def static_files() -> list[str]:
    """The names of the static files, as they are in the source."""
    return sorted(name for finder in finders.get_finders() for name, _ in finder.list([]))


def static(role: str) -> Plan:
    """Every static file, and by every method for one of them."""
    files = static_files()
    others = [method for method in METHODS if method != "GET"]
    return [(name, "GET") for name in files] + [(files[0], method) for method in others]


KINDS = {
    "methods": Kind("every method: " + ", ".join(METHODS), methods),
    "overrides": Kind("a GET or POST that says it is another method, in a header or a field", overrides),
    "states": Kind("each state of a thing, at the addresses that name it", states),
    "substitutes": Kind(
        "something else in the place of an id: of others, of other things, in other forms", substitutes
    ),
    "fields": Kind("fields that a form does not have, for every column of every table", fields),
    "tokens": Kind("an act without the token of its form, or with that of another", tokens),
    "caches": Kind(
        "headers, cookies and names of files that could make a cache keep or give what it should not", caches
    ),
    "redirects": Kind("another site in every parameter that could lead there", redirects),
    "static": Kind("static files, and ways out of their folder", static),
    "absence": Kind("what is there and what is not, to whom it is not granted: the same bytes", absent),
}


def uncovered() -> set[str]:
    """Addresses of the resolver that no kind reaches, or that have no row; and rows without an address."""
    reached = set.union(*(kind.reached() for kind in KINDS.values()))
    return set(addresses()) - reached | set(addresses()) ^ set(TABLE)
