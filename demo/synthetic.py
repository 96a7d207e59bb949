"""Synthetic boards, schools and people, the same every time: nobody here exists, and every name says so in `about`."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

FIRST = (
    "Aafke Abel Aïsha Alex Amir Anouk Arie Astrid Ayoub Bart Beatrix Bilal Bo Britt Carlijn Cem "
    "Charlotte Cor Dagmar Daan Delano Demi Dirk Dounia Eefje Elif Els Emma Erik Esra Eva Fatima Femke "
    "Floor Floris Fouad Geert Gijs Gülay Hanna Hans Hidde Ilse Imane Ineke Jaap Jasmijn Jelle Joost "
    "Jordi Julia Kaan Karim Kees Kim Klaas Koen Laila Lars Leila Lieke Loes Luuk Maaike Malik Marieke "
    "Mees Merel Mohamed Nadia Naomi Niels Nienke Noor Omar Pien Pieter Quirine Rachid Renske Roos Ruben "
    "Saar Samira Sander Selim Sjoerd Sophie Stijn Sven Tamara Teun Tess Thijs Tirza Ümit Vera Wessel "
    "Wouter Xandra Yara Youssef Zeynep Zoë"
).split()
FAMILY = (
    "Bakker;Visser;Smit;Meijer;Mulder;Bos;Vos;Peters;Hendriks;Dekker;Brouwer;Dijkstra;Smits;Kok;Jacobs;"
    "Vermeulen;Schouten;Willems;Hoekstra;Koster;Verhoeven;Prins;Huisman;Peeters;Kuijpers;Timmermans;"
    "Sluis;Yılmaz;Öztürk;El Amrani;Bouzid;Nguyen;Pinas;Kartosen;Sahin;Kaya;Demir;Aydın;Chen;Wibowo;Silva;"
    "Kowalski;Janssens;Groot Koerkamp;Wiersma;Postma"
).split(";")
PREFIXED = (
    ("van der", "Berg"),
    ("van den", "Heuvel"),
    ("de", "Wit"),
    ("de", "Boer"),
    ("van", "Dijk"),
    ("ten", "Have"),
    ("van 't", "Hof"),
    ("in 't", "Veld"),
)
PLACES = "Demostad Voorbeeldam Verzonnerveen Oefendorp Proefbergen Schijnrade Fictielo Bedachterburg".split()
SUBJECTS = {
    "po": [""],
    "so": [""],
    "vo": ["wiskunde", "Nederlands", "Engels", "biologie", "geschiedenis", "natuurkunde", "lichamelijke opvoeding"],
    "mbo": ["techniek", "zorg", "economie", "Nederlands", "burgerschap", "horeca"],
}
GROUNDS = {"po": ["B01", "B01", "B01", "B04"], "so": ["B01", "B03"], "vo": ["B02", "B03"], "mbo": ["B05", "B02", "B03"]}
SECTORS = ["po", "po", "po", "vo", "vo", "mbo", "so"]
COLUMNS = (
    "bestuursnummer;personeelsnummer;achternaam;voorvoegsel;voorletters;geboortedatum;brin;volgnummer;"
    "benoemingsgrondslag;vak;onderwijsterrein;begin;einde;vervallen;werkmail"
)


@dataclass(frozen=True, slots=True)
class Board:
    """A board with its one sector and its locations (code and name)."""

    number: str
    name: str
    sector: str
    place: str
    locations: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a board delivers about a person: one line."""

    board: Board
    staff_number: str
    location: str
    ground: str
    subject: str
    teaching_field: str
    begin: date
    work_mail: str = ""


@dataclass(slots=True)
class Person:
    """A synthetic person as the providers know her; `delivered_name` differs for who changed her name."""

    id: str
    given_name: str
    prefix: str
    family_name: str
    birth_date: date
    about: str = ""
    cast: bool = False
    school_account: bool = True
    email: str = ""
    school: str = ""
    delivered_name: str = ""
    appointments: list[Appointment] = field(default_factory=list)

    @property
    def initials(self) -> str:
        """Her first initial."""
        return f"{self.given_name[0]}."

    def for_provider(self) -> dict[str, object]:
        """The entry in `people.json` (see demo/README.md)."""
        return {
            "id": self.id,
            "subject_eid": f"eid-{self.id}",
            "subject_school": f"school-{self.id}" if self.school_account else None,
            "family_name": self.family_name,
            "prefix": self.prefix,
            "given_name": self.given_name,
            "initials": self.initials,
            "birth_date": self.birth_date.isoformat(),
            "about": f"Verzonnen. {self.about}" if self.about else "",
            "cast": self.cast,
            "email": self.email,
            "school": self.school,
        }

    def lines(self) -> list[tuple[str, str]]:
        """Her delivery lines, each with the number of the board that sends it."""
        name = self.delivered_name or self.family_name
        return [
            (
                each.board.number,
                f"{each.board.number};{each.staff_number};{name};{self.prefix};{self.initials};{self.birth_date};"
                f"{each.location[:4]};{each.location[4:]};{each.ground};{each.subject};{each.teaching_field};"
                f"{each.begin:%d-%m-%Y};;;{each.work_mail}",
            )
            for each in self.appointments
        ]


def boards(teachers: int) -> list[Board]:
    """One board for every 150 teachers, at least eight, over po, so, vo and mbo; each with two to five locations."""
    chance = random.Random(1)
    found = []
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    for index in range(max(8, teachers // 150)):
        sector = SECTORS[index % len(SECTORS)]
        brin = f"{90 + index // 529 % 10}{letters[index // 23 % 23]}{letters[index % 23]}"
        place = PLACES[index % len(PLACES)]
        locations = [
            (f"{brin}{site:02}", f"{'Demoschool' if sector != 'mbo' else 'Democollege'} {place} {index + 1}-{site + 1}")
            for site in range(chance.randint(2, 5))
        ]
        found.append(
            Board(f"{90001 + index}", f"Stichting Demo-onderwijs {place} {index + 1}", sector, place, locations)
        )
    return found


def appointment(board: Board, staff_number: str, birth_date: date, chance: random.Random) -> Appointment:
    """One appointment at a board, begun after she was 21; one in fifteen on an unqualified ground."""
    begin = date(2018, 8, 1) - timedelta(days=365 * chance.randint(0, 20))
    unqualified = chance.random() < 1 / 15
    return Appointment(
        board=board,
        staff_number=staff_number,
        location=chance.choice(board.locations)[0],
        ground=chance.choice(["O01", "O02"]) if unqualified else chance.choice(GROUNDS[board.sector]),
        subject="" if unqualified else chance.choice(SUBJECTS[board.sector]),
        teaching_field=f"onderwijs {board.sector}" if unqualified else "",
        begin=max(begin, date(birth_date.year + 21, 8, 1)),
    )


def people(teachers: int, all_boards: list[Board]) -> list[Person]:
    """The cast first, then as many others as asked for, and one whom her board delivers twice."""
    chance = random.Random(2)
    found = cast(all_boards)
    for number in range(len(found), teachers):
        prefix, family = chance.choice(PREFIXED) if chance.random() < 0.2 else ("", chance.choice(FAMILY))
        board = all_boards[number % len(all_boards)]
        birth_date = date(1955, 1, 1) + timedelta(days=chance.randint(0, 41 * 365))
        work = appointment(board, f"P{number:06}", birth_date, chance)
        person = Person(
            id=f"p{number:06}",
            given_name=chance.choice(FIRST),
            prefix=prefix,
            family_name=family,
            birth_date=birth_date,
            email=f"p{number:06}@school.example.org",
            school=board.locations[0][1],
            appointments=[work],
        )
        if number % 40 == 0:
            other = all_boards[(number + 1) % len(all_boards)]
            person.appointments.append(appointment(other, f"P{number:06}", birth_date, chance))
        found.append(person)
    if teachers > len(cast(all_boards)):
        found += delivered_twice(all_boards[0])
    return found


def delivered_twice(board: Board) -> list[Person]:
    """Somebody whom her board delivers under two staff numbers, as happens when two systems grow together: with a
    letter for each."""
    found, location = [], board.locations[0][0]
    for number in ("T0011", "T1011"):
        work = Appointment(board, number, location, "B01", "", "", date(2017, 8, 1), "")
        name = ("Nora", "van", "Tweeling", date(1982, 5, 6))
        found.append(Person(number.lower(), *name, school=board.name, appointments=[work]))
    return found


def cast(all_boards: list[Board]) -> list[Person]:
    """The fixed cast: about ten people, each with a situation to try."""
    po, vo = all_boards[0], all_boards[3]
    mbo, so = all_boards[5], all_boards[6]

    def work(
        board: Board, ground: str, subject: str = "", teaching_field: str = "", mail: str = "", number: str = ""
    ) -> Appointment:
        location = board.locations[0][0]
        return Appointment(board, number, location, ground, subject, teaching_field, date(2016, 8, 1), mail)

    def person(key: str, given: str, prefix: str, family: str, born: str, about: str, *works: Appointment) -> Person:
        mail = f"{key}@school.example.org"
        numbered = [Appointment(*(getattr(each, name) for name in each.__slots__)) for each in works]
        return Person(
            key, given, prefix, family, date.fromisoformat(born), about, True, True, mail, po.name, "", numbered
        )

    everyone = [
        person(
            "anna",
            "Anna",
            "van der",
            "Berg",
            "1984-03-12",
            "Leraar in groep 5. Kreeg net een brief met een code.",
            work(po, "B01", number="D001"),
        ),
        person("bram", "Bram", "", "Demir", "1979-11-02", f"Beheerder bij {po.name}: levert aan en print brieven."),
        person(
            "chloe",
            "Chloë",
            "",
            "Jacobs",
            "1990-06-30",
            "Leraar Engels. Heeft al bevestigd en schrijft in haar portfolio.",
            work(vo, "B02", "Engels", number="D003"),
        ),
        person(
            "daan",
            "Daan",
            "de",
            "Wit",
            "1972-01-19",
            "Leraar wiskunde. Zegt dat er iets niet klopt.",
            work(vo, "B03", "wiskunde", number="D004"),
        ),
        person(
            "emine",
            "Emine",
            "",
            "Yılmaz",
            "1987-09-05",
            "Werkt bij twee besturen. Een is bevestigd, voor het andere ligt er een brief.",
            work(vo, "B02", "Nederlands", number="D005"),
            work(mbo, "B05", "Nederlands", number="D105"),
        ),
        person(
            "frits",
            "Frits",
            "",
            "Postma",
            "1965-04-22",
            "Docent techniek, nog niet bevoegd: staat in het voorportaal.",
            work(mbo, "O01", "", "techniek", number="D006"),
        ),
        person(
            "gwen",
            "Gwen",
            "",
            "Pinas",
            "1981-12-24",
            "Leraar in het speciaal onderwijs. Haar bestuur kent haar onder een andere naam.",
            work(so, "B01", number="D007"),
        ),
        person(
            "hanna",
            "Hanna",
            "in 't",
            "Veld",
            "1995-02-14",
            "Leraar zonder aanstelling. Vroeg zelf om registratie, met een getuigschrift.",
        ),
        person(
            "ilse",
            "Ilse",
            "",
            "Mulder",
            "1977-07-08",
            f"Leraar in groep 3. Zegt dat er iets niet klopt: {po.name} moet antwoorden.",
            work(po, "B01", number="D008"),
        ),
        person(
            "ilias",
            "Ilias",
            "",
            "El Amrani",
            "1992-08-08",
            "Leraar natuurkunde. Kreeg een mail op zijn werk.",
            work(vo, "B03", "natuurkunde", mail="ilias@school.example.org", number="D009"),
        ),
        person(
            "joke",
            "Joke",
            "",
            "Prins",
            "1969-05-17",
            "Ondersteuning van het register: beoordeelt en doet voorstellen.",
        ),
        person("kees", "Kees", "", "Kok", "1977-07-07", "Controleur van het logboek."),
        person("lotte", "Lotte", "van", "Dijk", "1988-10-10", f"Medewerker bij {po.name}."),
        person("mila", "Mila", "", "Groen", "1986-03-21", "Ondersteuning van het register: kijkt mee."),
        person("otto", "Otto", "", "Visser", "1983-02-02", "Beheerder van de machines: ziet hoe het register draait."),
        person("zita", "Zita", "", "Vos", "1986-04-04", f"Administratiekantoor, gemachtigd door {po.name}."),
    ]
    everyone[6].delivered_name = "Smits"
    return everyone


def institutions_csv(all_boards: list[Board]) -> str:
    """The institutions as the register's own layout wants them."""
    rows = ["bestuursnummer;bestuursnaam;brin;volgnummer;naam;plaats;sector"]
    for board in all_boards:
        rows += [
            f"{board.number};{board.name};{code[:4]};{code[4:]};{name};{board.place};{board.sector}"
            for code, name in board.locations
        ]
    return "\n".join(rows) + "\n"


def deliveries(everyone: list[Person]) -> dict[str, str]:
    """The delivery of each board, by board number."""
    rows: dict[str, list[str]] = {}
    for person in everyone:
        for board, line in person.lines():
            rows.setdefault(board, [COLUMNS]).append(line)
    return {board: "\n".join(lines) + "\n" for board, lines in rows.items()}
