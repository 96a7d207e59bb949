"""Who takes part in the cases of the tests: two officers with names of their own, and short ways to act as them."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.register import actions, queries
from lerarenregister.register.rules.cases import Outcome
from lerarenregister.register.rules.identity import ClaimedIdentity
from tests.register.cast import AT, BOARD, JUDGE, support

ONE = timedelta(days=1)
SECOND_JUDGE = ClaimedIdentity("Tweede", "Truus", date(1971, 2, 2))
PROOF: dict[str, Any] = {
    "ground": "B02",
    "sector": "vo",
    "subject": "Natuurkunde",
    "level": "",
    "proof": "certificate",
    "issuer": "Universiteit van Voorbeeld",
    "begin": date(2004, 7, 1),
}


def only_case(viewer: Viewer, at: datetime = AT) -> queries.CaseShown:
    """Her one case, as she sees it."""
    (case,) = queries.own_cases(viewer, at=at)
    return case


def propose(
    case: UUID,
    outcome: Outcome,
    *,
    viewer: Viewer | None = None,
    claims: ClaimedIdentity = JUDGE,
    values: dict[str, Any] | None = None,
    at: datetime = AT,
) -> UUID:
    """Propose as an officer; returns the proposal."""
    viewer = viewer or support()
    actions.propose(
        case=case, outcome=outcome, words="Nagekeken.", values=values or {}, claims=claims, viewer=viewer, at=at
    )
    shown = queries.desk_case(case, claims=claims, viewer=viewer, at=at)
    assert shown.proposal is not None
    return shown.proposal.id


def agree(
    proposal: UUID,
    *,
    viewer: Viewer | None = None,
    claims: ClaimedIdentity = SECOND_JUDGE,
    at: datetime = AT,
) -> None:
    """Agree as another officer."""
    actions.agree(proposal=proposal, claims=claims, viewer=viewer or support(), at=at)


def decide(case: UUID, outcome: Outcome, *, values: dict[str, Any] | None = None, at: datetime = AT) -> None:
    """Decide with two officers."""
    agree(propose(case, outcome, values=values, at=at), at=at)


__all__ = ["AT", "BOARD", "ONE", "PROOF", "SECOND_JUDGE", "agree", "decide", "only_case", "propose"]
