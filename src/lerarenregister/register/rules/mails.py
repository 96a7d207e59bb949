"""The mails that the register sends: texts of the rulebook, one language under the other. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

PLACES: dict[str, frozenset[str]] = {
    "register/activation": frozenset({"link", "page", "code", "days"}),
    "register/reminder": frozenset({"page"}),
    "register/question": frozenset({"page"}),
    "person/code": frozenset({"page", "code", "days"}),
    "person/moved": frozenset({"page"}),
    "person/news": frozenset({"page"}),
}
"""What is filled in, by the code of the mail. Nothing of it says anything about anybody."""

_ALSO = "You can read this mail in English below."
_HELLO, _HELLO_EN, _BETWEEN = "Hallo,", "Hello,", "---"


@dataclass(frozen=True, slots=True)
class MailText:
    """One mail: when it is sent, its subject and what it says, in both languages."""

    code: str
    when_nl: str
    when_en: str
    subject_nl: str
    subject_en: str
    text_nl: str
    text_en: str


def composed(mail: MailText, values: Mapping[str, object]) -> tuple[str, str]:
    """The subject and the text as they are sent, with these values filled in. Nobody knows which language she reads: a
    mail has both. Raises KeyError when a value is missing."""
    dutch, english = (text.strip().format_map(values) for text in (mail.text_nl, mail.text_en))
    parts = (_ALSO, _HELLO, dutch, _BETWEEN, _HELLO_EN, english)
    return f"{mail.subject_nl} / {mail.subject_en}", "\n\n".join(parts) + "\n"


def faults_of(mail: MailText) -> list[str]:
    """What is wrong with a mail, in sentences."""
    name, places = f"the mail {mail.code}", PLACES.get(mail.code)
    if places is None:
        return [f"{name} is none that is sent"]
    parts = (mail.when_nl, mail.when_en, mail.subject_nl, mail.subject_en, mail.text_nl, mail.text_en)
    faults = [] if all(part.strip() for part in parts) else [f"{name} lacks a text in one of the languages"]
    for language, text in (("Dutch", mail.text_nl), ("English", mail.text_en)):
        try:
            named = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
        except ValueError:
            faults.append(f"{name} has braces that do not fit")
            continue
        if named != places:
            faults.append(f"{name} must name {', '.join(sorted(places))} in {language}, and nothing else")
    return faults
