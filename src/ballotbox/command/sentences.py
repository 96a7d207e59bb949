"""What `ballotbox verify` says to people, in English and in Dutch."""

import os
from dataclasses import dataclass
from typing import Final

from ballotbox.box import Stage


@dataclass(frozen=True, slots=True)
class Sentences:
    """Each sentence of a report, in one language; `{}` takes what it is about."""

    election: str
    fingerprint: str
    stage: str
    stages: dict[Stage, str]
    checked: str
    events: str
    credentials: str
    trustees: str
    ballots: str
    earlier: str
    elsewhere: str
    counted: str
    decryptions: str
    supplements: str
    result: str
    blank: str
    invalid: str
    not_enough: str
    no_result: str
    not_in_it: str
    part: str
    proves: tuple[str, ...]
    separator: str

    def number(self, number: int) -> str:
        """As it is written: 250,000 or 250.000."""
        return f"{number:,}".replace(",", self.separator)


ENGLISH: Final = Sentences(
    election="{} (election {})",
    fingerprint="fingerprint {}",
    stage="Stage: {}. Last event: {}",
    stages={
        Stage.EMPTY: "there is no election in it",
        Stage.VOTING: "people can still vote",
        Stage.CLOSED: "the vote is closed, and nothing is counted yet",
        Stage.TALLIED: "the count is made under encryption, and not yet opened",
        Stage.COUNTED: "there is a result",
    },
    checked="Checked, and by which section of the specification (Belenios, version 1):",
    events="events, each of which names the one before it",
    credentials="credentials of people who may vote, without their names",
    trustees="keys of trustees, and that somebody has each",
    ballots="ballots: its signature and all its proofs",
    earlier="  of which in earlier runs",
    elsewhere="  of which not in this part",
    counted="ballots that count, the last of each voter: their sum, by weight {}",
    decryptions="partial decryptions of that sum",
    supplements="of these over the full statement, beside the archive",
    result="result: what the decryptions give",
    blank="blank",
    invalid="NOT VALID: {}",
    not_enough="NOT ENOUGH: {}",
    no_result="a result was asked for: {}",
    not_in_it="event {} is not in it",
    part="Part {} of {} passed. It says nothing of the other parts: ballotbox merge.",
    proves=(
        "Every check passed. That proves: each ballot was made by somebody with a credential of the list, and is a",
        "vote that the questions allow. No voter counts twice. When there is a result, it is the sum of these ballots.",
        "It does not prove: that the right people are on the list, that nobody was watched or forced, that your own",
        "ballot is among them (look for your tracker), or that this is the newest archive.",
    ),
    separator=",",
)

DUTCH: Final = Sentences(
    election="{} (verkiezing {})",
    fingerprint="vingerafdruk {}",
    stage="Stand: {}. Laatste gebeurtenis: {}",
    stages={
        Stage.EMPTY: "er staat geen verkiezing in",
        Stage.VOTING: "er kan nog worden gestemd",
        Stage.CLOSED: "de stemming is gesloten, en er is nog niets geteld",
        Stage.TALLIED: "er is versleuteld geteld, en de telling is nog dicht",
        Stage.COUNTED: "er is een uitslag",
    },
    checked="Nagekeken, en volgens welk deel van de specificatie (Belenios, versie 1):",
    events="gebeurtenissen, die elk de vorige noemen",
    credentials="codes van mensen die mogen stemmen, zonder hun namen",
    trustees="sleutels van sleutelbewaarders, en dat iemand elke sleutel heeft",
    ballots="stembiljetten: de handtekening en alle bewijzen",
    earlier="  daarvan een eerdere keer",
    elsewhere="  daarvan niet in dit deel",
    counted="stembiljetten die tellen, van elke kiezer de laatste: hun som, met gewicht {}",
    decryptions="deel-ontsleutelingen van die som",
    supplements="daarvan met een bewijs over alles, naast het archief",
    result="uitslag: wat de ontsleutelingen geven",
    blank="blanco",
    invalid="NIET GELDIG: {}",
    not_enough="NIET GENOEG: {}",
    no_result="er werd een uitslag gevraagd: {}",
    not_in_it="gebeurtenis {} staat er niet in",
    part="Deel {} van {} klopt. Dat zegt niets over de andere delen: ballotbox merge.",
    proves=(
        "Alles klopt. Dat bewijst: elk stembiljet is van iemand met een code van de lijst, en is een stem die mag",
        "volgens de vragen. Geen kiezer telt twee keer. Is er een uitslag, dan is die de som van deze stembiljetten.",
        "Het bewijst niet: dat de juiste mensen op de lijst staan, dat niemand meekeek of werd gedwongen, dat je eigen",
        "stembiljet erbij is (zoek je volgcode op), of dat dit het nieuwste archief is.",
    ),
    separator=".",
)

LANGUAGES: Final = {"en": ENGLISH, "nl": DUTCH}


def usual() -> str:
    """The language of this machine, as far as we have it: `en` or `nl`."""
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "nl" if said.startswith("nl") else "en"
