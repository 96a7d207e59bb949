"""The words of the activation letter, in Dutch and in English.

They stand here side by side and not in the catalogue: nobody knows which language the addressee reads, so a letter
always has both. Blanks stand between braces; `printing` fills them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What one part of the letter says. What one language needs and the other does not is "" there."""

    language: str
    pointer: str
    example: str
    board_name: str
    sender: str
    addressee: str
    since: str
    date: str
    staff_number: str
    title: str
    greeting: str
    opening: str
    voluntary: str
    no_law: str
    no_effect: str
    delivered_title: str
    delivered: str
    nothing_delivered: str
    columns: tuple[str, ...]
    table: str
    grounds: str
    ground_columns: tuple[str, ...]
    steps_title: str
    sign_in: str
    enter: str
    look: str
    term: str
    notes_title: str
    notes: str

    def filled(self, blanks: Mapping[str, str]) -> dict[str, Any]:
        """The words with their blanks filled, as JSON values; what is filled in is never read for blanks itself."""
        said: dict[str, Any] = {}
        for field in fields(self):
            words = getattr(self, field.name)
            said[field.name] = words.format_map(blanks) if isinstance(words, str) else list(words)
        return said


DUTCH = LetterWords(
    language="nl",
    pointer="",
    example="Voorbeeld met een verzonnen persoon. Dit is een demonstratie.",
    board_name="Schoolbestuur {board}",
    sender="{board_name} (bestuur {board})",
    addressee="Aan {name}",
    since="vanaf",
    date="Datum: {date}",
    staff_number="Personeelsnummer: {staff_number}",
    title="Je gegevens in het Lerarenregister",
    greeting="Beste {name},",
    opening=(
        "Je schoolbestuur heeft gegevens over je werk aangeleverd bij het Lerarenregister. In deze brief lees je welke "
        "gegevens dat zijn, en wat je ermee kunt doen."
    ),
    voluntary="Meedoen is vrijwillig.",
    no_law="Er is nu geen wet die erom vraagt: de wet over het Lerarenregister is in 2022 ingetrokken.",
    no_effect=(
        "Wat is aangeleverd, doet niets zolang jij het niet zelf hebt bevestigd. Doe je niets, dan gebeurt er niets."
    ),
    delivered_title="Wat er is aangeleverd",
    delivered="Aangeleverd door {board_name} op {delivered_on}. Geboortedatum: {birth_date}.",
    nothing_delivered="Er is nu geen aanstelling van je aangeleverd.",
    columns=("Vestiging", "Grondslag", "Vak of terrein", "Begin", "Laatste dag"),
    table="",
    grounds="",
    ground_columns=(),
    steps_title="Wat je kunt doen",
    sign_in="Ga naar {address} en log in met een inlogmiddel van jezelf.",
    enter="Vul deze code in:",
    look=(
        "Bekijk wat is aangeleverd. Klopt het, dan bevestig je dat. Klopt het niet, dan schrijf je op wat er niet "
        "klopt."
    ),
    term="De code werkt tot en met {expires_on}, en één keer. Een eerdere code werkt niet meer.",
    notes_title="Goed om te weten",
    notes=(
        "We vergelijken je achternaam en geboortedatum met die bij je inlogmiddel. Is er een verschil, dan kijkt eerst "
        "een medewerker van het register mee. De code bewijst niet wie je bent en ook niet dat je bevoegd bent: hij "
        "koppelt alleen deze gegevens aan jouw account. Geef de code daarom aan niemand anders. Je bestuur ziet niet "
        "wat je in je portfolio zet."
    ),
)

ENGLISH = LetterWords(
    language="en",
    pointer="You can read this letter in English at the end.",
    example="An example with an invented person. This is a demonstration.",
    board_name="School board {board}",
    sender="",
    addressee="",
    since="from",
    date="",
    staff_number="Staff number: {staff_number}",
    title="Your data in the Lerarenregister",
    greeting="Dear {name},",
    opening=(
        "Your school board delivered data about your work to the Lerarenregister, the register of teachers. In this "
        "letter you read which data those are, and what you can do with them."
    ),
    voluntary="Taking part is voluntary.",
    no_law="No law in force asks for it: the act on the Lerarenregister was repealed in 2022.",
    no_effect=(
        "What was delivered has no effect as long as you have not confirmed it yourself. If you do nothing, "
        "nothing happens."
    ),
    delivered_title="What was delivered",
    delivered="Delivered by {board_name} on {delivered_on}. Date of birth: {birth_date}.",
    nothing_delivered="No appointment of yours has been delivered now.",
    columns=(),
    table=(
        "Your appointments stand in the table in the Dutch part of this letter. Its columns are: school location, "
        "ground of appointment, subject or teaching field, first day, last day."
    ),
    grounds="The grounds in the table, in English:",
    ground_columns=("In the table", "In English"),
    steps_title="What you can do",
    sign_in="Go to {address} and sign in with a login of your own.",
    enter="Fill in this code:",
    look="Look at what was delivered. If it is right, you confirm it. If it is not, you write down what is wrong.",
    term="The code works up to and including {expires_on}, and only once. An earlier code no longer works.",
    notes_title="Good to know",
    notes=(
        "We compare your family name and date of birth with those that come with your login. If they differ, somebody "
        "of the register looks at it first. The code does not prove who you are, nor that you are qualified: it only "
        "connects these data to your account. So do not give the code to anyone else. Your board does not see what "
        "you put in your portfolio."
    ),
)
