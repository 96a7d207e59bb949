"""Loads the demo through the front door: institutions, deliveries, letters, and what the cast has already done.

Run by `make run`, once (`demo/loading.py`). Everything goes through the actions that boards and teachers use; nothing
is put in a table.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from demo import letters, synthetic
from demo.loading import STAMP

if TYPE_CHECKING:
    from lerarenregister.accounts.permissions import Viewer
    from lerarenregister.register.printing import PrintedLetter
    from lerarenregister.register.rules.identity import ClaimedIdentity

AS_OF = date(2018, 8, 1)


class Bar:
    """A progress bar on the terminal; one line a step where there is no terminal."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._shown = what, max(total, 1), -1

    def __call__(self, done: int) -> None:
        """So much is done."""
        percent = min(100, done * 100 // self._total)
        if percent == self._shown or (not sys.stderr.isatty() and percent < 100):
            return
        self._shown = percent
        filled = percent * 30 // 100
        end = "\n" if percent == 100 or not sys.stderr.isatty() else ""
        print(
            f"\r{self._what:<28} [{'#' * filled}{'.' * (30 - filled)}] {percent:3} %",
            end=end,
            file=sys.stderr,
            flush=True,
        )


def load(teachers: int, folder: Path, at: datetime) -> None:
    """Load so many people into the register, and write what the providers and the mailbox show into `folder`."""
    from lerarenregister.accounts.permissions import COMMAND  # noqa: PLC0415  (Django must be ready)
    from lerarenregister.register import actions  # noqa: PLC0415
    from lerarenregister.register.rules.institution_files import read  # noqa: PLC0415

    boards = synthetic.boards(teachers)
    everyone = synthetic.people(teachers, boards)
    rows = read(synthetic.institutions_csv(boards).encode(), None)
    actions.import_institutions(rows=rows, as_of=AS_OF, viewer=COMMAND, at=at)
    deliver(everyone, teachers, at)
    people = [person.for_provider() for person in everyone]
    (folder / "people.json").write_text(json.dumps(people, ensure_ascii=False, indent=1), encoding="utf-8")
    print_letters(everyone, boards, folder, at)
    give_roles(boards, at)
    play_the_cast(folder, at)
    actions.find_duplicates(at)
    actions.publish_figures(at)


def deliver(everyone: list[synthetic.Person], teachers: int, at: datetime) -> None:
    """Each board delivers its file."""
    from lerarenregister.accounts.permissions import COMMAND  # noqa: PLC0415
    from lerarenregister.register import actions  # noqa: PLC0415

    bar, done = Bar("Besturen leveren aan", teachers), 0
    for board, text in synthetic.deliveries(everyone).items():
        received = actions.receive(board=board, chunks=[text.encode()], viewer=COMMAND, at=at)
        actions.deliver(delivery=received.delivery, viewer=COMMAND, at=at)
        actions.continue_delivery(delivery=received.delivery, at=at)
        done += received.lines
        bar(min(done, teachers))
    bar(teachers)


def print_letters(everyone: list[synthetic.Person], boards: list[synthetic.Board], folder: Path, at: datetime) -> None:
    """A letter to everyone a board delivered, except who gets a mail: its code, issued later, voids the letter."""
    bar = Bar("Brieven printen", len(boards))
    person_of = {(each.board.number, each.staff_number): one for one in everyone for each in one.appointments}
    for number, board in enumerate(boards, start=1):
        found = ((person_of[board.number, each.letter.staff_number], each) for each in printed_for(board.number, at))
        letters.store(
            folder / letters.FILE,
            [
                letter_of(person, printed)
                for person, printed in found
                if not any(each.work_mail for each in person.appointments)
            ],
        )
        bar(number)


def printed_for(board: str, at: datetime) -> Iterator["PrintedLetter"]:
    """The printed letters of a board, some hundreds at a time."""
    from lerarenregister.accounts.permissions import COMMAND  # noqa: PLC0415
    from lerarenregister.register import actions  # noqa: PLC0415

    while printed := actions.print_letters(board=board, viewer=COMMAND, at=at, most=500):
        yield from printed


def letter_of(person: synthetic.Person, printed: "PrintedLetter") -> letters.StoredLetter:
    """The letter as text and as what its PDF is made of when somebody opens it."""
    from lerarenregister.register import printing  # noqa: PLC0415

    values = json.dumps([printing.values_of(printed)], ensure_ascii=False)
    name = f"brief-bestuur-{printed.letter.board}"
    return letters.StoredLetter(person.id, name, printing.text_of(printed, example=True), values)


def account_of(person: str, kind: str, at: datetime) -> UUID:
    """The account of a person of the demo, as her first sign-in would make it."""
    from django.conf import settings  # noqa: PLC0415

    from lerarenregister.accounts.actions import open_account  # noqa: PLC0415

    issuer = next(each["issuer"] for each in settings.OIDC_PROVIDERS if each["slug"] == kind)
    return open_account(provider=kind, issuer=issuer, subject=f"{kind}-{person}", person_bound=kind == "eid", at=at)


def give_roles(boards: list[synthetic.Board], at: datetime) -> None:
    """A manager and a colleague at the first board, two of support, an auditor, an operator, and somebody of an office
    that the board gave a mandate."""
    from lerarenregister.accounts.actions import give_mandate, give_role, open_office  # noqa: PLC0415
    from lerarenregister.accounts.permissions import COMMAND, Covers, Role  # noqa: PLC0415
    from lerarenregister.register.rulebook import terms_at  # noqa: PLC0415

    first, office = boards[0].number, open_office(name="Kantoor Demo", viewer=COMMAND, at=at)
    give_mandate(
        board=first,
        office=office,
        covers=Covers.DELIVER,
        begins_at=at,
        ends_at=at + terms_at(at).mandate,
        most=terms_at(at).mandate_most,
        viewer=COMMAND,
        at=at,
    )
    for person, role, scope, name in (
        ("bram", Role.BOARD_MANAGER, first, "Bram Demir"),
        ("lotte", Role.BOARD_STAFF, first, "Lotte van Dijk"),
        ("joke", Role.SUPPORT, "", "Joke Prins"),
        ("mila", Role.SUPPORT, "", "Mila Groen"),
        ("kees", Role.AUDITOR, "", "Kees Kok"),
        ("otto", Role.OPERATOR, "", "Otto Visser"),
        ("zita", Role.OFFICE, office, "Zita Vos"),
    ):
        give_role(
            viewer=COMMAND,
            account=account_of(person, "school", at),
            role=role,
            scope=scope,
            known_as=name,
            ends_at=at + timedelta(days=365),
            at=at,
        )


def play_the_cast(folder: Path, at: datetime) -> None:
    """What some of the cast did before the stranger came: confirmed, disputed, asked for a review, for registration."""
    from lerarenregister.register import actions, queries  # noqa: PLC0415

    people = {
        each["id"]: each for each in json.loads((folder / "people.json").read_text(encoding="utf-8")) if each["cast"]
    }
    words = {"daan": "Ik werk hier sinds 2015, niet sinds 2016.", "ilse": "Ik begon in 2014 al."}
    for person in ("chloe", "daan", "frits", "emine", "gwen", "ilse"):
        viewer = viewer_of(person, at)
        redeem_first_letter(people[person], viewer, folder, at)
        for each in queries.own_registration(viewer).appointments:
            if person in words:
                actions.dispute_appointment(version=each.latest.id, words=words[person], viewer=viewer, at=at)
            else:
                actions.confirm_appointment(version=each.latest.id, person=each.latest.person, viewer=viewer, at=at)
    ask_without_board(people["hanna"], at)


def ask_without_board(person: dict[str, str], at: datetime) -> None:
    """She has no board, and asks support to look at her certificate."""
    from lerarenregister.register import actions  # noqa: PLC0415

    words = "Ik heb een getuigschrift van de pabo, uit 2017. Ik werk nu niet op een school."
    viewer = viewer_of(person["id"], at)
    actions.ask_registration(board="", words=words, identity=identity_of(person), viewer=viewer, at=at)


def identity_of(person: dict[str, str]) -> "ClaimedIdentity":
    """What her sign-in says of her."""
    from lerarenregister.register.rules.identity import ClaimedIdentity  # noqa: PLC0415

    name = f"{person['prefix']} {person['family_name']}".strip()
    return ClaimedIdentity(name, person["given_name"], date.fromisoformat(person["birth_date"]))


def viewer_of(person: str, at: datetime) -> "Viewer":
    """She, in a session of her own."""
    from lerarenregister.accounts.permissions import SessionKind, Viewer  # noqa: PLC0415

    return Viewer(account_of(person, "eid", at), SessionKind.PERSON_BOUND)


def redeem_first_letter(person: dict[str, str], viewer: "Viewer", folder: Path, at: datetime) -> None:
    """She fills in the code of her first letter."""
    from lerarenregister.register import actions  # noqa: PLC0415

    letter = letters.letters_of(folder / letters.FILE, person["id"])[0]
    code = json.loads(letter.values)[0]["code"]
    actions.redeem(code=code, identity=identity_of(person), viewer=viewer, at=at)


def main() -> None:
    """Load, then leave a stamp that says for how many people."""
    import django  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="python -m demo.load", description=__doc__)
    parser.add_argument("--teachers", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lerarenregister.project.settings")
    django.setup()
    load(given.teachers, given.folder, datetime.now(UTC))
    (given.folder / STAMP).write_text(f"{given.teachers}\n")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
