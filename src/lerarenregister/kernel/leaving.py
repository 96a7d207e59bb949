"""What becomes of what is held of somebody when she closes her account, in words for her."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leaving:
    """One thing: what it is, and until when it stays ("" when it goes at once). In the language of the moment."""

    what: str
    until: str = ""
