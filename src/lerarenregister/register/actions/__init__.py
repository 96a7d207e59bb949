"""The only writers of the register."""

from lerarenregister.register.actions.activation import (
    CodeForMail,
    Redeemed,
    code_for_mail,
    issue_mailed_code,
    print_letters,
)
from lerarenregister.register.actions.burden import publish_burden
from lerarenregister.register.actions.calendar import board_mail_came_back, keep_contact, remind_boards, state_of_board
from lerarenregister.register.actions.cases import (
    agree,
    answer_question,
    ask_name,
    ask_registration,
    find_duplicates,
    find_in_delivery,
    move_by_clock,
    propose,
    propose_undo,
    redeem,
    remind,
    reply,
    report_death,
    send_back,
    take_back,
    take_on,
)
from lerarenregister.register.actions.closing import erase_person
from lerarenregister.register.actions.confirming import confirm_appointment, dispute_appointment
from lerarenregister.register.actions.delivering import check, continue_delivery, deliver
from lerarenregister.register.actions.due import Destroyed, destroy_due
from lerarenregister.register.actions.ending import end_due, stay
from lerarenregister.register.actions.figures import correct_figures, publish_figures
from lerarenregister.register.actions.institutions import ImportReport, import_institutions
from lerarenregister.register.actions.mending import Mending, Typed, mend_lines
from lerarenregister.register.actions.objections import object_to_delivery, withdraw_objection
from lerarenregister.register.actions.reception import Received, Reception, begin_reception, receive, received_before
from lerarenregister.register.actions.registering import leave_register, return_to_register
from lerarenregister.register.actions.reviews import decide_review
from lerarenregister.register.actions.transfers import (
    agree_to_transfer,
    number_transfer,
    propose_transfer,
    transfer_due,
    withdraw_transfer,
)
from lerarenregister.register.actions.work_mail import forget_work_mail
from lerarenregister.register.printing import PrintedLetter

__all__ = [
    "CodeForMail",
    "Destroyed",
    "ImportReport",
    "Mending",
    "PrintedLetter",
    "Received",
    "Reception",
    "Redeemed",
    "Typed",
    "agree",
    "agree_to_transfer",
    "answer_question",
    "ask_name",
    "ask_registration",
    "begin_reception",
    "board_mail_came_back",
    "check",
    "code_for_mail",
    "confirm_appointment",
    "continue_delivery",
    "correct_figures",
    "decide_review",
    "deliver",
    "destroy_due",
    "dispute_appointment",
    "end_due",
    "erase_person",
    "find_duplicates",
    "find_in_delivery",
    "forget_work_mail",
    "import_institutions",
    "issue_mailed_code",
    "keep_contact",
    "leave_register",
    "mend_lines",
    "move_by_clock",
    "number_transfer",
    "object_to_delivery",
    "print_letters",
    "propose",
    "propose_transfer",
    "propose_undo",
    "publish_burden",
    "publish_figures",
    "receive",
    "received_before",
    "redeem",
    "remind",
    "remind_boards",
    "reply",
    "report_death",
    "return_to_register",
    "send_back",
    "state_of_board",
    "stay",
    "take_back",
    "take_on",
    "transfer_due",
    "withdraw_objection",
    "withdraw_transfer",
]
