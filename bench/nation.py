"""A synthetic nation: boards, their teachers and what these kept in a portfolio, all from one seed. Nobody here exists.

Whoever asks for one teacher or one board makes just that one: nothing is kept, so the memory does not grow with the
nation. Equal seeds give equal bytes, in any order and in any process.
"""

import hashlib
import io
import json
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from demo.synthetic import FAMILY, FIRST, PREFIXED

from bench import boards, diary
from lerarenregister.kernel.canonical import content_hash

_SUBJECTS = ("wiskunde", "Nederlands", "Engels", "biologie", "geschiedenis", "natuurkunde")
_KINDS = ("conversation", "course", "mentoring", "other", "peer-review", "reading", "self-study", "trying-out")
_TAIL = 1.2
"""The spread of how much people write (sigma of a log-normal): the median is half of the mean, the keenest in a
thousand writes twenty times the mean."""
_DAY = datetime(2018, 8, 1, 16, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Teacher:
    """One teacher: who she is at her provider, and what her board delivers about her. `id` is `board-place`."""

    id: str
    board: int
    staff_number: str
    given_name: str
    prefix: str
    family_name: str
    birth_date: date
    location: int
    ground: str
    field: str
    subject: str
    begin: date
    work_mail: str

    @property
    def last_name(self) -> str:
        """The family name with its prefix, as an eID gives it."""
        return f"{self.prefix} {self.family_name}".strip()

    def line(self, *, end: str = "") -> str:
        """Her line in her board's delivery; `end` is an end date as it stands there."""
        brin = boards.brin_of(self.board)
        return (
            f"{boards.number_of(self.board)};{self.staff_number};{self.family_name};{self.prefix};"
            f"{self.given_name[0]}.;{self.birth_date};{brin};{self.location:02};{self.ground};{self.subject};"
            f"{self.field};{self.begin:%d-%m-%Y};{end};;{self.work_mail}"
        )


@dataclass(frozen=True, slots=True)
class Nation:
    """How large, and from which seed. Teachers and entries are divided evenly over the boards, entries unevenly over
    the teachers of a board."""

    seed: int = 1
    teachers: int = 250_000
    boards: int = 1_000
    entries: int = 10_000_000

    def size_of(self, board: int) -> int:
        """How many teachers a board has."""
        return _share(self.teachers, self.boards, board)

    def teacher(self, board: int, place: int) -> Teacher:
        """The teacher at this place of a board; one in fifteen is not qualified, one in ten has a work address."""
        chance = random.Random(f"{self.seed} {board} {place}")
        prefix, family = chance.choice(PREFIXED) if chance.random() < 0.2 else ("", chance.choice(FAMILY))
        birth_date = date(1955, 1, 1) + timedelta(days=chance.randrange(41 * 365))
        qualified = chance.random() >= 1 / 15
        return Teacher(
            id=f"{board}-{place}",
            board=board,
            staff_number=f"P{place:05}",
            given_name=chance.choice(FIRST),
            prefix=prefix,
            family_name=family,
            birth_date=birth_date,
            location=chance.randrange(4),
            ground=chance.choice(("B02", "B03")) if qualified else "O01",
            field="" if qualified else "onderwijs vo",
            subject=chance.choice(_SUBJECTS) if qualified else "",
            begin=max(date(2018 - chance.randrange(20), 8, 1), date(birth_date.year + 21, 8, 1)),
            work_mail=f"p{place}@school{board}.example.org" if place % 10 == 9 else "",
        )

    def delivery(self, board: int, *, later: bool = False) -> Iterator[str]:
        """The lines of a board's file with their line ends. `later`: a second file, in which one in ten has an end."""
        yield f"{boards.COLUMNS}\r\n"
        for place in range(self.size_of(board)):
            yield self.teacher(board, place).line(end="01-08-2030" if later and place % 10 == 0 else "") + "\r\n"

    def entries_of(self, board: int) -> list[int]:
        """How many entries each teacher of a board kept, most of them few and some very many."""
        size = self.size_of(board)
        if not size:
            return []
        chance = random.Random(f"{self.seed} {board} entries")
        weights = [chance.lognormvariate(0, _TAIL) for _ in range(size)]
        total = _share(self.entries, self.boards, board)
        shares = [total * weight / sum(weights) for weight in weights]
        whole = [int(share) for share in shares]
        rest = sorted(range(size), key=lambda place: whole[place] - shares[place])[: total - sum(whole)]
        for place in rest:
            whole[place] += 1
        return whole

    def portfolio(self, board: int, place: int, entries: int) -> bytes:
        """The zip with so many entries that this teacher brings in; every byte of it follows from the seed."""
        chance = random.Random(f"{self.seed} {board} {place} portfolio")
        document = _document(chance, entries)
        sums = f"{hashlib.sha256(document).hexdigest()}  portfolio.json\n".encode()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in (("portfolio.json", document), ("SHA256SUMS", sums)):
                member = zipfile.ZipInfo(name, (2018, 8, 1, 16, 0, 0))
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, content)
        return packed.getvalue()


def _share(total: int, parts: int, number: int) -> int:
    return total // parts + (number < total % parts)


def _document(chance: random.Random, entries: int) -> bytes:
    """`portfolio.json`, as docs/reference/portfolio-export.schema.json has it."""
    head = {"format": "lerarenregister-portfolio", "version": 1, "taken_out_at": _DAY.isoformat()}
    found = ",\n".join(json.dumps(_entry(chance, number), ensure_ascii=False) for number in range(entries))
    return f'{json.dumps(head)[:-1]}, "entries": [\n{found}\n]}}\n'.encode()


def _entry(chance: random.Random, number: int) -> dict[str, object]:
    """One entry; one in ten has an earlier version, one in fifty lies in the bin."""
    saved = _DAY - timedelta(days=chance.randrange(3 * 365), minutes=chance.randrange(600))
    content = {
        "kind": chance.choice(_KINDS),
        "date": f"{saved:%Y-%m-%d}",
        "text": diary.text(chance),
        "title": diary.title(chance, number),
    }
    before = {**content, "text": diary.text(chance)} if chance.random() < 0.1 else None
    return {
        "content": content,
        "hash": content_hash(content),
        "first_saved_at": (saved - timedelta(hours=1)).isoformat(),
        "saved_at": saved.isoformat(),
        "earlier": [{"content": before, "saved_at": (saved - timedelta(hours=1)).isoformat()}] if before else [],
        "deleted": chance.random() < 0.02,
    }
