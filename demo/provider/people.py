"""The synthetic people: read once, again when the file changes, found by parts of their names."""

import json
import threading
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from sys import intern
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """One synthetic person; `demo/README.md` describes the fields."""

    id: str
    subject_eid: str
    subject_school: str | None
    family_name: str
    prefix: str
    given_name: str
    initials: str
    birth_date: str
    about: str
    cast: bool
    email: str
    school: str

    @property
    def last_name(self) -> str:
        """The family name with its prefix, as an eID gives it: `van der Berg`."""
        return f"{self.prefix} {self.family_name}".strip()

    @property
    def name(self) -> str:
        """How she is called: `Anna van der Berg`."""
        return f"{self.given_name or self.initials} {self.last_name}"

    def subject_at(self, kind: str) -> str | None:
        """Her identifier at this kind of provider; None when she has no account there."""
        return self.subject_eid if kind == "eid" else self.subject_school

    def get_user_id(self) -> str:
        """What the protocol library calls her."""
        return self.id


class People:
    """Everyone in the file. Finding is a scan of folded names: 250,000 take some tens of milliseconds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._by_id: dict[str, Person] = {}
        self._folded: list[tuple[str, Person]] = []

    def get(self, person_id: str) -> Person | None:
        """The person with this id, or None."""
        self._reload()
        return self._by_id.get(person_id)

    def cast(self, kind: str) -> list[Person]:
        """The fixed cast with an account at this kind of provider, in the order of the file."""
        self._reload()
        return [person for person in self._by_id.values() if person.cast and person.subject_at(kind)]

    def find(self, words: str, kind: str, most: int = 20) -> list[Person]:
        """At most `most` people with an account here whose name, address or line has every word, in file order."""
        self._reload()
        wanted = _fold(words).split()
        found: list[Person] = []
        for text, person in self._folded if wanted else []:
            if person.subject_at(kind) and all(word in text for word in wanted):
                found.append(person)
                if len(found) == most:
                    break
        return found

    def _reload(self) -> None:
        """Read the file when it is new or changed; a missing file has nobody in it."""
        with self._lock:
            try:
                status = self._path.stat()
            except FileNotFoundError:
                self._stamp, self._by_id, self._folded = None, {}, []
                return
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp == self._stamp:
                return
            # Each becomes a person as soon as it is read: 250,000 of them as dicts beside would be half a gigabyte.
            people: list[Person] = json.loads(self._path.read_text(encoding="utf-8"), object_hook=_person)
            self._by_id = {person.id: person for person in people}
            self._folded = [
                (_fold(f"{person.name} {person.initials} {person.email} {person.about}"), person) for person in people
            ]
            self._stamp = stamp


def _person(raw: dict[str, Any]) -> Person:
    return Person(
        id=str(raw["id"]),
        subject_eid=str(raw["subject_eid"]),
        subject_school=raw.get("subject_school") or None,
        family_name=intern(raw["family_name"]),
        prefix=intern(raw.get("prefix") or ""),
        given_name=intern(raw.get("given_name") or ""),
        initials=intern(raw.get("initials") or ""),
        birth_date=intern(raw["birth_date"]),
        about=raw.get("about") or "",
        cast=bool(raw.get("cast")),
        email=raw.get("email") or "",
        school=intern(raw.get("school") or ""),
    )


def _fold(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)).casefold()
