"""What a field for files says of how large one may be, for the script that says so before it is sent."""

from django import template
from django.forms.utils import flatatt
from django.utils.safestring import SafeString

from lerarenregister.web.portfolio.uploads import limit_said

register = template.Library()


@register.simple_tag
def file_limit() -> SafeString:
    """The attributes of an input."""
    return flatatt(limit_said())
