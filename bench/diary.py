"""Words of synthetic portfolio entries, from a line to a page; an equal chance gives equal words. Nobody wrote them."""

import random

_OPENINGS = (
    "Vandaag keek ik mee in de les van een collega.",
    "Na school spraken we over de toetsen van deze week.",
    "Ik las een artikel over feedback in de klas.",
    "De studiemiddag ging over taal in elk vak.",
    "Met mijn duo-collega ruilde ik een lesuur.",
    "Een nieuwe collega liep een dag met mij mee.",
    "Ik probeerde een andere opbouw van de instructie.",
    "In het team bespraken we wat rust geeft op de gang.",
)
_MIDDLES = (
    "Ze begint elke les met drie korte vragen over vorige week.",
    "De klas antwoordt eerst alleen en dan samen.",
    "Wie klaar is, legt het uit aan wie nog bezig is.",
    "Dat kost in het begin tijd en levert die later weer op.",
    "Een paar leerlingen haakten af toen het lang duurde.",
    "We maakten een lijstje van wat werkt en wat niet.",
    "Het viel me op hoe weinig ik zelf aan het woord was.",
    "Over de beoordeling waren we het nog niet eens.",
    "Bij de tweede groep ging het veel soepeler.",
    "Ik vroeg twee leerlingen wat zij ervan vonden.",
    "De uitleg op het bord bleef staan tot het eind.",
    "Zeynep en Jürgen schreven mee, en één ding bleef hangen: begin klein.",
)
_ENDINGS = (
    "Dat wil ik in mijn eigen klas ook proberen.",
    "Volgende maand kijken we hoe het gaat.",
    "Ik zoek nog iemand die een keer wil meekijken.",
    "Dit neem ik mee naar de sectie.",
    "Genoeg om even over na te denken.",
)
_TITLES = ("Les", "Studiemiddag", "Gesprek", "Artikel", "Intervisie", "Proef in de klas", "Ouderavond", "Cursus")


def text(chance: random.Random) -> str:
    """One entry: from one line to some twenty, four sentences to a paragraph, 330 characters on average."""
    middles = chance.choices(_MIDDLES, k=min(18, int(chance.expovariate(0.25))))
    sentences = [chance.choice(_OPENINGS), *middles, chance.choice(_ENDINGS)]
    return "\n\n".join(" ".join(sentences[start : start + 4]) for start in range(0, len(sentences), 4))


def title(chance: random.Random, number: int) -> str:
    """The title of somebody's entry with this number: no two of hers are equal."""
    return f"{chance.choice(_TITLES)} {number}"
