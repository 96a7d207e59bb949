"""Counts as everybody may see them: of few nothing is said, so that nobody is found in a number. Pure."""

BASE = 10
"""Published counts were rounded to this before the rulebook had a term for it."""


def rounded(count: int, base: int) -> int:
    """To the nearest multiple of `base`, halves upwards; 0 for fewer than `base`, also for none."""
    return (count + base // 2) // base * base if count >= base else 0
