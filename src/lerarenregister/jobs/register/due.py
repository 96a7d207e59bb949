"""What the daily work does for the register."""

import logging
from dataclasses import asdict
from datetime import datetime

from lerarenregister.jobs.register.lost import end_lost_tasks
from lerarenregister.register import actions, queries

_log = logging.getLogger(__name__)


def resume_unfinished(at: datetime) -> int:
    """Continue deliveries whose worker died; one that is still at work takes turns with us. Returns how many. One that
    fails keeps no other waiting; then the first failure is raised at the end."""
    ids = queries.unfinished()
    failures: list[Exception] = []
    for delivery in ids:
        try:
            actions.continue_delivery(delivery=delivery, at=at)
        except Exception as error:  # whatever it is, the others are of other boards
            _log.exception("a delivery could not be resumed", extra={"place": f"delivery {delivery}"})
            failures.append(error)
    if failures:
        raise failures[0]
    return len(ids)


def resume(at: datetime) -> str:
    """Resume, and move cases on; a sentence, or "" when nothing waited."""
    resumed, lost = resume_unfinished(at), end_lost_tasks(at)
    duplicates = actions.find_duplicates(at)
    moved, reminded = actions.move_by_clock(at), actions.remind(at)
    done = {
        "deliveries resumed": resumed,
        "lost tasks ended": lost,
        "who may be there twice": duplicates,
        "cases moved by the clock": moved,
        "reminded": reminded,
    }
    return ", ".join(f"{amount} {what}" for what, amount in done.items()) if any(done.values()) else ""


def _on_the_day(at: datetime) -> list[str]:
    """What comes on a day: a wrong clock would do it too early, so it waits as destroying does."""
    done = {
        "files moved with their school": actions.transfer_due(at),
        "boards reminded": actions.remind_boards(at),
        "pages of what delivering costs published": int(actions.publish_burden(at)),
    }
    return [f"{amount} {what}" for what, amount in done.items() if amount]


def destroy(at: datetime) -> str:
    """Do what comes on a day, end what is due to end and erase what has had its term; a sentence, or "" when nothing
    was due."""
    told, ends, done = _on_the_day(at), actions.end_due(at), actions.destroy_due(at)
    if ends or any(asdict(done).values()):
        told.append(_destroyed(ends, done))
    return ", ".join(told)


def _destroyed(ends: int, done: actions.Destroyed) -> str:
    return (
        f"{ends} notices and ends of registrations, {done.cases} closed cases forgotten, "
        f"{done.codes} codes expired, {done.tries} tries forgotten, {done.deliveries} stagings and "
        f"{done.work_mails} work addresses erased, {done.interrupted} interrupted receptions closed, "
        f"claims of {done.claims} reviews and what {done.unconfirmed} files had unconfirmed erased, "
        f"{done.objections} objections expired, who delivered {done.deliverers} files forgotten, "
        f"{done.left} registrations that ended erased, "
        f"who decided or used {done.deciders} reviews and codes forgotten"
    )
