"""Cases: asking, answering, deciding with two, and what the clock does."""

from lerarenregister.register.actions.cases.answering import answer_question, report_death
from lerarenregister.register.actions.cases.asking import (
    ask_name,
    ask_registration,
    open_dispute,
    reply,
    take_back,
)
from lerarenregister.register.actions.cases.deciding import agree, propose, propose_undo, send_back, take_on
from lerarenregister.register.actions.cases.finding import find_duplicates, find_in_delivery
from lerarenregister.register.actions.cases.joining import redeem
from lerarenregister.register.actions.cases.merging import enter_as_one
from lerarenregister.register.actions.cases.ticking import move_by_clock, remind

__all__ = [
    "agree",
    "answer_question",
    "ask_name",
    "ask_registration",
    "enter_as_one",
    "find_duplicates",
    "find_in_delivery",
    "move_by_clock",
    "open_dispute",
    "propose",
    "propose_undo",
    "redeem",
    "remind",
    "reply",
    "report_death",
    "send_back",
    "take_back",
    "take_on",
]
