"""A subject in the language of the page."""

from django import template

from lerarenregister.web.register.subjects import called

register = template.Library()


@register.filter
def subject_called(written: str) -> str:
    """What a subject is called here; as it was written when the rulebook does not know it."""
    return called(written)
