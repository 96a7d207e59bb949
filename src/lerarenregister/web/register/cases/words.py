"""What cases, turns and steps are called, for who reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lerarenregister.register.queries import CaseShown, StepShown
from lerarenregister.register.rulebook import RULEBOOKS
from lerarenregister.register.rules.cases import CaseKind, Move, Outcome, Turn
from lerarenregister.web.register.language import in_english

KINDS: dict[CaseKind, Promise] = {
    CaseKind.DISPUTE: _("Er klopt iets niet"),
    CaseKind.REQUEST: _("Vraag om registratie"),
    CaseKind.DEATH: _("Melding van overlijden"),
    CaseKind.DUPLICATE: _("Misschien dezelfde persoon"),
    CaseKind.SPLIT: _("Samenvoeging ongedaan maken"),
    CaseKind.NAME: _("Andere naam of geboortedatum"),
}
TURNS: dict[Turn, Promise] = {
    Turn.BOARD: _("Het bestuur is aan de beurt"),
    Turn.PERSON: _("Jij bent aan de beurt"),
    Turn.DESK: _("De ondersteuning is aan de beurt"),
    Turn.SECOND: _("Een tweede medewerker kijkt mee"),
    Turn.NOBODY: _("Afgesloten"),
}
OUTCOMES: dict[Outcome, Promise] = {
    Outcome.GRANTED: _("Toegewezen"),
    Outcome.REJECTED: _("Afgewezen"),
    Outcome.SETTLED: _("Opgelost"),
    Outcome.WITHDRAWN: _("Ingetrokken"),
    Outcome.LAPSED: _("Verlopen zonder reactie"),
}
PROPOSALS: dict[Outcome, Promise] = {
    Outcome.GRANTED: _("Voorstel: toewijzen"),
    Outcome.REJECTED: _("Voorstel: afwijzen"),
}
DECISIONS: dict[Outcome, Promise] = {
    Outcome.GRANTED: _("Besluit: toegewezen"),
    Outcome.REJECTED: _("Besluit: afgewezen"),
}
_OF_TWO: dict[tuple[CaseKind, Outcome], Promise] = {
    (CaseKind.DUPLICATE, Outcome.GRANTED): _("Dezelfde persoon"),
    (CaseKind.DUPLICATE, Outcome.REJECTED): _("Twee verschillende personen"),
    (CaseKind.SPLIT, Outcome.GRANTED): _("Weer uit elkaar"),
    (CaseKind.SPLIT, Outcome.REJECTED): _("Blijft samengevoegd"),
}
"""What is proposed and decided about two people, instead of granted or rejected."""


def choices_for(kind: CaseKind) -> list[tuple[Outcome, Promise]] | None:
    """What an officer can propose in a case about two people; None in any other."""
    return [(outcome, words) for (each, outcome), words in _OF_TWO.items() if each is kind] or None


def outcome_in(kind: CaseKind, outcome: Outcome) -> Promise:
    """How a case of this kind ended."""
    return _OF_TWO.get((kind, outcome), OUTCOMES[outcome])


def proposal_in(kind: CaseKind, outcome: Outcome) -> str:
    """What is proposed in a case of this kind."""
    words = _OF_TWO.get((kind, outcome))
    return str(PROPOSALS[outcome]) if words is None else gettext("Voorstel: {what}").format(what=words)


_STEPS: dict[Move, Promise] = {
    Move.OPENED: _("Gevraagd"),
    Move.ADDED: _("Aangevuld"),
    Move.DONE: _("Het bestuur heeft het aangepast"),
    Move.KEPT: _("Het bestuur laat het zoals het is"),
    Move.CONTENT: _("Akkoord met het antwoord"),
    Move.OBJECTED: _("Niet eens met het antwoord"),
    Move.WITHDRAWN: _("Ingetrokken"),
    Move.PROPOSED: _("Een medewerker deed een voorstel"),
    Move.SENT_BACK: _("Een tweede medewerker gaf het terug"),
    Move.AGREED: _("Een tweede medewerker was het eens: besloten"),
    Move.PASSED_ON: _("Het bestuur antwoordde niet op tijd: de ondersteuning neemt het over"),
    Move.LAPSED: _("Er kwam geen reactie: afgesloten"),
}
_OTHERWISE: dict[tuple[CaseKind, Move], Promise] = {
    (CaseKind.REQUEST, Move.DONE): _("Het bestuur heeft je gevonden: kijk je gegevens na"),
    (CaseKind.DEATH, Move.OPENED): _("Gemeld door het bestuur"),
    (CaseKind.DUPLICATE, Move.OPENED): _("Gevonden door het register"),
    (CaseKind.SPLIT, Move.OPENED): _("Begonnen door een medewerker"),
    (CaseKind.DEATH, Move.OBJECTED): _("De persoon zelf zegt dat het niet klopt"),
}
PROOFS: dict[str, Promise] = {"certificate": _("Getuigschrift of diploma"), "statement": _("Verklaring")}
NAME_PROOFS: dict[str, Promise] = {
    "identity": _("Identiteitsbewijs"),
    "deed": _("Akte of uittreksel van een gemeente"),
    "ruling": _("Besluit van een rechter of de Koning"),
}


@dataclass(frozen=True, slots=True)
class ProofTold:
    """A proof that was seen, in words."""

    ground: str
    sector: str
    subject: str
    level: str
    kind: str
    issuer: str
    begin: date


def proof_told(proposal: StepShown) -> ProofTold | None:
    """What was seen with a proposal; None when it is not about a proof."""
    seen = proposal.values
    if "ground" not in seen:
        return None
    ground = RULEBOOKS.ground(seen["ground"])
    english = in_english()
    return ProofTold(
        ground=ground.name_en if english else ground.name_nl,
        sector=seen["sector"],
        subject=seen["subject"],
        level=seen["level"],
        kind=str(PROOFS[seen["proof"]]),
        issuer=seen["issuer"],
        begin=date.fromisoformat(seen["begin"]),
    )


@dataclass(frozen=True, slots=True)
class NameTold:
    """A name and birth date that were asked for, or seen on a proof (`kind`, "" when nothing was seen)."""

    name: str
    birth_date: date
    kind: str


def name_told(values: Mapping[str, str]) -> NameTold | None:
    """The name and birth date in what goes with a step; None when it is not about a name."""
    if "family_name" not in values:
        return None
    name = " ".join(part for part in (values["given_name"], values["prefix"], values["family_name"]) if part)
    kind = str(NAME_PROOFS[values["proof"]]) if "proof" in values else ""
    return NameTold(name, date.fromisoformat(values["birth_date"]), kind)


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step in words."""

    what: str
    words: str
    at: datetime
    own: bool


def steps_told(case: CaseShown, *, for_her: bool = False) -> list[StepTold]:
    """The steps of a case, the oldest first. She reads a proposal when it was agreed to, and not what went before."""
    steps = [each for each in case.steps if not (for_her and _inside(each, case))]
    return [StepTold(str(_what(each, case)), each.words, each.at, each.own) for each in steps]


def _inside(step: StepShown, case: CaseShown) -> bool:
    """Whether a step is talk between officers: what was sent back, and a proposal to which nobody has agreed."""
    following = next(
        (
            each.move
            for each in case.steps
            if each.at >= step.at
            and each.move is not Move.ADDED
            and each.id != step.id
            and case.steps.index(each) > case.steps.index(step)
        ),
        None,
    )
    return step.move is Move.SENT_BACK or (step.move is Move.PROPOSED and following is not Move.AGREED)


def _what(step: StepShown, case: CaseShown) -> Promise | str:
    if step.move is Move.PROPOSED and step.outcome is not None:
        return proposal_in(case.kind, step.outcome)
    return _OTHERWISE.get((case.kind, step.move), _STEPS[step.move])
