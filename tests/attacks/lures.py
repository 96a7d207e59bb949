"""What is sent along to be believed: fields that no form has, headers that a proxy might set, ways to another site."""

import uuid
from typing import Any

from django.apps import apps
from django.db import models

from tests.register.cast import OTHER_BOARD

MARK = "evil.example"

ORDER = {"vorm", "meer", "trefwoorden", "doel", "getoond", "tot", "uren", "elke"}
OWN_FIELDS = {
    "accounts:begin": {"verder", "tweede-factor"},
    "accounts:invitation": {"code"},
    "portfolio:arrange": {"doe", "plaats", "naar", "tekst", "ervoor", "versie"},
    "portfolio:bring-in": {"zip"},
    "portfolio:choose": {"voor", "trefwoord", "thema", "doel", "soort", "jaar"},
    "portfolio:delete": {"verder"},
    "portfolio:draft": {"tekst", "titel", "datum", "soort", "formulier", "versie", "concept", "eigenaar"} | ORDER,
    "portfolio:discard-draft": {"concept"},
    "portfolio:keep-time": {"versie", "nieuw", "doe"},
    "portfolio:pick": {"versie", "stuk", "getoond", "doe"},
    "portfolio:restore-version": {"versie"},
    "portfolio:save": {"tekst", "titel", "datum", "soort", "formulier", "versie", "concept", "eigenaar"} | ORDER,
    "portfolio:set-state": {"versie", "stand"},
    "portfolio:template": {"tekst", "sjabloon", "formulier", "versie", "concept", "eigenaar"},
    "register:activate": {"code"},
    "register:activate_with_code": {"code"},
    "register:letters": {"persoon", "opnieuw"},
}
"""Fields of a form that the post of the table leaves empty: they are no lures."""
_CLAIMS = {
    "acr": "mfa",
    "actor": "manager",
    "admin": "1",
    "as": "manager",
    "is_staff": "1",
    "is_superuser": "1",
    "owner_id": "",
    "permission": "register:review:decide",
    "permissions": "register:review:decide",
    "persoonsgebonden": "1",
    "pk": "",
    "rol": "manager",
    "roles": "manager",
    "session": "",
    "session_id": "",
    "subject": "manager",
    "user": "",
    "user_id": "",
    "viewer": "manager",
    "__class__": "Viewer",
}


def overposted(name: str, plain: dict[str, Any], ids: dict[str, str]) -> dict[str, str]:
    """A field for every column of every table and for what a role is made of, but for those that the form has."""
    fields = {each: value or ids["account"] for each, value in _CLAIMS.items()}
    for model in apps.get_models():
        if model.__module__.startswith("lerarenregister"):
            fields |= {each.name: _value(each, ids) for each in model._meta.concrete_fields}
            fields |= {each.attname: _value(each, ids) for each in model._meta.concrete_fields}
    fields |= {"role": "board-manager", "scope": OTHER_BOARD, "number": OTHER_BOARD, "bestuursnummer": OTHER_BOARD}
    return {each: value for each, value in fields.items() if each not in {*plain, *OWN_FIELDS.get(name, ())}}


def _value(column: "models.Field[Any, Any]", ids: dict[str, str]) -> str:
    if isinstance(column, models.UUIDField | models.ForeignKey):
        return ids["account"]
    if isinstance(column, models.DateField):
        return "2001-02-03 04:05:06+00:00" if isinstance(column, models.DateTimeField) else "2001-02-03"
    if isinstance(column, models.BooleanField | models.IntegerField | models.JSONField):
        return "1"
    return "overposted"


HEADERS = {
    "forwarded": f"for=192.0.2.7;host={MARK};proto=http",
    "x-forwarded-host": MARK,
    "x-forwarded-server": MARK,
    "x-forwarded-proto": "https",
    "x-forwarded-scheme": "https",
    "x-forwarded-port": "1337",
    "x-forwarded-prefix": f"/{MARK}",
    "x-forwarded-path": f"/{MARK}",
    "x-forwarded-for": "192.0.2.7",
    "x-host": MARK,
    "x-http-host-override": MARK,
    "x-original-url": "/beheer/stand/",
    "x-original-host": MARK,
    "x-rewrite-url": "/beheer/stand/",
    "x-script-name": f"/{MARK}",
    "x-remote-user": "manager",
    "remote-user": "manager",
    "x-user": "manager",
    "x-real-ip": "127.0.0.1",
    "true-client-ip": "127.0.0.1",
    "x-wap-profile": f"https://{MARK}/",
    "accept-language": f"en, {MARK};q=0.9",
    "user-agent": MARK,
    "referer": f"https://{MARK}/",
    "via": MARK,
    "authorization": f"Bearer {MARK}",
    "range": "bytes=0-1",
    "if-none-match": "*",
}
"""What nobody here believes, all sent at once."""
QUERY = {"utm_source": MARK, "callback": MARK, "lang": MARK, "taal": "en", "_": uuid.UUID(int=7).hex}
COOKIES = {"theme": MARK, "language": MARK, "django_language": "en", "csrftoken": MARK, "sessionid": MARK}

CONFUSED = ("x.css", "x.js", ";.css", "%2fx.css", "%3bx.css", "%00.css", "%0a.css", "%23.css", "%3f.css", "x/../", ".")
"""Behind the address of a personal page: a cache could take it for a file that is everybody's."""

ONWARD = ("verder", "next", "url", "redirect", "redirect_uri", "return_to", "terug", "to", "continue")
ELSEWHERE = (
    f"https://{MARK}/",
    f"//{MARK}/",
    f"///{MARK}/",
    f"/\\{MARK}/",
    f"\\\\{MARK}/",
    f"/\t/{MARK}/",
    f"/\n/{MARK}/",
    f"/%09/{MARK}/",
    f"/%2f%2f{MARK}/",
    f"https:{MARK}/",
    f"http:/\\{MARK}/",
    f" //{MARK}/",
    f"\x00//{MARK}/",
    f"/.//{MARK}/",
    f"/..//{MARK}/",
    f"@{MARK}/",
    "javascript:alert(1)",
    "data:text/html,x",
    f"/\r\nLocation: https://{MARK}/",
    f"/%0d%0aSet-Cookie:x={MARK}",
    f"/ \r\nSet-Cookie: x={MARK}",
    "//[::1",
)
FEW_ELSEWHERE = (ELSEWHERE[0], ELSEWHERE[3])


def leads_here(location: str) -> bool:
    """Whether a browser stays on this site: it takes a backslash for a slash and leaves out tabs and ends of lines."""
    seen = location.strip().replace("\\", "/").translate(dict.fromkeys(map(ord, "\t\r\n")))
    clean = not any(character in location for character in "\r\n\t\x00")
    return clean and seen.startswith("/") and not seen.startswith("//")
