"""Counts as everybody may see them: of few nothing is said, so that nobody is found in a number. Pure."""

BASE = 10
"""Published counts are rounded to this; fewer are said to be fewer."""


def rounded(count: int) -> int:
    """To the nearest ten, upwards from five; 0 for fewer than ten, also for none."""
    return (count + BASE // 2) // BASE * BASE if count >= BASE else 0
