"""Where to go after signing in: only to a page of ours."""

from urllib.parse import urlsplit

from django.utils.http import url_has_allowed_host_and_scheme

_LONGEST = 500


def local_path(text: str) -> str:
    """`text` when it is a path on this site, else "/": a link may not send people elsewhere after signing in."""
    safe = (
        text.startswith("/")
        and len(text) <= _LONGEST
        and text.isprintable()
        and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
        and not urlsplit(text).netloc
        and not text.startswith(("/inloggen/", "/inloggen-met-passkey/", "/tweede-factor/", "/uitloggen/"))
    )
    return text if safe else "/"
