"""The letters and mails of a synthetic person, as files in the mailbox folder."""

import email
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

import typst

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
    """Reads the folder; a mail file never changes, so each is read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mails: dict[str, tuple[frozenset[str], Mail]] = {}

    def letters(self, person: Person) -> list[Letter]:
        """Her letters, newest first."""
        if not _PERSON_ID.fullmatch(person.id):
            return []
        folder = self._folder / "letters" / person.id
        for unprinted in folder.glob("*.json"):
            _print(unprinted)
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

    def _read(self, file: Path) -> tuple[frozenset[str], Mail]:
        if file.name not in self._mails:
            self._mails[file.name] = _parse(file.read_bytes())
        return self._mails[file.name]


def _parse(raw: bytes) -> tuple[frozenset[str], Mail]:
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    fields = [str(value) for name in ("To", "Cc", "X-RcptTo") for value in message.get_all(name, [])]
    body = message.get_body(preferencelist=("plain", "html"))
    text = str(body.get_content()) if body else ""
    paragraphs = tuple(part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip())
    date = parsedate_to_datetime(str(message["Date"])).strftime("%d-%m-%Y %H:%M") if message["Date"] else ""
    recipients = frozenset(address.casefold() for _, address in getaddresses(fields))
    return recipients, Mail(str(message["Subject"] or ""), str(message["From"] or ""), date, paragraphs)


def _print(values: Path) -> None:
    """Make the PDF of a letter when its mailbox is first opened: printing thousands beforehand would take minutes."""
    pdf = values.with_suffix(".pdf")
    if not pdf.exists():
        half = pdf.with_suffix(".part")
        given = {"letters": values.read_text(encoding="utf-8")}
        half.write_bytes(typst.compile(_LETTER.read_bytes(), sys_inputs=given, pdf_standards=["ua-1"]))
        half.rename(pdf)


def _text_beside(pdf: Path) -> str:
    text = pdf.with_suffix(".txt")
    return text.read_text(encoding="utf-8") if text.exists() else ""


def _written(file: Path) -> tuple[int, str]:
    return file.stat().st_mtime_ns, file.name
