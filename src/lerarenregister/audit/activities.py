"""The register of processing activities (AVG, article 30), read once from `reglement/v1/verwerkingen.toml`. Pure.

Statements to people, `/verwerkingen/` and the processing log (Logboek Dataverwerkingen) come from these values. What a
term lasts is said by the door that can see the code it comes from (`web.processing.terms`).
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

T = TypeVar("T")
FILE = Path(__file__).resolve().parents[3] / "reglement" / "v1" / "verwerkingen.toml"


class UnknownEvent(LookupError):
    """An event that no activity names."""


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    nl: str
    en: str

    def said(self, language: str) -> str:
        """In English when that is asked, else in Dutch."""
        return self.en if language == "en" else self.nl


@dataclass(frozen=True, slots=True)
class Known:
    """A ground, a category of persons or a recipient: a code with its words, and its word in the Data Privacy
    Vocabulary (a LegalBasis, a kind of HumanSubject or a LegalRole; https://w3c.github.io/dpv/)."""

    code: str
    words: Words
    dpv: str


@dataclass(frozen=True, slots=True)
class Term:
    """How long. `lasts` names a duration of the rulebook or of the code ("" for none), `ends` is whether everything is
    gone after it, `test` what shows it."""

    code: str
    words: Words
    lasts: str
    ends: bool
    test: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What guards the data, and the tests that show it."""

    code: str
    words: Words
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """What may go wrong for the people concerned, and what was done against it."""

    code: str
    words: Words
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Data:
    """Which data, in which tables (none when it is in no table of ours), and how long it is kept."""

    tables: tuple[str, ...]
    words: Words
    kept: Term


@dataclass(frozen=True, slots=True)
class Activity:
    """One version of a processing activity. `needs` names the domain without which it does not take place, `personal`
    is whether it is about people. `no_events` says why it leaves no event in the log."""

    code: str
    version: int
    valid_from: date
    personal: bool
    needs: str
    name: Words
    purpose: Words
    ground: Known
    persons: tuple[Known, ...]
    recipients: tuple[Known, ...]
    measures: tuple[Measure, ...]
    data: tuple[Data, ...]
    events: frozenset[str]
    no_events: Words | None

    @property
    def path(self) -> str:
        """Its address below BASE_URL; never changes, for the log refers to it."""
        return f"/verwerkingen/{self.code}/{self.version}/"


@dataclass(frozen=True, slots=True)
class Processing:
    """The whole register. `activities` has every version, in the order of the file; `nobody` says of tables without
    anything about a person what they hold."""

    activities: tuple[Activity, ...]
    terms: Mapping[str, Term]
    measures: Mapping[str, Measure]
    risks: tuple[Risk, ...]
    nobody: Mapping[str, str]

    def in_force(self) -> tuple[Activity, ...]:
        """The latest version of each activity."""
        latest: dict[str, Activity] = {}
        for each in self.activities:
            if each.code not in latest or each.version > latest[each.code].version:
                latest[each.code] = each
        return tuple(latest.values())

    def version_of(self, code: str, version: int) -> Activity | None:
        """This version of this activity, or None."""
        return next((each for each in self.activities if (each.code, each.version) == (code, version)), None)

    def of_event(self, name: str, on: date) -> Activity:
        """The activity that an event of this name belongs to, in the version of that day; raises UnknownEvent.

        An event from before the first version belongs to the first.
        """
        naming = sorted((each for each in self.activities if name in each.events), key=lambda each: each.version)
        if not naming:
            raise UnknownEvent(name)
        return next((each for each in reversed(naming) if each.valid_from <= on), naming[0])


def parse(text: str) -> Processing:
    """The register in a file; raises ValueError that names an activity and the code it does not know."""
    read = tomllib.loads(text)
    grounds, persons, recipients = (
        {each["code"]: Known(each["code"], _words(each), each["dpv"]) for each in read[kind]}
        for kind in ("ground", "person", "recipient")
    )
    terms = {
        each["code"]: Term(
            each["code"], _words(each), each.get("lasts", ""), each.get("ends", True), each.get("test", "")
        )
        for each in read["term"]
    }
    measures = {each["code"]: Measure(each["code"], _words(each), tuple(each["tests"])) for each in read["measure"]}

    def activity(row: Mapping[str, Any]) -> Activity:
        where = f"activity {row['code']}"
        return Activity(
            code=row["code"],
            version=row["version"],
            valid_from=row["valid_from"],
            personal=row.get("personal", True),
            needs=row.get("needs", ""),
            name=_words(row, "name_"),
            purpose=_words(row, "purpose_"),
            ground=_all([row["ground"]], grounds, where)[0],
            persons=_all(row["persons"], persons, where),
            recipients=_all(row["recipients"], recipients, where),
            measures=_all(row["measures"], measures, where),
            data=tuple(
                Data(tuple(each["tables"]), _words(each), _all([each["kept"]], terms, where)[0])
                for each in row.get("data", ())
            ),
            events=frozenset(row["events"]),
            no_events=_words(row, "no_events_") if "no_events_nl" in row else None,
        )

    return Processing(
        activities=tuple(activity(row) for row in read["activity"]),
        terms=MappingProxyType(terms),
        measures=MappingProxyType(measures),
        risks=tuple(
            Risk(each["code"], _words(each), _all(each["measures"], measures, f"risk {each['code']}"))
            for each in read["risk"]
        ),
        nobody=MappingProxyType(read["nobody"]),
    )


def _words(row: Mapping[str, Any], before: str = "") -> Words:
    return Words(row[f"{before}nl"], row[f"{before}en"])


def _all(codes: Iterable[str], known: Mapping[str, T], where: str) -> tuple[T, ...]:
    for code in codes:
        if code not in known:
            raise ValueError(f"verwerkingen.toml: {where} names {code!r}, which the file does not describe")
    return tuple(known[code] for code in codes)


PROCESSING = parse(FILE.read_text(encoding="utf-8"))
