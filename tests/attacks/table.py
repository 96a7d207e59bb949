"""Who gets in at every address. The walks in this folder hold the running code against it, and
docs/reference/addresses.md is made from it.

A new address gets one row in `TABLE`:

    "register:counts": look(ROLES),                                              # everybody may look
    "register:own": look(PERSONS, "person"),                                     # whoever has an identity of her own
    "register:confirm": act(OWNER, "person"),                                    # the teacher whose data it is
    "register:board": look(STAFF, asks=(Permission.REGISTER_PERSON_LIST,)),      # who has a role

`asks` names the permissions for which the code asks there. What it asks for is noted while the walk runs, and which
roles have them follows from `ROLE_PERMISSIONS`: a row that says anything else fails.
"""

from dataclasses import dataclass

from lerarenregister.accounts.permissions import NEEDS_SECOND_FACTOR, ROLE_PERMISSIONS, Permission, Role
from tests.attacks.cast import WITH_PORTFOLIO

PERSONS = ("stranger", "teacher", "colleague")
OWNER = ("teacher",)
STAFF = ("staff", "manager")
MANAGER = ("manager",)
WEAK = "staff without second factor"
ROLES = (
    "anonymous",
    *PERSONS,
    *STAFF,
    "other staff",
    "other manager",
    WEAK,
    "former staff",
    "expired staff",
    "future staff",
    "support",
    "auditor",
    "operator",
    "office",
    "employer",
)
"""Everybody who tries, in the order of `cast.world`. `OWNER` is the teacher whose session, appointments, portfolio and
review the ids in the addresses are; "other" is of another board."""
SIGNED_IN = ROLES[1:]
IN_FORCE = {
    Role.AUDITOR: "auditor",
    Role.BOARD_MANAGER: "manager",
    Role.BOARD_STAFF: "staff",
    Role.OFFICE: "office",
    Role.OPERATOR: "operator",
    Role.SUPPORT: "support",
}
"""Who holds each role here, for the board that the addresses name. A new role needs somebody who tries."""

ACTS = {
    "page": "the page",
    "done": "it is done, and she is sent on",
    "wrong": "the form comes back with what is wrong",
    "none": "not there",
    "no": "not by this method",
    "sign-in": "sign in first",
    "own": "an identity of her own is needed",
    "form": "only with a form that was made for her",
    "second-factor": "sign in again with a second factor",
}
GROUNDS = {
    "role": "sign in first; without the role it is not there",
    "session": "sign in first; what is somebody else's is not there",
    "person": "sign in first, with an identity of her own; what is somebody else's is not there",
    "form": "the form was made for somebody else, and is refused",
}


@dataclass(frozen=True)
class Row:
    """Who gets in, and what a look and an act come to for them (a word of `ACTS`); the others are refused by the ground
    (a word of `GROUNDS`). `asks`: the permissions that the code asks for, when they look and act. `open_look`: whoever
    is refused may look all the same."""

    who: tuple[str, ...]
    get: str
    post: str
    ground: str = "role"
    asks: tuple[Permission, ...] = ()
    open_look: bool = False

    @property
    def second_factor(self) -> bool:
        """Whether the session must have begun with a second factor."""
        return any(each in NEEDS_SECOND_FACTOR for each in self.asks)

    @property
    def granted(self) -> tuple[str, ...]:
        """Who gets in by the permissions alone."""
        holding = {IN_FORCE[role] for role in Role if ROLE_PERMISSIONS[role].issuperset(self.asks)}
        return tuple(each for each in ROLES if each in holding)


def look(who: tuple[str, ...], ground: str = "role", *, asks: tuple[Permission, ...] = ()) -> Row:
    """A page."""
    return Row(who, "page", "no", ground, asks)


def act(who: tuple[str, ...], ground: str = "role", *, post: str = "done", asks: tuple[Permission, ...] = ()) -> Row:
    """Something that is done, by a POST alone."""
    return Row(who, "no", post, ground, asks)


_P = Permission
TABLE = {
    "site:home": look(ROLES),
    "site:help": look(ROLES),
    "site:privacy": look(ROLES),
    "site:cookies": look(ROLES),
    "site:accessibility": look(ROLES),
    "site:about": look(ROLES),
    "processing:overview": look(ROLES),
    "processing:activity": look(ROLES),
    "processing:json": look(ROLES),
    "site:language": act(ROLES),
    "site:manifest": look(ROLES),
    "site:security-txt": look(ROLES),
    "accounts:choose": look(ROLES),
    "accounts:begin": act(ROLES, post="none"),  # no provider of that name here
    "accounts:callback": Row(ROLES, "none", "no"),
    "accounts:sign-out": act(ROLES),
    "accounts:second-factor": Row(SIGNED_IN, "done", "no", "session"),
    "accounts:sessions": look(SIGNED_IN, "session"),
    "accounts:end-session": act(OWNER, "session"),
    "accounts:end-all-sessions": act(SIGNED_IN, "session"),
    "accounts:invitation": Row(SIGNED_IN, "page", "wrong", "session"),
    "accounts:staff": Row(MANAGER, "page", "page", asks=(_P.ACCOUNTS_INVITATION_CREATE, _P.ACCOUNTS_ROLE_LIST)),
    "accounts:end-role": act(MANAGER, asks=(_P.ACCOUNTS_ROLE_END,)),
    "accounts:withdraw-invitation": act(MANAGER, asks=(_P.ACCOUNTS_INVITATION_CREATE,)),
    "audit:who-looked": look(SIGNED_IN, "session"),
    "audit:log": look(("auditor",), asks=(_P.AUDIT_LOG_VERIFY,)),
    "state:metrics": Row(ROLES, "none", "no"),
    "state:state": look(("operator",), asks=(_P.PROJECT_STATE_READ,)),
    "state:live": look(ROLES),
    "state:ready": look(ROLES),
    # Anyone may look at the page where a code is entered: it says how to sign in, and redeems nothing.
    "accounts:mandates": Row(MANAGER, "page", "wrong", asks=(_P.ACCOUNTS_MANDATE_GIVE,)),
    "accounts:office": look(("office",), asks=(_P.ACCOUNTS_MANDATE_LIST,)),
    "register:activate": Row(PERSONS, "page", "wrong", "person", open_look=True),
    "register:activate_with_code": Row(PERSONS, "page", "wrong", "person", open_look=True),
    "register:own": look(PERSONS, "person"),
    "register:confirm": act(OWNER, "person"),
    "register:dispute": Row(OWNER, "page", "done", "person"),
    "register:leave": Row(OWNER, "page", "done", "person"),
    "register:come_back": act(OWNER, "person"),
    "register:act": look(OWNER, "person"),
    "register:act_letter": look(OWNER, "person"),
    "register:extract": look(PERSONS, "person"),
    "register:then": look(PERSONS, "person"),
    "register:ask": Row(PERSONS, "page", "done", "person"),
    "register:ask_name": Row(OWNER, "page", "done", "person"),
    "register:case": Row(OWNER, "page", "done", "person"),
    "register:take_back": act(OWNER, "person"),
    "register:stay": act(OWNER, "person"),
    "register:counts": look(ROLES),
    "register:figures_csv": look(ROLES),
    "register:figures_description": look(ROLES),
    "register:catalogue": look(ROLES),
    "register:rulebook": look(ROLES),
    "register:rulebook_version": look(ROLES),
    "register:board": look(STAFF, asks=(_P.REGISTER_DELIVERY_READ, _P.REGISTER_PERSON_LIST)),
    "register:upload": Row(STAFF, "page", "done", asks=(_P.REGISTER_DELIVERY_CREATE, _P.REGISTER_DELIVERY_READ)),
    "register:delivery": look(STAFF, asks=(_P.REGISTER_DELIVERY_READ,)),
    "register:deliver": act(STAFF, asks=(_P.REGISTER_DELIVERY_CREATE, _P.REGISTER_DELIVERY_READ)),
    "register:mend": Row(STAFF, "page", "wrong", asks=(_P.REGISTER_DELIVERY_CREATE, _P.REGISTER_DELIVERY_READ)),
    "register:person": Row(STAFF, "page", "wrong", asks=(_P.REGISTER_DELIVERY_CREATE, _P.REGISTER_DELIVERY_READ)),
    "register:board_then": look(STAFF, asks=(_P.REGISTER_DELIVERY_READ, _P.REGISTER_PERSON_LIST)),
    "register:report": look(STAFF, asks=(_P.REGISTER_DELIVERY_READ,)),
    "register:burden": look(ROLES),
    "register:calendar": Row(STAFF, "page", "done", asks=(_P.REGISTER_DELIVERY_CREATE, _P.REGISTER_DELIVERY_READ)),
    "register:late": look(("support",), asks=(_P.REGISTER_CALENDAR_LIST,)),
    "register:transfers": Row(
        ("support",), "page", "wrong", asks=(_P.REGISTER_TRANSFER_DECIDE, _P.REGISTER_TRANSFER_LIST)
    ),
    "register:letters": act(STAFF, post="page", asks=(_P.REGISTER_LETTER_PRINT,)),
    "register:questions": look(STAFF, asks=(_P.REGISTER_QUESTION_ANSWER, _P.REGISTER_DELIVERY_READ)),
    "register:answer": act(STAFF, asks=(_P.REGISTER_QUESTION_ANSWER,)),
    "register:death": Row(STAFF, "page", "done", asks=(_P.REGISTER_DEATH_REPORT, _P.REGISTER_DELIVERY_READ)),
    "register:desk": look(("support",), asks=(_P.REGISTER_CASE_LIST,)),
    "register:desk_case": look(("support",), asks=(_P.REGISTER_CASE_LIST,)),
    "register:desk_then": look(("support",), asks=(_P.REGISTER_CASE_LIST,)),
    "register:desk_propose": act(("support",), asks=(_P.REGISTER_CASE_DECIDE, _P.REGISTER_CASE_LIST)),
    "register:desk_take_on": act(("support",), asks=(_P.REGISTER_CASE_DECIDE,)),
    "register:desk_agree": act(("support",), asks=(_P.REGISTER_CASE_DECIDE,)),
    "register:desk_send_back": act(("support",), asks=(_P.REGISTER_CASE_DECIDE,)),
    "register:merges": look(("support",), asks=(_P.REGISTER_CASE_LIST,)),
    "register:undo_merge": act(("support",), asks=(_P.REGISTER_CASE_DECIDE,)),
    "register:reviews": look(("support",), asks=(_P.REGISTER_REVIEW_LIST,)),
    "register:decide_review": act(("support",), asks=(_P.REGISTER_REVIEW_DECIDE,)),
    "person:rights": look(SIGNED_IN, "session"),
    "person:access": act(SIGNED_IN, "session", post="page"),
    "person:messages": Row(PERSONS, "page", "done", "person"),
    "person:verify-contact": act(PERSONS, "person"),
    "person:remove-contact": act(PERSONS, "person"),
    "register:mails": look(ROLES),
    "person:close": Row(PERSONS, "page", "done", "person"),
    "person:closed": look(ROLES),
    "person:object": Row(SIGNED_IN, "page", "done", "session"),
    "person:take-back": act(OWNER, "session"),
    "person:objections": look(("support",), asks=(_P.PERSON_OBJECTION_LIST,)),
    "person:answer-objection": act(("support",), asks=(_P.PERSON_OBJECTION_ANSWER,)),
    "person:objection": Row(OWNER, "page", "done", "person"),
    "person:withdraw-objection": act(OWNER, "person"),
}
if WITH_PORTFOLIO:
    TABLE |= {
        "portfolio:timeline": look(PERSONS, "person"),
        "portfolio:choose": Row(PERSONS, "page", "done", "person"),
        "portfolio:new": look(PERSONS, "person"),
        "portfolio:template": act((), "form", post="page"),
        "portfolio:save": act((), "form"),
        "portfolio:goals": look(PERSONS, "person"),
        "portfolio:themes": look(PERSONS, "person"),
        "portfolio:collections": look(PERSONS, "person"),
        "portfolio:repeats": look(PERSONS, "person"),
        "portfolio:draft": Row((), "form", "form", "form"),
        "portfolio:device": Row(PERSONS, "page", "done", "person"),
        "portfolio:queued": Row(PERSONS, "page", "wrong", "form"),
        "portfolio:offline": look(ROLES),
        "portfolio:worker": look(ROLES),
        "portfolio:discard-draft": act(PERSONS, "person"),
        "portfolio:bin": look(PERSONS, "person"),
        "portfolio:take-out": look(PERSONS, "person"),
        "portfolio:download": look(PERSONS, "person"),
        "portfolio:bring-in": Row(PERSONS, "page", "wrong", "person"),
        "portfolio:look-back": look(PERSONS, "person"),
        "portfolio:release": Row(PERSONS, "page", "wrong", "person"),
        "portfolio:find": Row(PERSONS, "page", "page", "person"),
        "portfolio:own-key": look(PERSONS, "person"),
        "portfolio:code-kept": act(PERSONS, "person"),
        "portfolio:link": Row(PERSONS, "done", "no", "person"),
        "portfolio:unlink": Row(OWNER, "page", "wrong", "person"),
        "portfolio:recover": Row(PERSONS, "page", "wrong", "person"),
        "portfolio:passkey-enrol": Row(PERSONS, "done", "wrong", "person"),
        "portfolio:passkey-ask-enrol": act(PERSONS, "person", post="wrong"),  # only after a fresh proof
        "portfolio:passkey-remove": Row(OWNER, "page", "wrong", "person"),
        "portfolio:passkey-sign-in": act(ROLES, post="wrong"),
        "portfolio:passkey-ask": act(ROLES, post="page"),
        "portfolio:entry": look(OWNER, "person"),
        "portfolio:edit": look(OWNER, "person"),
        "portfolio:add-files": act(OWNER, "person"),
        "portfolio:file": look(OWNER, "person"),
        "portfolio:file-small": look(OWNER, "person"),
        "portfolio:history": look(OWNER, "person"),
        "portfolio:restore-version": act(OWNER, "person"),
        "portfolio:pick": Row(OWNER, "page", "done", "person"),
        "portfolio:arrange": Row(OWNER, "page", "done", "person"),
        "portfolio:keep-time": act(OWNER, "person"),
        "portfolio:set-state": act(OWNER, "person"),
        "portfolio:share": Row(OWNER, "page", "page", "person"),
        "portfolio:share-now": act(OWNER, "person"),
        "portfolio:shares": look(PERSONS, "person"),
        "portfolio:shared": look(OWNER, "person"),
        "portfolio:stop-sharing": act(OWNER, "person"),
        "portfolio:remove-share": act(OWNER, "person"),
        "portfolio:keep-answer": act(OWNER, "person", post="page"),
        "portfolio:received": look(PERSONS, "person"),
        "portfolio:open-received": act(OWNER, "person"),
        "shared:door": look(ROLES),
        "shared:open": act(ROLES),
        # A copy is read in the browser that opened it; whoever opened none finds nothing, whoever it is.
        "shared:read": Row(ROLES, "none", "no"),
        "shared:file": Row(ROLES, "none", "no"),
        "shared:file-small": Row(ROLES, "none", "no"),
        "shared:write": act(ROLES, post="none"),
        "shared:close": act(ROLES),
        "portfolio:delete": act(OWNER, "person"),
        "portfolio:restore": act(OWNER, "person"),
    }


def expected(name: str, method: str, role: str) -> str:
    """What the table says of this role, for a `get` or a `post`."""
    row = TABLE[name]
    outcome = row.get if method == "get" else row.post
    if role == WEAK and outcome != "no" and name == "accounts:second-factor":
        return "own"
    if role == WEAK and outcome != "no" and row.second_factor and "staff" in row.who:
        return "second-factor"
    if outcome == "no" or role in row.who:
        return outcome
    if row.open_look and method == "get":
        return "page"
    return _refused(name, row, role)


def _refused(name: str, row: Row, role: str) -> str:
    if row.ground == "form":
        return "wrong" if name in ("portfolio:save", "portfolio:template") else "own" if role in PERSONS else "sign-in"
    if role == "anonymous":
        return "sign-in"
    return "own" if row.ground == "person" and role not in PERSONS else "none"
