"""What `ballotbox verify` says to people, in English and in Dutch."""

import os
from dataclasses import dataclass
from typing import Final

from ballotbox.box import Stage


@dataclass(frozen=True, slots=True)
class Sentences:
    """Each sentence of a report, in one language; `{}` takes what it is about."""

    passed: str
    invalid: str
    not_enough: str
    election: str
    fingerprint: str
    list: str
    trustees_hash: str
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
    old: str
    unread: str
    unkept: str
    blank: str
    no_result: str
    not_in_it: str
    part: str
    merged: str
    proves: tuple[str, ...]
    separator: str

    def number(self, number: int) -> str:
        """As it is written: 250,000 or 250.000."""
        return f"{number:,}".replace(",", self.separator)


ENGLISH: Final = Sentences(
    passed="VALID: every check passed.",
    invalid="NOT VALID: {}",
    not_enough="NOT ENOUGH: {}",
    election="{} (election {})",
    fingerprint="fingerprint          {}",
    list="list of who may vote {}",
    trustees_hash="trustees             {}",
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
    ballots="ballots: the signature and all proofs of each",
    earlier="  of which in earlier runs",
    elsewhere="  of which not in this part",
    counted="ballots that count, the last of each voter: their sum, by weight {}",
    decryptions="partial decryptions of that sum",
    supplements="  of which with a second proof, in a file beside the archive",
    result="result: what the decryptions give",
    old="events of the earlier archive, all of which stand in it",
    unread="What stands before event {} was verified earlier, and not read again: leave out --checkpoint to read it.",
    unkept="The checkpoint could not be written: {}",
    blank="blank",
    no_result="there is no result yet: {}",
    not_in_it="event {} is not in it",
    part="Part {} of {} passed. It says nothing of the other parts: ballotbox merge.",
    merged="All {} parts passed: every proof of {} ballots was checked.",
    proves=(
        "That proves: each ballot was made by somebody with a credential of the list, and is a vote that the questions",
        "allow. No voter counts twice. When there is a result, it is the sum of these ballots.",
        "It does not prove: that the right people are on the list, that nobody else had their credentials, that nobody",
        "was watched or forced, that your own ballot is among them (ballotbox ballot find), or that this is the newest",
        "archive.",
    ),
    separator=",",
)

DUTCH: Final = Sentences(
    passed="GELDIG: alles klopt.",
    invalid="NIET GELDIG: {}",
    not_enough="NIET GENOEG: {}",
    election="{} (verkiezing {})",
    fingerprint="vingerafdruk         {}",
    list="lijst van stemmers   {}",
    trustees_hash="sleutelbewaarders    {}",
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
    ballots="stembiljetten: van elk de handtekening en alle bewijzen",
    earlier="  daarvan een eerdere keer",
    elsewhere="  daarvan niet in dit deel",
    counted="stembiljetten die tellen, van elke stemmer het laatste: hun som, met gewicht {}",
    decryptions="deel-ontsleutelingen van die som",
    supplements="  daarvan met een tweede bewijs, in een bestand naast het archief",
    result="uitslag: wat de ontsleutelingen geven",
    old="gebeurtenissen van het eerdere archief, die er allemaal in staan",
    unread="Wat voor gebeurtenis {} staat, is eerder nagekeken en nu niet gelezen. Toch lezen? Laat --checkpoint weg.",
    unkept="Wat is nagekeken kon niet worden bewaard: {}",
    blank="blanco",
    no_result="er is nog geen uitslag: {}",
    not_in_it="gebeurtenis {} staat er niet in",
    part="Deel {} van {} klopt. Dat zegt niets over de andere delen: ballotbox merge.",
    merged="Alle {} delen kloppen: van {} stembiljetten is elk bewijs nagekeken.",
    proves=(
        "Dat bewijst: elk stembiljet is van iemand met een code van de lijst, en is een stem die mag volgens de",
        "vragen. Geen stemmer telt twee keer. Is er een uitslag, dan is die de som van deze stembiljetten.",
        "Het bewijst niet: dat de juiste mensen op de lijst staan, dat niemand anders hun codes had, dat niemand",
        "meekeek of werd gedwongen, dat je eigen stembiljet erbij is (ballotbox ballot find), of dat dit het nieuwste",
        "archief is.",
    ),
    separator=".",
)

LANGUAGES: Final = {"en": ENGLISH, "nl": DUTCH}


def usual() -> str:
    """The language of this machine, as far as we have it: `en` or `nl`."""
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "nl" if said.startswith("nl") else "en"
