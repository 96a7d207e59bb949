"""A registration on a proof that two people saw: what the proof says, and what follows when she confirms it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from lerarenregister.audit.events import Actor
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Invalid
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.actions.registering import enter_by_proof
from lerarenregister.register.models import Case, CaseStep, Qualification
from lerarenregister.register.rulebook import rulebook_at
from lerarenregister.register.rules.cases import Move
from lerarenregister.register.rules.proofs import PROOFS

_LONGEST = {"subject": 100, "level": 40, "issuer": 200}


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


def take_effect(case: Case, *, actor: Actor, at: datetime) -> None:
    """She confirmed what two people saw: it is a qualification of hers, and she is registered. In the caller's
    transaction."""
    step = CaseStep.objects.filter(case=case, move=Move.PROPOSED).order_by("-number").first()
    if step is None or case.account is None:
        raise Invalid("case")
    said: dict[str, str] = step.values
    row = Qualification.objects.create(
        id=new_id(),
        account=case.account,
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
    enter_by_proof(account=case.account, qualification=row, actor=actor, at=at)
