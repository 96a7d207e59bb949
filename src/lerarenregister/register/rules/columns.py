"""The columns of a delivery, as issue 2 names them. Cells are handed on in this order, whatever the file's was."""

import enum


class Column(enum.StrEnum):
    """A column, by the name it has in the header."""

    BOARD = "bestuursnummer"
    STAFF_NUMBER = "personeelsnummer"
    FAMILY_NAME = "achternaam"
    PREFIX = "voorvoegsel"
    INITIALS = "voorletters"
    BIRTH_DATE = "geboortedatum"
    BRIN = "brin"
    LOCATION = "volgnummer"
    GROUND = "benoemingsgrondslag"
    SUBJECT = "vak"
    FIELD = "onderwijsterrein"
    BEGIN = "begin"
    END = "einde"
    WITHDRAWN = "vervallen"
    WORK_MAIL = "werkmail"


COLUMNS: tuple[str, ...] = tuple(column.value for column in Column)
NEEDED: frozenset[str] = frozenset(
    {
        Column.BOARD,
        Column.STAFF_NUMBER,
        Column.FAMILY_NAME,
        Column.BIRTH_DATE,
        Column.BRIN,
        Column.LOCATION,
        Column.GROUND,
        Column.BEGIN,
    }
)
SEPARATOR = "\x1f"
"""Joins the cells of a staged line. No cell may contain a control character, so it can not occur in one."""
