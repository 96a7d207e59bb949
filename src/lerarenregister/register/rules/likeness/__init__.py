"""How sure it is that two files are of one person, with the reasons named. Pure.

Nothing here joins anybody: what is alike goes to the support organisation, where two people decide. Names and dates
are compared as they are written in Dutch staff systems: prefixes, married names in both orders, ij and y, initials
beside given names, turned dates. How often this is right is measured on a generated set (`bench/likeness.py`).
"""

from lerarenregister.register.rules.likeness.comparing import (
    Born,
    First,
    Likeness,
    Name,
    Number,
    Someone,
    Verdict,
    likeness,
)
from lerarenregister.register.rules.likeness.searching import blocks, dates_like

__all__ = [
    "Born",
    "First",
    "Likeness",
    "Name",
    "Number",
    "Someone",
    "Verdict",
    "blocks",
    "dates_like",
    "likeness",
]
