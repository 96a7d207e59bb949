"""People whom nobody takes for each other: only then says a case that was opened that something is wrong."""

import hashlib
from datetime import date, timedelta


def somebody(staff_number: str) -> dict[str, str]:
    """Somebody whom nobody takes for another: a name and a birth date of her own."""
    seed = hashlib.sha256(staff_number.encode()).digest()
    name = "".join("bdfgklmnprstvwz"[each % 15] + "aeiou"[each % 5] for each in seed[:5]).capitalize()
    born = date(1970, 1, 1) + timedelta(days=int.from_bytes(seed[5:8], "big") % 9_000)  # no pension is near
    return {"personeelsnummer": staff_number, "achternaam": name, "voorvoegsel": "", "geboortedatum": str(born)}
