"""Addresses, the demonstration, providers and the queue: what was left as it is in an example."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004  (Django's own name)

_NOBODYS = ("example.org", "example.com", "example.net", "example.nl", "example", "invalid", "test", "localhost")
_SAID = "Set it in the environment or in SETTINGS_FILE."


def is_example(place: str) -> bool:
    """Whether a mail address, an address or a name of a log lies in a domain that is nobody's."""
    host = urlsplit(place).hostname if "://" in place else place.rpartition("@")[2].split("/")[0]
    host = (host or "").lower().rstrip(".")
    return any(host == each or host.endswith(f".{each}") for each in _NOBODYS)


def check_addresses(**kwargs: Any) -> list[CheckMessage]:
    """`deploy.E010` no https; `deploy.W010` https that nobody says is there."""
    if not settings.BASE_URL.startswith("https://"):
        hint = "Give the address with https://: without it cookies travel in the clear."
        return [Error("BASE_URL does not begin with https://.", hint=hint, id="deploy.E010")]
    if not settings.BEHIND_TLS_PROXY:
        hint = "Set BEHIND_TLS_PROXY=1 when the proxy sets X-Forwarded-Proto itself: only then is HSTS sent."
        return [Warning("BASE_URL is https and BEHIND_TLS_PROXY is 0.", hint=hint, id="deploy.W010")]
    return []


def check_examples(**kwargs: Any) -> list[CheckMessage]:
    """`deploy.E011`: an address of nobody, on pages, in mails or in the log."""
    names = (
        "BASE_URL",
        "CONTACT_EMAIL",
        "PRIVACY_EMAIL",
        "COMPLAINTS_EMAIL",
        "SECURITY_EMAIL",
        "SOURCE_URL",
        "MAIL_FROM",
        "AUDIT_ORIGIN",
    )
    return [
        Error(f"{name} is an example: {getattr(settings, name)}.", hint=_SAID, id="deploy.E011")
        for name in names
        if is_example(getattr(settings, name))
    ]


def check_organisation(**kwargs: Any) -> list[CheckMessage]:
    """`deploy.E016`: the privacy statement would name nobody who answers for the register."""
    if not settings.ORGANISATION:
        return [Error("ORGANISATION is not set: the privacy statement names nobody.", hint=_SAID, id="deploy.E016")]
    return []


def check_demo(**kwargs: Any) -> list[CheckMessage]:
    """`deploy.E012`: every page would say that the people are synthetic."""
    if settings.DEMO:
        return [Error("DEMO is on.", hint="Set DEMO=0 and begin with an empty database.", id="deploy.E012")]
    return []


def check_providers(**kwargs: Any) -> list[CheckMessage]:
    """`deploy.E013` nobody can sign in, `E014` nobody with an identity of her own, `E015` a provider that is none."""
    found: list[CheckMessage] = []
    providers = settings.OIDC_PROVIDERS
    hint = "docs/how-to/operate.md describes the file that PROVIDERS_FILE names."
    if not providers:
        return [Error("There is no provider: nobody can sign in.", hint=hint, id="deploy.E013")]
    if not any(each.get("person_bound") is True for each in providers):
        found.append(Error("No provider is person-bound: nobody opens a portfolio.", hint=hint, id="deploy.E014"))
    for each in providers:
        issuer = str(each.get("issuer", ""))
        if not issuer.startswith("https://") or is_example(issuer):
            said = f"Provider {each.get('slug')}: its issuer is an example or on this machine."
            found.append(Error(said, hint=hint, id="deploy.E015"))
    return found


def check_queue(**kwargs: Any) -> list[CheckMessage]:
    """`deploy.E017`: a delivery would be worked on inside a request, and lost with it."""
    if settings.TASKS["default"]["BACKEND"] == "django_tasks_db.DatabaseBackend":
        return []
    hint = "Take TASKS_BACKEND out: the default is right."
    return [Error("TASKS_BACKEND does not keep its tasks in the database.", hint=hint, id="deploy.E017")]
