"""Every writing path as a case of a point run: what is done, whether who asked was told, and how often it is there."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.management import call_command

from lerarenregister.accounts.models import Identity
from lerarenregister.accounts.queries import accounts_closed
from lerarenregister.audit.queries import log_state
from lerarenregister.jobs.backups.folders import REGISTER, backups_in, read_backup
from lerarenregister.jobs.register.tasks import enqueue_delivery
from lerarenregister.kernel import clock
from lerarenregister.kernel.identifiers import ActivationCode
from lerarenregister.outbox.models import Message
from lerarenregister.portfolio.queries import owners_stored
from lerarenregister.register import actions as register
from lerarenregister.register.keyed import keyed_hash
from lerarenregister.register.models import ActivationCodeIssued, Delivery, WorkMail
from tests.attacks import cast
from tests.faults import acts
from tests.faults.acts import Half
from tests.faults.browsers import Inside
from tests.faults.case import Case, case, renewed, sent
from tests.faults.people import somebody
from tests.faults.world import BROUGHT, RUN, World, use_vault, without_portfolios
from tests.register import cast as lines
from tests.register.cast import BOARD, TEACHER, csv_of
from vault import backups


@case
def save(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, acts.save(browser, "Iets nieuws"))


@case
def edit(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, acts.edit(browser, world.names["plain"], "Tekst plain", "Iets anders"))


@case
def delete(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, acts.delete(browser, world.names["changed"], "Tekst changed, later"))


@case
def restore(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, acts.restore(browser, world.names["deleted"], "Tekst deleted"))


@case
def earlier_version(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, acts.earlier_version(browser, world.names["changed"], 1, 2, "Tekst changed"))


@case
def draft(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, acts.draft(browser, "Half een zin"))


@case
def bring_in(world: World) -> Case:
    browser = world.browser("cor")
    return sent(browser, acts.bring_in(browser, world.packed, BROUGHT))


@case
def share(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, acts.share(browser, world.names["collection"], "Nog een keer"))


@case
def stop_sharing(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, acts.stop_sharing(browser, world.names["shared"]))


@case
def redeem(world: World) -> Case:
    browser = world.browser("cor")
    return sent(browser, acts.redeem(browser, world.names["code"], "p2"))


@case
def confirm(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, acts.confirm(browser))


@case
def dispute(world: World) -> Case:
    browser = world.browser("teacher")
    return sent(browser, acts.dispute(browser, "Het begin klopt niet"))


@case
def upload(world: World) -> Case:
    browser = world.browser("staff")
    content = csv_of(*[somebody(f"u{number}") for number in range(2_100)])
    return sent(browser, acts.upload(browser, BOARD, content, "u7"), "register.ReceptionClosed", later=True)


@case
def deliver(world: World) -> Case:
    browser = world.browser("staff")
    return sent(browser, acts.deliver(browser, world.names["checked"], 30), later=True)


@case
def letters(world: World) -> Case:
    """The code that was printed last, and no other, is the one that works."""
    browser, employee = world.browser("staff"), world.names["employee"]
    act = acts.letters(browser, BOARD, employee)
    plain = sent(browser, act, "register_activationcodeissued", "register.CodeIssued", "register.LettersPrinted")
    printed = settings.VAR / f"{RUN}-mail" / "printed"  # told by the process that may be killed

    def send() -> bool:
        answer = browser.post(act.form)
        if codes := acts.codes_in(answer):
            printed.parent.mkdir(exist_ok=True)
            printed.write_text(codes[0])
        return act.told(answer)

    def seen() -> int:
        live = ActivationCodeIssued.objects.filter(employee=employee, voided_at=None, redeemed_at=None)
        hashes = {bytes(each) for each in live.values_list("code_hash", flat=True)}
        if printed.exists() and keyed_hash("activation", ActivationCode.parse(printed.read_text()).value) not in hashes:
            raise Half("the code in the letter does not work")
        if len(hashes) != act.seen(browser):
            raise Half(f"{len(hashes)} codes live, and the page of the board has another opinion")
        return len(hashes)

    return replace(plain, send=send, seen=seen)


MADE_ANEW = ("accounts_invitation", "accounts.InvitationCreated", "accounts.InvitationWithdrawn")


@case
def invite(world: World) -> Case:
    browser = world.browser("manager")
    return sent(browser, acts.invite(browser, BOARD, "Iris"), *MADE_ANEW)


@case
def review(world: World) -> Case:
    browser = world.browser("support")
    ans = world.browser("ans")
    return sent(browser, acts.decide(browser, world.names["review"], ans, "p3"))


UNDONE = frozenset({"accounts.SignedOut"})
"""What half a sign-in leaves when it could be undone: its session is ended."""


@case
def sign_in(world: World) -> Case:
    return Case("sign in", lambda: _signed_in("nieuw"), lambda: _opened("nieuw"), UNDONE)


@case
def sign_in_again(world: World) -> Case:
    seen = lambda: _opened("teacher", "Tekst plain")  # noqa: E731
    return Case("sign in again", lambda: _signed_in("teacher"), seen, UNDONE, before=1)


@case
def first_key(world: World) -> Case:
    """The first sign-in of an installation, whose vault is made just then."""
    without_portfolios()
    use_vault(settings.VAR / f"{RUN}-new")
    return Case("first key", lambda: _signed_in("nieuw"), lambda: _opened("nieuw"), UNDONE)


def _signed_in(subject: str) -> bool:
    return "sleutel" in cast.sign_in(subject).client.cookies


def _cookies(browser: cast.Browser) -> dict[str, str]:
    return {name: morsel.value for name, morsel in browser.client.cookies.items()}


def _opened(subject: str, text: str = "") -> int:
    """Whether she has an account; when she has, a new sign-in must open what is hers."""
    accounts = Identity.objects.filter(subject=subject).count()
    if accounts:
        cookies = _cookies(cast.sign_in(subject))
        if text and text not in acts.texts(Inside(cookies)):
            raise Half("her portfolio opens without what she wrote")
    return accounts


@case
def close(world: World) -> Case:
    """She closes her account, in a session that began a moment ago. Her key goes after the commit: the daily work
    erases one that a killed process left."""
    before = world.browser("teacher")
    browser = Inside(_cookies(cast.sign_in("teacher", who=TEACHER)), "teacher")
    account = Identity.objects.get(subject="teacher").account_id
    act = acts.close_account(browser)

    def send() -> bool:
        # Whoever sends it once more has no session: she is asked to sign in, and begins anew.
        answer = browser.post(act.form)
        return act.told(answer) or (answer.signed_out and is_closed(account))

    def seen() -> int:
        if not is_closed(account):
            if "Tekst plain" not in acts.texts(before):
                raise Half("her account is there, and her portfolio does not open")
            return 0
        if Identity.objects.filter(account=account).exists() or account in set(owners_stored()):
            raise Half("her account is closed, and something of hers is there")
        return 1

    def renew() -> None:
        if not is_closed(account):
            renewed(browser, act)

    return Case(act.name, send, seen, renew=renew)


def is_closed(account: UUID) -> bool:
    """Whether this account was closed."""
    return account in set(accounts_closed())


@case
def seal(world: World) -> Case:
    return _command("seal", lambda: int(log_state().unsealed == 0))


@case
def work(world: World) -> Case:
    """A worker delivers what was asked."""
    delivery = UUID(world.names["staged"])
    register.deliver(delivery=delivery, viewer=lines.staff(), at=clock.now())
    enqueue_delivery(delivery)

    def send() -> bool:
        worked()
        return _state(delivery) == "delivered"

    return Case("work", send, lambda: int(_state(delivery) == "delivered"))


def worked() -> None:
    """A worker does what is in the queue, and ends."""
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0)


def _state(delivery: UUID) -> str:
    return Delivery.objects.get(pk=delivery).state


@case
def mail(world: World) -> Case:
    """The daily work sends a mail with a code; when it was sent, that code works and the address is gone."""

    def seen() -> int:
        sent = Message.objects.filter(sent_at__isnull=False).count()
        live = ActivationCodeIssued.objects.filter(channel="mail", voided_at=None, redeemed_at=None).count()
        if sent and not (live and mailed()):
            raise Half("a mail counts as sent, and there is no code that works in it")
        if sent and WorkMail.objects.exclude(address="").exists():
            raise Half("a mail counts as sent, and its address is kept")
        return sent

    # By a clock that is behind nothing is due yet: only a mail that left was acknowledged.
    send = lambda: _done("run_due") and bool(mailed())  # noqa: E731
    return Case("mail", send, seen, frozenset({"register_activationcodeissued"}))


def mailed() -> list[str]:
    """The mails that left."""
    return [path.read_text() for path in (settings.VAR / f"{RUN}-mail").glob("*")]


@case
def backup(world: World) -> Case:
    return _backup("backup", f"{RUN}-backups", REGISTER)


@case
def backup_keys(world: World) -> Case:
    """A copy of the vault, each time of another moment: what it is called says the second."""
    to, store = settings.VAR / f"{RUN}-keybackups", settings.VAR / f"{RUN}-vault" / "vault.sqlite3"

    def send() -> bool:
        backups.back_up(store, to, at=clock.now() + timedelta(seconds=random.randrange(10**6)))
        return True

    def seen() -> int:
        found = [path for path in to.glob("keys-*.sqlite3") if backups.moment_of(path)]
        for path in found:
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
                if copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                    raise Half("a copy of the vault is damaged")
        return min(1, len(found))

    return Case("backup of keys", send, seen)


def _backup(command: str, folder: str, kind: str) -> Case:
    to = settings.VAR / folder

    def seen() -> int:
        if not to.exists():
            return 0
        found = backups_in(to, kind)
        for _, path in found:
            read_backup(path)
        return min(1, len(found))

    return Case(command, lambda: _done(command, to=to), seen)


def _command(name: str, seen: Callable[[], int]) -> Case:
    return Case(name, lambda: _done(name), seen)


def _done(name: str, **options: object) -> bool:
    call_command(name, verbosity=0, **options)
    return True
