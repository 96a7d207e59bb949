"""docs/reference/addresses.md: what every role gets at every address, from the table that the walks hold the code
against, and how many requests they make."""

from tests.attacks import plan
from tests.attacks.routes import addresses
from tests.attacks.states import STATES
from tests.attacks.table import ACTS, GROUNDS, IN_FORCE, PERSONS, ROLES, SIGNED_IN, TABLE, expected

_WHO = {
    ROLES: "everybody",
    SIGNED_IN: "who is signed in",
    PERSONS: "who has an identity of her own",
    (): "who has such a form",
}
_NOT_BY_A_ROLE = {
    "accounts:callback": "who comes back from a provider with what this browser was sent away with",
    "state:metrics": "who has the token of `METRICS_TOKEN`",
}
"""Where nobody gets in by being somebody: `none` for every role below."""
INTRO = """# Addresses

What everybody gets at every address: by a look (GET) and by an act (POST). Everything else is refused. The walks of
`tests/attacks` make these requests as each role and fail when one answer is not what stands here.

"""


def page() -> str:
    """The page; raises SystemExit when an address is not covered."""
    if missing := plan.uncovered():
        raise SystemExit(f"no row or no attempt for {sorted(missing)}: see tests/attacks/table.py")
    return INTRO + "\n\n".join((_addresses(), _matrix(), _states(), _coverage())) + "\n"


def _addresses() -> str:
    rows = []
    for name, pattern in addresses().items():
        row = TABLE[name]
        who = _NOT_BY_A_ROLE.get(name) or _WHO.get(row.who) or ", ".join(row.who)
        asks = "<br>".join(f"`{each}`" for each in row.asks)
        factor = "needed" if row.second_factor else ""
        rows.append(f"| `/{pattern}` | {who} | {'' if row.who == ROLES else row.ground} | {asks} | {factor} |")
    head = "| Address | Who gets in | Ground | Permissions | Second factor |\n|---|---|---|---|---|\n"
    grounds = "\n".join(f"- `{word}`: {meaning}" for word, meaning in GROUNDS.items())
    return f"## Who gets in\n\nThe ground is how the others are refused:\n\n{grounds}\n\n{head}" + "\n".join(rows)


def _matrix() -> str:
    words = "\n".join(f"- `{word}`: {meaning}" for word, meaning in ACTS.items())
    roles = "\n".join(f"- {holder}: the role `{role}`" for role, holder in IN_FORCE.items())
    head = "| Address | " + " | ".join(ROLES) + " |\n|---|" + "---|" * len(ROLES) + "\n"
    rows = []
    for name, pattern in addresses().items():
        cells = [f"{expected(name, 'get', role)} / {expected(name, 'post', role)}" for role in ROLES]
        rows.append(f"| `/{pattern}` | " + " | ".join(cells) + " |")
    text = "## What each role gets\n\nA look, and behind the stroke an act.\n\n" + words
    text += "\n\nThe teacher is the one whose data the address names; other staff is of another board.\n\n" + roles
    return text + "\n\n" + head + "\n".join(rows)


def _states() -> str:
    known = addresses()
    rows = []
    for state in STATES:
        says = "<br>".join(f"`/{known[name]}`: {answer}" for name, answer in state.answers.items())
        rows.append(f"| {state.thing} | {state.name} | {says} |")
    text = "## What it depends on\n\nWhoever gets in at these addresses gets this, by the state of what they name. "
    text += "The others are refused in every state.\n\n"
    return text + "| Thing | State | A look / an act |\n|---|---|---|\n" + "\n".join(rows)


def _coverage() -> str:
    known = set(addresses())
    rows = [
        f"| {kind.meaning} | {len(kind.reached() & known) or '–'} | {kind.planned():,} |"
        for kind in plan.KINDS.values()
    ]
    total = sum(kind.planned() for kind in plan.KINDS.values())
    reached = set.union(*(kind.reached() for kind in plan.KINDS.values())) & known
    text = "## Coverage\n\nEach walk counts what it sends and fails when that is not the number here.\n\n"
    text += f"**{len(reached)} of {len(known)} addresses walked ({len(reached) * 100 // len(known)} %), "
    text += f"{len(ROLES)} roles, {total:,} requests.**\n\n"
    return text + "| Attempts | Addresses | Requests |\n|---|---|---|\n" + "\n".join(rows)
