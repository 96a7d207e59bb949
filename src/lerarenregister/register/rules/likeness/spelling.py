"""Names as they are told apart: without case, marks and prefixes, and as they sound in Dutch."""

import re
from functools import lru_cache
from itertools import groupby

from lerarenregister.register.rules.identity import folded

_DIVIDERS = re.compile(r"\s*[-‐‑–—/]\s*|\s+(?:e\.?/?v\.?|geb\.?|geboren)\s+", re.IGNORECASE)
_SHORTENED = frozenset({"v", "vd", "vdr", "vdn", "vh", "vt", "vander", "vanden", "vande"})
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("sch", "sg"),
        ("ch|gh", "g"),
        ("ph", "f"),
        ("th|dt", "t"),
        ("uij|ui|uy", "U"),
        ("ouw|auw|ou|au|ow", "A"),
        ("eij|ij|ei|ey|y", "Y"),
        ("oe", "u"),
        ("ae", "a"),
        ("ie", "i"),
        ("qu", "kw"),
        ("x", "ks"),
        ("ck|c|q", "k"),
        ("z", "s"),
        ("v", "f"),
        ("d$", "t"),
    )
)
_ALIKE = str.maketrans({"c": "k", "q": "k", "z": "s", "v": "f", "j": "i", "y": "i"})
_TOKEN = re.compile(r"[^\W\d_]+\.?")


@lru_cache(maxsize=50_000)
def parts_of(prefix: str, family_name: str) -> tuple[str, ...]:
    """The parts of a family name ("Jansen-de Vries" has two), each without case, marks, prefixes and spaces."""
    found = []
    for part in _DIVIDERS.split(f"{prefix} {family_name}"):
        words = folded(part).split()
        while len(words) > 1 and words[0] in _SHORTENED:
            words = folded(" ".join(words[1:])).split()
        if words:
            found.append("".join(words))
    return tuple(found)


@lru_cache(maxsize=50_000)
def sounded(part: str) -> str:
    """A part as it sounds: what sounds alike in Dutch is equal (Meijer, Meyer, Meier), doubled letters are single."""
    for pattern, sound in _SOUNDS:
        part = pattern.sub(sound, part)
    return "".join(letter for letter, _ in groupby(part))


@lru_cache(maxsize=50_000)
def letters_of(first: str) -> tuple[str, str]:
    """The initials of what stands for the first names, and the first given name when it is written out ("" if not).

    "B.M.", "BM", "Bea Maria" and "Th.M." are all read; "IJ." is a Y.
    """
    letters, given = [], ""
    for token in _TOKEN.findall(first):
        word = token.rstrip(".")
        plain = folded(word)
        if not plain:
            continue
        if plain.startswith("ij"):
            letters.append("y")
        elif word.isupper() and not token.endswith(".") and len(word) <= 4:
            letters += list(plain)
        else:
            letters.append(plain[0])
        if len(word) > 2 and not token.endswith(".") and not word.isupper() and not given:
            given = plain
    return "".join(letters), given


def sounds_of(letters: str) -> str:
    """Initials of names that are often written with another letter: Kees of Cornelis, Jan of Ian."""
    return letters.translate(_ALIKE)
