"""What a check of the stored rows found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that may never be: the broken rule as a sentence, and the opaque id of where. Never a name, a date or a
    word of a person."""

    rule: str
    where: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}"
