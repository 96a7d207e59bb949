"""In which language a page is: texts of the rulebook stand in both."""

from django.utils.translation import get_language


def in_english() -> bool:
    """Whether the page is in English; else it is in Dutch."""
    return (get_language() or "").startswith("en")
