"""What two people saw the proof of: what the proof says, and what follows when she confirms it."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Invalid
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.actions.cases.finding import look_for_files_like
from lerarenregister.register.actions.cases.merging import one_at_a_time
from lerarenregister.register.actions.registering import enter_by_proof, note_act
from lerarenregister.register.events import NameProven
from lerarenregister.register.models import Case, CaseStep, ProvenPerson, Qualification, Registration
from lerarenregister.register.queries.names import known_person
from lerarenregister.register.rulebook import rulebook_at
from lerarenregister.register.rules.acts import ActKind
from lerarenregister.register.rules.cases import CaseKind, Move
from lerarenregister.register.rules.identity import folded
from lerarenregister.register.rules.likeness import Someone
from lerarenregister.register.rules.proofs import NAME_PROOFS, PROOFS

_LONGEST = {"subject": 100, "level": 40, "issuer": 200}
_LONGEST_NAME = {"given_name": 100, "prefix": 40, "family_name": 100}
_OLDEST, _YOUNGEST_YEARS = date(1900, 1, 1), 15


def proof_in(values: Mapping[str, Any], at: datetime) -> dict[str, str]:
    """What was seen, as it is kept with the proposal: ground, sector, subject, level, proof, issuer, begin.

    Raises Invalid with the name of the first value that does not fit: a ground that is none or not qualified, a sector
    that it does not hold for, a proof that is neither certificate nor statement, no issuer, a day in the future.
    """
    ground = rulebook_at(at).grounds.get(str(values.get("ground", "")))
    if ground is None or not ground.qualified:
        raise Invalid("ground")
    if values.get("sector") not in ground.sectors:
        raise Invalid("sector")
    if values.get("proof") not in PROOFS:
        raise Invalid("proof")
    texts = {name: str(values.get(name, "")).strip() for name in _LONGEST}
    for name, text in texts.items():
        if len(text) > _LONGEST[name] or (name == "issuer" and not text):
            raise Invalid(name)
    begin = values.get("begin")
    if not isinstance(begin, date) or not date(1940, 1, 1) <= begin <= dutch_date(at):
        raise Invalid("begin")
    return {
        "ground": ground.code,
        "sector": str(values["sector"]),
        "proof": str(values["proof"]),
        "begin": begin.isoformat(),
        **texts,
    }


def person_in(values: Mapping[str, Any], at: datetime, *, seen: bool) -> dict[str, str]:
    """A name and birth date as they are kept with a step: given_name, prefix, family_name, birth_date, and when it was
    `seen` by which kind of proof.

    Raises Invalid with the name of the first value that does not fit: a name without a letter or too long, a birth date
    of nobody who can teach, a proof that shows no name.
    """
    texts = {name: _plain(str(values.get(name, ""))) for name in _LONGEST_NAME}
    for name, text in texts.items():
        if len(text) > _LONGEST_NAME[name] or any(unicodedata.category(each)[0] == "C" for each in text):
            raise Invalid(name)
    if not folded(texts["family_name"]):
        raise Invalid("family_name")
    born, today = values.get("birth_date"), dutch_date(at)
    if not isinstance(born, date) or not born >= _OLDEST or born.year > today.year - _YOUNGEST_YEARS:
        raise Invalid("birth_date")
    if seen and values.get("proof") not in NAME_PROOFS:
        raise Invalid("proof")
    return {**texts, "birth_date": born.isoformat()} | ({"proof": str(values["proof"])} if seen else {})


def _plain(text: str) -> str:
    """A name with single spaces, composed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def take_effect(case: Case, *, actor: Actor, at: datetime) -> None:
    """She confirmed what two people saw: a qualification of hers, by which she is registered, or her name. In the
    caller's transaction."""
    step = CaseStep.objects.filter(case=case, move=Move.PROPOSED).order_by("-number").first()
    if step is None or case.account is None:
        raise Invalid("case")
    if case.kind == CaseKind.NAME:
        _rename(case, case.account, step, actor, at)
    else:
        _qualify(case, case.account, step.values, actor, at)


def _rename(case: Case, account: UUID, step: CaseStep, actor: Actor, at: datetime) -> None:
    registration = Registration.objects.select_for_update().filter(account=account).first()
    if registration is None:
        raise Invalid("case")  # it was forgotten meanwhile, and the case goes with her account
    said: dict[str, str] = step.values
    parts = {name: said[name] for name in _LONGEST_NAME}
    _know(case, account, parts, date.fromisoformat(said["birth_date"]), at)
    note_act(registration, ActKind.RENAMED, at, role=actor.role, case=case, motive=step.words)
    record(NameProven(case.id), actor=actor, at=at, subjects=[account])


def _know(case: Case, account: UUID, parts: Mapping[str, str], born: date, at: datetime) -> None:
    ProvenPerson.objects.filter(account=account, superseded_at=None).update(superseded_at=at)
    ProvenPerson.objects.create(id=new_id(), account=account, case=case, **parts, birth_date=born, recorded_at=at)


def _qualify(case: Case, account: UUID, said: Mapping[str, str], actor: Actor, at: datetime) -> None:
    """Without a board there is nobody who delivers her name: it is that of her sign-in, which both saw beside the
    proof."""
    row = Qualification.objects.create(
        id=new_id(),
        account=account,
        case=case,
        ground=said["ground"],
        sector=said["sector"],
        subject=said["subject"],
        level=said["level"],
        proof=said["proof"],
        issuer=said["issuer"],
        begin=date.fromisoformat(said["begin"]),
        recorded_at=at,
    )
    if case.claimed_birth_date is not None and case.claimed_family_name and known_person(account) is None:
        names = {
            "given_name": case.claimed_given_name[:100],
            "family_name": case.claimed_family_name[:100],
            "prefix": "",
        }
        _know(case, account, names, case.claimed_birth_date, at)
    one_at_a_time()
    enter_by_proof(account=account, qualification=row, actor=actor, at=at)
    known = known_person(account)
    if known is not None:
        someone = Someone(known.family_name, known.prefix, known.given_name, known.birth_date)
        look_for_files_like(account, someone, at=at)
