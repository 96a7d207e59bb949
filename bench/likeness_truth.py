"""A generated set of people with known truth: who is one person delivered twice, and who only looks like her.

All from one seed; nobody here exists. The rates below are ours and are said beside the result: they follow what is
known to go wrong in staff systems (prefixes, married names, dates typed over), and no real data was used.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lerarenregister.register.rules.likeness import Someone

TWICE = 0.2
"""Which share of the people is delivered twice."""
TWINS = 0.01
"""Which share has a twin or other namesake of one day with other initials."""
ELSEWHERE = 0.5
"""Which share of who is delivered twice is so by another board; the others get a new staff number at one board."""

NAME_ERRORS = (
    ("as it was", 0.60),
    ("prefix written otherwise, or in the name", 0.10),
    ("marks, capitals or spaces lost", 0.05),
    ("one letter typed wrong", 0.05),
    ("written as it sounds", 0.05),
    ("a married name after her own", 0.06),
    ("a married name before her own", 0.05),
    ("a married name alone", 0.04),
)
BIRTH_ERRORS = (("as it was", 0.955), ("day and month turned", 0.015), ("one digit wrong", 0.02), ("two turned", 0.01))
FIRST_ERRORS = (
    ("as it was", 0.70),
    ("the first alone", 0.14),
    ("without points", 0.05),
    ("a given name", 0.05),
    ("another order", 0.02),
    ("the name she is called by", 0.02),
    ("one wrong", 0.02),
)

_COMMON = (  # noqa: SIM905
    "Jansen;Bakker;Visser;Smit;Meijer;Mulder;Bos;Vos;Peters;Hendriks;Dekker;Brouwer;Dijkstra;Smits;Kok;Jacobs;"
    "Vermeulen;Schouten;Willems;Hoekstra;Koster;Verhoeven;Prins;Huisman;Peeters;Kuijpers;Timmermans;Yılmaz;Öztürk;"
    "El Amrani;Nguyen;Sahin;Kaya;Chen;Silva;Kowalski;Janssens;Groot Koerkamp;Wiersma;Postma;Willemsen;Pietersen;Müller;"
    "André;van der Berg;van den Heuvel;de Wit;de Boer;van Dijk;ten Have;van 't Hof;"
    "in 't Veld;de Vries;van Leeuwen;de Jong"
).split(";")
_STEMS = (  # noqa: SIM905
    "Wester Ooster Noorder Zuider Ber Bloem Boom Brand Brug Dam Eike Els Gras Groen Haver Heide Hoog Hooi Kamp Kers "
    "Klaver Kool Koren Kruis Laan Lin Luk Maan Meer Molen Nieuw Ol Padden Peppel Riet Rooze Schaap Slot Steen Ster "
    "Veen Veld Vlas Voor Vree Water Weg Wilge Win Zand Zeil Zonne"
).split()
_ENDS = (  # noqa: SIM905
    "berg dijk hof huis kamp laar man meijer mans stra veld ma daal horst beek broek brink burg donk drecht graaf "
    "haar hout hoven huizen kerk kuil land loo meer mond oord rade ringa schot sma steeg stede steen straat tra water "
    "weide werf wijk winkel zee zijl"
).split()
_PREFIXES = ("", "", "", "", "van", "van der", "de", "van den", "ter", "op den")
_LETTERS = "JJJJJMMMMMAAAACCCHHHPPEEEGGTTWWLLRRSSDDKKBBFFNNIVYZO"
_GIVEN = (
    "Anna Bea Carla Daan Eva Femke Gijs Hanna Ilse Jan Kees Lotte Mark Noor Olga Piet Ria Sanne Tom Vera Willem Yara"
)
_NAMES = {each[0]: each for each in _GIVEN.split()}
_TURNS = (("ij", "y"), ("ck", "k"), ("ei", "ij"), ("z", "s"), ("dt", "t"), ("ks", "x"), ("au", "ou"), ("f", "v"))


@dataclass(frozen=True, slots=True)
class Record:
    """A person as one board delivers her; `truth` is who she is."""

    truth: int
    someone: Someone


def people(count: int, *, seed: int = 1) -> list[Record]:
    """About so many records, in no order: people, who of them are delivered twice, and their namesakes."""
    chance = random.Random(seed)
    names = _family_names(chance)
    found: list[Record] = []
    truth = 0
    while len(found) < count:
        truth += 2
        first = _person(chance, names)
        found.append(Record(truth, first))
        if chance.random() < TWINS:
            found.append(Record(truth + 1, _twin(chance, first)))
        if chance.random() < TWICE:
            found.append(Record(truth, _again(chance, first, names)))
    chance.shuffle(found)
    return found


def pairs_of(records: list[Record]) -> Iterator[tuple[int, int]]:
    """The places of the records that are one person."""
    places: dict[int, int] = {}
    for place, each in enumerate(records):
        if each.truth in places:
            yield places[each.truth], place
        else:
            places[each.truth] = place


def _family_names(chance: random.Random) -> list[tuple[str, str]]:
    """Some 3,000 names (prefix and name), the common ones first: drawn as `1/rank`, as family names are."""
    made = {(chance.choice(_PREFIXES), chance.choice(_STEMS) + chance.choice(_ENDS)) for _ in range(3_000)}
    common = [("", each) for each in _COMMON]
    for place, (_, name) in enumerate(common):
        words = name.split()
        lower = [word for word in words if word[0].islower() or word[0] == "'"]
        common[place] = (" ".join(lower), " ".join(words[len(lower) :]))
    return common + sorted(made)


def _drawn(chance: random.Random, names: list[tuple[str, str]]) -> tuple[str, str]:
    """A name by its rank: the first some fifty times as often as the hundredth."""
    return names[min(int(len(names) ** chance.random()) - 1, len(names) - 1)]


def _person(chance: random.Random, names: list[tuple[str, str]]) -> Someone:
    prefix, family = _drawn(chance, names)
    letters = [chance.choice(_LETTERS) for _ in range(chance.choices((1, 2, 3, 4), (40, 40, 17, 3))[0])]
    return Someone(
        family,
        prefix,
        "".join(f"{each}." for each in letters),
        date(1955, 1, 1) + timedelta(days=chance.randrange(41 * 365)),
        f"{chance.randrange(1_000):05}",
        f"P{chance.randrange(100_000):05}",
    )


def _twin(chance: random.Random, of: Someone) -> Someone:
    letters = [chance.choice([each for each in _LETTERS if each not in of.first]) for _ in range(of.first.count("."))]
    return replace(of, first="".join(f"{each}." for each in letters), staff_number=f"P{chance.randrange(100_000):05}")


def _again(chance: random.Random, of: Someone, names: list[tuple[str, str]]) -> Someone:
    prefix, family = _renamed(chance, of, names)
    board, number = of.board, f"P{chance.randrange(100_000):05}"
    if chance.random() < ELSEWHERE:
        board = f"{chance.randrange(1_000):05}"
    elif chance.random() < 0.2:
        number = of.staff_number[1:].lstrip("0")
    return Someone(family, prefix, _first_again(chance, of.first), _born_again(chance, of.birth_date), board, number)


def _error(chance: random.Random, of: tuple[tuple[str, float], ...]) -> str:
    return chance.choices([each for each, _ in of], [rate for _, rate in of])[0]


def _renamed(chance: random.Random, of: Someone, names: list[tuple[str, str]]) -> tuple[str, str]:
    error = _error(chance, NAME_ERRORS)
    if "married" in error:
        return _married(chance, of, names, error)
    prefix, family = of.prefix, of.family_name
    match error:
        case "prefix written otherwise, or in the name":
            short = {"van der": "v.d.", "van den": "v.d.", "van": "v.", "van 't": "v.'t"}
            return ("", f"{prefix} {family}".strip()) if chance.random() < 0.5 else (short.get(prefix, ""), family)
        case "marks, capitals or spaces lost":
            plain = family.translate(str.maketrans("ıöüéÖ", "iouéO")).replace("é", "e")
            family = plain.upper() if chance.random() < 0.5 else plain.replace(" ", "")
        case "one letter typed wrong":
            family = _typed(chance, family)
        case "written as it sounds":
            both = [pair for turn in _TURNS for pair in (turn, turn[::-1]) if pair[0] in family]
            family = family.replace(*both[0], 1) if both else family
    return prefix, family


def _married(chance: random.Random, of: Someone, names: list[tuple[str, str]], error: str) -> tuple[str, str]:
    other_prefix, other = _drawn(chance, names)
    if error == "a married name alone":
        return other_prefix, other
    if error == "a married name before her own":
        return other_prefix, f"{other}-{of.prefix} {of.family_name}".replace("- ", "-")
    return of.prefix, f"{of.family_name}-{other_prefix} {other}".replace("- ", "-")


def _typed(chance: random.Random, text: str) -> str:
    place = chance.randrange(1, len(text))
    letter = chance.choice("abcdefghijklmnoprstuvwz")
    kind = chance.randrange(4)
    if kind == 0:
        return text[:place] + text[place + 1 :]
    if kind == 1:
        return text[:place] + letter + text[place:]
    if kind == 2 and place + 1 < len(text):
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text[:place] + letter + text[place + 1 :]


def _born_again(chance: random.Random, born: date | None) -> date | None:
    kind = _error(chance, BIRTH_ERRORS)
    if born is None or kind == "as it was":
        return born
    text = f"{born:%d%m%Y}"
    for _ in range(50):
        place = chance.randrange(8)
        wrong = text[:place] + chance.choice("0123456789") + text[place + 1 :]
        if kind == "day and month turned":
            wrong = text[2:4] + text[:2] + text[4:]
        elif kind == "two turned" and place < 7:
            wrong = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        try:
            made = date(int(wrong[4:]), int(wrong[2:4]), int(wrong[:2]))
        except ValueError:
            continue
        if date(1940, 1, 1) < made < date(2000, 1, 1):
            return made
    return born


def _first_again(chance: random.Random, first: str) -> str:
    letters = [each for each in first.split(".") if each]
    match _error(chance, FIRST_ERRORS):
        case "the first alone":
            letters = letters[:1]
        case "without points":
            return "".join(letters)
        case "a given name":
            return _NAMES.get(letters[0], f"{letters[0]}.")
        case "another order":
            letters.reverse()
        case "the name she is called by":
            letters = [{"C": "K", "K": "C"}.get(letters[-1], letters[-1])]
        case "one wrong":
            place = chance.randrange(len(letters))
            letters[place] = chance.choice(_LETTERS)
    return "".join(f"{each}." for each in letters)
