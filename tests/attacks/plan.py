"""Which requests the walks make. The walks count what they send and hold it against this plan, and
docs/reference/addresses.md says how many there are.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.attacks.routes import HAS_ID, addresses
from tests.attacks.table import ROLES, TABLE

Plan = list[tuple[str, str]]
"""The name of an address and how it is tried, in order."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "NONSENSE")
OVERRIDES = ("GET as POST", "GET as DELETE", "POST as GET", "POST as PUT")
"""What a request pretends to be, in the headers and fields by which some frameworks let it."""


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


def methods(role: str) -> Plan:
    """Each method, on each address."""
    return [(name, method) for name in addresses() for method in METHODS]


def overrides(role: str) -> Plan:
    """A GET and a POST that pretend to be another method."""
    return [(name, how) for name in addresses() for how in OVERRIDES]


def absent(role: str) -> Plan:
    """What is there and what is not, on each address that names something."""
    naming = [name for name, pattern in addresses().items() if HAS_ID.search(pattern) or name == "register:confirm"]
    return [
        (name, f"{method} {which}") for name in naming for method in ("GET", "POST") for which in ("there", "absent")
    ]


KINDS = {
    "methods": Kind("every method: " + ", ".join(METHODS), methods),
    "overrides": Kind("a GET or POST that says it is another method, in a header or a field", overrides),
    "absence": Kind("what is there and what is not, to whom it is not granted: the same bytes", absent),
}


def uncovered() -> set[str]:
    """Addresses of the resolver that no kind reaches, or that have no row; and rows without an address."""
    reached = set.union(*(kind.reached() for kind in KINDS.values()))
    return set(addresses()) - reached | set(addresses()) ^ set(TABLE)
