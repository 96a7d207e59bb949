"""The only writers of the register."""

from lerarenregister.register.actions.activation import (
    PrintedLetter,
    Redeemed,
    issue_code_for_mail,
    print_letters,
    redeem,
)
from lerarenregister.register.actions.delivering import check, continue_delivery, deliver
from lerarenregister.register.actions.institutions import ImportReport, import_institutions
from lerarenregister.register.actions.reception import Received, Reception, begin_reception, receive
from lerarenregister.register.actions.work_mail import forget_work_mail

__all__ = [
    "ImportReport",
    "PrintedLetter",
    "Received",
    "Reception",
    "Redeemed",
    "begin_reception",
    "check",
    "continue_delivery",
    "deliver",
    "forget_work_mail",
    "import_institutions",
    "issue_code_for_mail",
    "print_letters",
    "receive",
    "redeem",
]
