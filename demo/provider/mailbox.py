"""The letters and mails of a synthetic person, as files in the mailbox folder."""

import email
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

import typst

from demo import letters
from demo.files import write_whole
from demo.provider.people import Person

_LETTER = Path(__file__).resolve().parents[2] / "src" / "lerarenregister" / "register" / "letter.typ"
_PERSON_ID = re.compile(r"[0-9A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter on paper: the name of its PDF and the same words as text ("" when there is none)."""

    file: str
    title: str
    text: str
    path: Path


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: what its header says, when, and its plain text."""

    subject: str
    sender: str
    date: str
    paragraphs: tuple[str, ...]


class Mailbox:
    """Reads the folder; a mail file never changes, so each is read once.

    A letter or a mail names the register's address of the day it was made. When the register answered at one of the
    places in `formerly` then, and at `now_at` now, what is shown leads to where it is now.
    """

    def __init__(self, folder: Path, *, now_at: str, formerly: tuple[str, ...] = ()) -> None:
        self._folder = folder
        self._now_at = now_at
        before = "|".join(re.escape(place) for place in formerly)
        self._before = re.compile(rf"(?<![\w.-])(?:{before})(?!\d)") if formerly else None
        self._mails: dict[str, tuple[frozenset[str], Mail]] = {}
        self._making = threading.Lock()

    def letters(self, person: Person) -> list[Letter]:
        """Her letters, newest first."""
        if not _PERSON_ID.fullmatch(person.id):
            return []
        folder = self._folder / "letters" / person.id
        with self._making:
            self._take_out(person.id, folder)
            for values in folder.glob("*.json"):
                self._readdress(values)
                _print(values)
        files = sorted(folder.glob("*.pdf"), key=_written, reverse=True)
        return [
            Letter(file.name, file.stem.replace("-", " ").replace("_", " ").capitalize(), _text_beside(file), file)
            for file in files
        ]

    def mails(self, person: Person) -> list[Mail]:
        """Her mails, newest first."""
        wanted = person.email.casefold()
        files = sorted((self._folder / "mail").glob("*.eml"), reverse=True) if wanted else []
        return [mail for recipients, mail in map(self._read, files) if wanted in recipients]

    def _take_out(self, person_id: str, folder: Path) -> None:
        """Her letters of the first run become files in her folder when her post is first opened."""
        for letter in letters.letters_of(self._folder / letters.FILE, person_id):
            values = folder / f"{letter.name}.json"
            if not values.exists():
                folder.mkdir(parents=True, exist_ok=True)
                write_whole(values.with_suffix(".txt"), letter.text)
                write_whole(values, letter.values)

    def _read(self, file: Path) -> tuple[frozenset[str], Mail]:
        if file.name not in self._mails:
            self._mails[file.name] = _parse(file.read_bytes(), self._of_now)
        return self._mails[file.name]

    def _of_now(self, text: str) -> str:
        return self._before.sub(self._now_at, text) if self._before else text

    def _readdress(self, values: Path) -> None:
        """A letter of when the register answered elsewhere gets the address of now; its PDF is then the older one."""
        old = values.read_text(encoding="utf-8")
        if (new := self._of_now(old)) != old:
            write_whole(values.with_suffix(".txt"), self._of_now(_text_beside(values)))
            write_whole(values, new)


def _parse(raw: bytes, of_now: Callable[[str], str]) -> tuple[frozenset[str], Mail]:
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    fields = [str(value) for name in ("To", "Cc", "X-RcptTo") for value in message.get_all(name, [])]
    body = message.get_body(preferencelist=("plain", "html"))
    text = of_now(str(body.get_content())) if body else ""
    paragraphs = tuple(part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip())
    date = parsedate_to_datetime(str(message["Date"])).strftime("%d-%m-%Y %H:%M") if message["Date"] else ""
    recipients = frozenset(address.casefold() for _, address in getaddresses(fields))
    return recipients, Mail(str(message["Subject"] or ""), str(message["From"] or ""), date, paragraphs)


def _print(values: Path) -> None:
    """Make the PDF of a letter when its mailbox is first opened: printing thousands beforehand would take minutes."""
    pdf = values.with_suffix(".pdf")
    if not pdf.exists() or pdf.stat().st_mtime_ns < values.stat().st_mtime_ns:
        half = pdf.with_suffix(".part")
        given = {"letters": values.read_text(encoding="utf-8")}
        half.write_bytes(typst.compile(_LETTER.read_bytes(), sys_inputs=given, pdf_standards=["ua-1"]))
        half.rename(pdf)


def _text_beside(pdf: Path) -> str:
    text = pdf.with_suffix(".txt")
    return text.read_text(encoding="utf-8") if text.exists() else ""


def _written(file: Path) -> tuple[int, str]:
    return file.stat().st_mtime_ns, file.name
