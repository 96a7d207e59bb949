"""The letters of the register: texts of the rulebook. Pure.

The letter with an activation code has a Dutch and an English part, for nobody knows which language the addressee reads.
A decision is in the language that she chose. What is filled in stands between braces, and is never read for braces
itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from string import Formatter
from typing import Any

from lerarenregister.register.rules.acts import ENDING, ActKind

PLACES: dict[str, frozenset[str]] = {
    "board_name": frozenset({"board"}),
    "sender": frozenset({"board", "board_name"}),
    "addressee": frozenset({"name"}),
    "date": frozenset({"date"}),
    "staff_number": frozenset({"staff_number"}),
    "greeting": frozenset({"name"}),
    "delivered": frozenset({"board_name", "delivered_on", "birth_date"}),
    "sign_in": frozenset({"address"}),
    "term": frozenset({"expires_on"}),
}
"""What is filled in, by the part of the activation letter; nothing in what is not named here."""

ONLY = {
    "nl": frozenset({"addressee", "columns", "date", "sender"}),
    "en": frozenset({"pointer", "table", "grounds", "ground_columns"}),
}
"""The parts that one language has and the other does not: the Dutch part has the head and the table of appointments,
the English one says where to find it, and explains the table."""

TABLE_COLUMNS = {"columns": 5, "ground_columns": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWords:
    """What one part of the activation letter says. What only the other language has is "" or () here."""

    language: str
    pointer: str = ""
    example: str
    board_name: str
    sender: str = ""
    addressee: str = ""
    since: str
    date: str = ""
    staff_number: str
    title: str
    greeting: str
    opening: str
    voluntary: str
    no_law: str
    no_effect: str
    delivered_title: str
    delivered: str
    nothing_delivered: str
    columns: tuple[str, ...] = ()
    table: str = ""
    grounds: str = ""
    ground_columns: tuple[str, ...] = ()
    steps_title: str
    sign_in: str
    enter: str
    look: str
    term: str
    notes_title: str
    notes: str

    def filled(self, blanks: Mapping[str, str]) -> dict[str, Any]:
        """The words with their blanks filled, as JSON values; what is filled in is never read for blanks itself."""
        said: dict[str, Any] = {}
        for field in fields(self):
            words = getattr(self, field.name)
            said[field.name] = words.format_map(blanks) if isinstance(words, str) else list(words)
        return said


@dataclass(frozen=True, slots=True)
class DecisionText:
    """What a decision of one kind is called, why it was taken, and what she can do, in both languages. The remedy of
    one that ends a registration names `{until}`: the last day on which she can come back."""

    kind: str
    title_nl: str
    title_en: str
    why_nl: str
    why_en: str
    remedy_nl: str
    remedy_en: str

    def said(self, language: str, until: str) -> tuple[str, str, str]:
        """Title, why and remedy in "nl" or "en"; `until` is a day in words of that language."""
        english = language == "en"
        remedy = self.remedy_en if english else self.remedy_nl
        return (
            self.title_en if english else self.title_nl,
            self.why_en if english else self.why_nl,
            remedy.format_map({"until": until}),
        )


@dataclass(frozen=True, slots=True)
class Letters:
    """All letters of one version of the rulebook."""

    dutch: LetterWords
    english: LetterWords
    decisions: Mapping[str, DecisionText]


def read_letters(read: Mapping[str, Any]) -> Letters:
    """From what stands in `brieven.toml`. Raises KeyError and TypeError when something is missing or not known."""
    parts = {language: _part(language, part) for language, part in read["activation"].items()}
    return Letters(parts["nl"], parts["en"], {each["kind"]: DecisionText(**each) for each in read["decision"]})


def _part(language: str, read: Mapping[str, Any]) -> LetterWords:
    words: dict[str, Any] = {name: tuple(said) if isinstance(said, list) else said for name, said in read.items()}
    return LetterWords(language=language, **words)


def faults_of(letters: Letters) -> list[str]:
    """What is wrong with the letters, in sentences."""
    return [*_words_wrong(letters.dutch, "en"), *_words_wrong(letters.english, "nl"), *_decisions_wrong(letters)]


def _words_wrong(words: LetterWords, other: str) -> list[str]:
    faults = []
    for field in fields(words):
        said, name = getattr(words, field.name), f"{field.name} of the activation letter in {words.language}"
        if isinstance(said, tuple):
            wanted = 0 if field.name in ONLY[other] else TABLE_COLUMNS[field.name]
            if len(said) != wanted or not all(each.strip() for each in said):
                faults.append(f"{name} must have {wanted} headings")
        elif bool(said.strip()) is (field.name in ONLY[other]):
            faults.append(f"{name} must be {'empty' if said else 'there'}")
        elif said:
            faults += _places_wrong(name, said, PLACES.get(field.name, frozenset()))
    return faults


def _decisions_wrong(letters: Letters) -> list[str]:
    faults = [f"it has no text of the decision {kind}" for kind in ActKind if kind not in letters.decisions]
    for text in letters.decisions.values():
        name = f"the decision {text.kind}"
        if text.kind not in set(ActKind):
            faults.append(f"{name} is none that is taken")
            continue
        for field in fields(text)[1:]:
            said = getattr(text, field.name)
            ends = field.name.startswith("remedy") and text.kind in ENDING
            if not said.strip():
                faults.append(f"{name} has no {field.name}")
            else:
                faults += _places_wrong(
                    f"{field.name} of {name}", said, frozenset({"until"}) if ends else frozenset[str]()
                )
    return faults


def _places_wrong(name: str, said: str, places: frozenset[str]) -> list[str]:
    try:
        named = {field for _, field, _, _ in Formatter().parse(said) if field is not None}
    except ValueError:
        return [f"{name} has braces that do not fit"]
    return [] if named == places else [f"{name} must name {', '.join(sorted(places)) or 'nothing'} to fill in"]
