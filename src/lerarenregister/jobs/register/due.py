"""What the daily work does for the register."""

import logging
from collections.abc import Callable
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
    """Resume what was cut off, and look for who is there twice; a sentence, or "" when nothing waited."""
    done = {
        "deliveries resumed": resume_unfinished(at),
        "lost tasks ended": end_lost_tasks(at),
        "who may be there twice": actions.find_duplicates(at),
    }
    return _said(done)


def by_term(at: datetime) -> str:
    """What a day brings: turns that pass, reminders, notices and ends, schools that go to another board; then erase
    what has had its term. A sentence, or "" when nothing was due. Only while the clock is believed. What fails keeps
    nothing else from being done; then the first failure is raised at the end."""
    done, failures = dict.fromkeys(_BY_TERM, 0), list[Exception]()
    for name, act in _BY_TERM.items():
        try:
            done[name] = act(at)
        except Exception as error:  # whatever it is, the others are about something else
            _log.exception("a part of what a day brings could not be done", extra={"place": name})
            failures.append(error)
    said = "; ".join(filter(None, (_said(done), destroy(at))))
    if failures:
        raise failures[0]
    return said


_BY_TERM: dict[str, Callable[[datetime], int]] = {
    "cases moved by the clock": actions.move_by_clock,
    "reminded": actions.remind,
    "pages of what delivering costs published": lambda at: int(actions.publish_burden(at)),
    "reference days published": actions.publish_figures,
    "files moved with their school": actions.transfer_due,
    "boards reminded": actions.remind_boards,
    "notices and ends of registrations": actions.end_due,
}


def _said(done: dict[str, int]) -> str:
    return ", ".join(f"{amount} {what}" for what, amount in done.items()) if any(done.values()) else ""


def destroy(at: datetime) -> str:
    """Erase what has had its term; a sentence, or "" when nothing had."""
    done = actions.destroy_due(at)
    if not any(asdict(done).values()):
        return ""
    return (
        f"{done.cases} closed cases forgotten, "
        f"{done.codes} codes expired, {done.tries} tries forgotten, {done.deliveries} stagings and "
        f"{done.work_mails} work addresses erased, {done.interrupted} interrupted receptions closed, "
        f"claims of {done.claims} reviews and what {done.unconfirmed} files had unconfirmed erased, "
        f"{done.objections} objections expired, who delivered {done.deliverers} files forgotten, "
        f"{done.left} registrations that ended erased, "
        f"who decided or used {done.deciders} reviews and codes forgotten"
    )
