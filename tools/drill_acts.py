"""Somebody at work in the drill: saves in her portfolio and, now and then, has a line delivered, joins and confirms.

`python -m tools.drill_acts work NUMBER` says each act on a line after it was acknowledged, until it is killed.
`python -m tools.drill_acts open NUMBER` opens her portfolio with her own key and says what is in it.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lerarenregister.project.settings")
django.setup()

from tests import vaults  # noqa: E402
from tests.register import cast  # noqa: E402

from lerarenregister.accounts import actions as accounts  # noqa: E402
from lerarenregister.accounts.oidc import FreshSignIn  # noqa: E402
from lerarenregister.accounts.permissions import SessionKind, Viewer  # noqa: E402
from lerarenregister.kernel import clock  # noqa: E402
from lerarenregister.kernel.envelopes import Sealer  # noqa: E402
from lerarenregister.kernel.identifiers import random_id  # noqa: E402
from lerarenregister.portfolio import actions as portfolio  # noqa: E402
from lerarenregister.portfolio import queries as portfolio_queries  # noqa: E402
from lerarenregister.portfolio.actions import keys as key_actions  # noqa: E402
from lerarenregister.portfolio.rules.entries import Content, Kind  # noqa: E402
from lerarenregister.register import actions as register  # noqa: E402
from lerarenregister.register import queries  # noqa: E402
from lerarenregister.web.portfolio import keys  # noqa: E402
from vault.rows import erase_ticket  # noqa: E402

BOARDS: tuple[dict[str, str], ...] = ({}, {"bestuursnummer": cast.OTHER_BOARD, "brin": "03EF"})


def signed_in(number: int) -> tuple[Viewer, Sealer]:
    """She signs in, and her key opens: made at her first sign-in, and never again."""
    at = clock.now()
    proved = vaults.proved(f"drill {number}", at=at)
    proof = FreshSignIn(
        provider="eid",
        person_bound=True,
        issuer=vaults.ISSUER,
        subject=f"drill {number}",
        auth_time=at - timedelta(seconds=1),
        family_name=cast.TEACHER.family_name,
        given_name=cast.TEACHER.given_name,
        birth_date=cast.TEACHER.birth_date,
        id_token=proved["id_token"],
        secret=proved["secret"],
    )
    account = accounts.sign_in(proof=proof, device="drill", at=at).account
    viewer = Viewer(account=account, session=SessionKind.PERSON_BOUND)
    key = key_actions.reserve_key(viewer=viewer) if portfolio_queries.is_empty(account) else None
    opened = keys.vault().open(challenge=proved["secret"], id_token=proved["id_token"], make=key.bytes if key else None)
    key_actions.note_key(viewer=viewer, key=UUID(bytes=opened.id), ticket=erase_ticket(opened.key))
    return viewer, Sealer(opened.key)


def acknowledged(kind: str, key: UUID) -> None:
    """The act is committed; whoever asked for it has heard so."""
    print(kind, key, time.time(), flush=True)


def work(number: int) -> None:
    """Act after act, each as its page would do it."""
    viewer, sealer = signed_in(number)
    done = 0
    while True:
        entry, at = random_id(), clock.now()
        content = Content(next(iter(Kind)), at.date(), f"Bewaard {entry}", "")
        portfolio.save_entry(viewer=viewer, sealer=sealer, entry_id=entry, expected=0, content=content, at=at)
        acknowledged("entry", entry)
        done += 1
        if done % 3 == 0:
            confirm(viewer, number, f"w{done}")


def confirm(viewer: Viewer, number: int, staff_number: str) -> None:
    """Her board delivers a line and prints a letter; she fills in the code and confirms."""
    at, line = clock.now(), BOARDS[number] | {"personeelsnummer": staff_number}
    board = line.get("bestuursnummer", cast.BOARD)
    acknowledged("delivery", cast.deliver(cast.csv_of(line), board=board, at=at).id)
    code = cast.code_for(staff_number, board=board, at=at)
    register.redeem(code=code, identity=cast.TEACHER, viewer=viewer, at=clock.now())
    for shown in queries.own_registration(viewer).appointments:
        latest = shown.latest
        if register.confirm_appointment(version=latest.id, person=latest.person, viewer=viewer, at=clock.now()):
            acknowledged("confirmation", latest.id)


def open_portfolio(number: int) -> None:
    """Every text of hers, opened."""
    viewer, sealer = signed_in(number)
    for kept in portfolio_queries.everything(viewer, sealer):
        print(kept.content.text)


if __name__ == "__main__":
    with vaults.in_process(Path(os.environ["VAULT_STORE"]).parent):
        {"work": work, "open": open_portfolio}[sys.argv[1]](int(sys.argv[2]))
