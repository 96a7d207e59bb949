"""Addresses in a text of hers become links. Only the address is kept: nothing is fetched from there, and who is there
does not hear where she came from."""

import re
from typing import Any

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.html import Urlizer, escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_WHOLE = re.compile(r"[(\[]*https?://[^/@]+(?:/|$)", re.IGNORECASE)


class _Links(Urlizer):
    """Whole addresses alone, with http or https: what only looks like the name of a site or a mailbox stays text, and
    so does an address with a name before an @, which looks like another one."""

    url_template = '<a href="{href}" rel="noreferrer noopener external"{attrs}>{url}</a>'

    def handle_word(self, word: str, **how: Any) -> Any:
        """A word of the text, escaped, as a link if it is an address."""
        return super().handle_word(word, **how) if _WHOLE.match(word) else escape(word)


_links = _Links()


@register.filter
@stringfilter
def linked(text: str) -> SafeString:
    """The text, escaped, with its addresses as links."""
    return mark_safe(str(_links(text, autoescape=True)))  # noqa: S308  (it escapes every word)
