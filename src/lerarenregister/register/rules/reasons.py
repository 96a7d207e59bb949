"""Why a line is refused: stable codes. The sentence and the remedy for each stand in `queries.wording`."""

import enum


class Outcome(enum.StrEnum):
    """What became of a line."""

    ACCEPTED = "accepted"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Reason(enum.StrEnum):
    """Why a line is refused."""

    BEGIN_AFTER_END = "begin-after-end"
    BIRTH_DATE = "birth-date"
    BOARD_OTHER = "board-other"
    BOARD_UNKNOWN = "board-unknown"
    BRIN_OTHER_BOARD = "brin-other-board"
    BRIN_UNKNOWN = "brin-unknown"
    CELL_COUNT = "cell-count"
    CELL_ERROR = "cell-error"
    CELL_TOO_LONG = "cell-too-long"
    CONTROL_CHARACTER = "control-character"
    DATE = "date"
    FIELD_NEEDED = "field-needed"
    FIELD_NOT_ALLOWED = "field-not-allowed"
    FORMAT = "format"
    FORMULA = "formula"
    GROUND_SECTOR = "ground-sector"
    GROUND_UNKNOWN = "ground-unknown"
    LINES_DIFFER = "lines-differ"
    LINE_TOO_LONG = "line-too-long"
    LOCATION_UNKNOWN = "location-unknown"
    LOOKS_LIKE_BSN = "looks-like-bsn"
    MISSING = "missing"
    NOT_DELIVERED = "not-delivered"
    NOT_KNOWN = "not-known"
    NOT_TAKEN = "not-taken"
    OVERLAP = "overlap"
    PERSON_DIFFERS = "person-differs"
    QUOTES = "quotes"
    TOO_MANY_LINES = "too-many-lines"
    WITHDRAWN = "withdrawn"
