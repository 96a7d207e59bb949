"""The input of the delivery: synthetic boards and their files, the same every time. Nobody here exists."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

COLUMNS = (
    "bestuursnummer;personeelsnummer;achternaam;voorvoegsel;voorletters;geboortedatum;brin;volgnummer;"
    "benoemingsgrondslag;vak;onderwijsterrein;begin;einde;vervallen;werkmail"
)
_FAMILY = ("Bakker", "Visser", "Smit", "Mulder", "Bos", "Yılmaz", "Öztürk", "Nguyen", "Demir", "Chen", "Postma", "Kok")
_PREFIXES = ("", "", "", "van", "de", "van der")
_SUBJECTS = ["wiskunde", "Nederlands", "Engels", "biologie", "geschiedenis", "natuurkunde"]


def brin_of(board: int) -> str:
    """The institution of a board, by its place in the list."""
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    return f"{10 + board // 484:02}{letters[board // 22 % 22]}{letters[board % 22]}"


def number_of(board: int) -> str:
    """The number of a board, by its place in the list."""
    return f"{40000 + board}"


def institutions_csv(boards: int) -> str:
    """Every board with one institution of four locations, in our own layout."""
    rows = ["bestuursnummer;bestuursnaam;brin;volgnummer;naam;plaats;sector"]
    for board in range(boards):
        rows += [
            f"{number_of(board)};Stichting Proef {board};{brin_of(board)};{site:02};Proefschool {site};Proefstad;vo"
            for site in range(4)
        ]
    return "\n".join(rows) + "\n"


def file_of(board: int, lines: int, *, again: int = 0, changed: bool = False) -> bytes:
    """The file of a board: one person in seven has a second appointment, one in ten gives a work address, one line in
    fifty is wrong (a ground that does not exist). `again`: the same once more, of other bytes; `changed`: with an end
    in one line of fifty."""
    chance = random.Random(board)
    rows = [COLUMNS, *_rows(chance, board, lines)]
    if changed:
        for place in range(8, len(rows), 50):
            rows[place] = rows[place].replace(";;;", f";31-07-{2030 + again};;", 1)
    return ("\r\n".join(rows) + "\r\n" * (1 + again)).encode()


def _rows(chance: random.Random, board: int, lines: int) -> Iterator[str]:
    made = person = 0
    while made < lines:
        person += 1
        born = date(1955, 1, 1) + timedelta(days=chance.randrange(40 * 365))
        who = (
            f"{number_of(board)};P{person:05};{chance.choice(_FAMILY)};{chance.choice(_PREFIXES)};"
            f"{chance.choice('ABCDEFGHJKLM')}.;{born}"
        )
        mail = f"p{person}@school{board}.example.org" if person % 10 == 0 else ""
        for _ in range(min(lines - made, 2 if person % 7 == 0 else 1)):
            made += 1
            ground, field = ("O01", "onderwijs vo") if chance.random() < 0.06 else (chance.choice(("B02", "B03")), "")
            if made % 50 == 0:
                ground = "X99"
            begin = date(2018, 8, 1) - timedelta(days=365 * chance.randrange(12))
            subject = _SUBJECTS[made % len(_SUBJECTS)]
            site = f"{chance.randrange(4):02}"
            yield f"{who};{brin_of(board)};{site};{ground};{subject};{field};{begin:%d-%m-%Y};;;{mail}"
