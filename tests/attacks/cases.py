"""Cases that wait for the teacher, for her board, for the support organisation and for a second person there."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register import actions, queries
from lerarenregister.register.models import EndNotice, Merge, Registration
from lerarenregister.register.rules.cases import Outcome
from lerarenregister.register.rules.ends import EndGround
from lerarenregister.register.rules.identity import ClaimedIdentity
from tests.register import cast as register
from tests.register import twice_cast
from tests.register.cast import BOARD

SECOND = ClaimedIdentity("Tweede", "Truus", date(1971, 2, 2))
WITHOUT_BOARD = ClaimedIdentity("Zonder", "Zus", date(1982, 8, 8))

TWICE = ClaimedIdentity("Dubbel", "Bo", date(1979, 9, 9))


def case_ids(
    *, teacher: Viewer, colleague: Viewer, asking: Iterable[Viewer], twice: Iterable[Viewer], at: datetime
) -> dict[str, str]:
    """The ids of a case of the teacher that waits for her reply, a question to the board, a case at the desk, a
    proposal that waits for a second person, a notice to the teacher, and a merge. The two of `asking` ask for
    registration; those of `twice` are one person."""
    case = _dispute(teacher, at)
    said = {"board": BOARD, "done": False, "words": "Het contract zegt augustus."}
    actions.answer_question(case=case, viewer=register.staff(), at=at, **said)  # type: ignore[arg-type]
    desk, proposed = (
        actions.ask_registration(board="", words="Ik heb een diploma.", identity=WITHOUT_BOARD, viewer=each, at=at)
        for each in asking
    )
    officer = register.support()
    actions.propose(
        case=proposed, outcome=Outcome.REJECTED, words="Geen bewijs.", values={}, claims=SECOND, viewer=officer, at=at
    )
    shown = queries.desk_case(proposed, claims=SECOND, viewer=officer, at=at).proposal
    assert shown is not None
    notice = EndNotice.objects.create(
        id=new_id(),
        registration=Registration.objects.get(account=teacher.account),
        ground=EndGround.PENSION,
        given_at=at,
        ends_on=at.date() + timedelta(days=91),
    )
    return {
        "case": str(case),
        "question": str(_dispute(colleague, at)),
        "desk_case": str(desk),
        "proposal": str(shown.id),
        "notice": str(notice.id),
        "merge": str(_merge(twice, at)),
    }


def _merge(viewers: Iterable[Viewer], at: datetime) -> UUID:
    """Two registrations of one person, of which one answers as the other."""
    for number, viewer in enumerate(viewers):
        line = {
            "personeelsnummer": f"d{number}",
            "achternaam": "Dubbel",
            "voorvoegsel": "",
            "geboortedatum": "1979-09-09",
        }
        twice_cast.confirm(twice_cast.activated(line, who=TWICE, viewer=viewer, at=at), at)
    twice_cast.decide(same=True, at=at)
    return Merge.objects.get().id


def _dispute(viewer: Viewer, at: datetime) -> UUID:
    version = queries.own_registration(viewer).appointments[0].latest.id
    actions.dispute_appointment(version=version, words="Ik begon in mei.", viewer=viewer, at=at)
    return queries.own_cases(viewer, at=at)[0].id
