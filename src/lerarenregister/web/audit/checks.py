"""Refuses to start without the public key of the log: the page of the log shows it to whoever checks."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from lerarenregister.audit.keys import public_key


@register("start")
def log_can_be_checked(**kwargs: Any) -> list[CheckMessage]:
    """Error `audit.E001`: no public key, one of another log, or one that does not belong to the signing key."""
    try:
        public_key()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint="docs/reference/settings.md says which process has which key.", id="audit.E001")]
    return []
