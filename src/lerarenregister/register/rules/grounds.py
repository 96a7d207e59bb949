"""The ground of an appointment (benoemingsgrondslag)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ground:
    """A row of our own table: `qualified` (bevoegd) grounds make a registration, others an assignment in the
    pre-register that must name its field; `sectors` are those where it occurs."""

    code: str
    name_nl: str
    name_en: str
    qualified: bool
    sectors: frozenset[str]
