"""The OpenID providers of this installation, parsed from settings."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from lerarenregister.kernel.errors import Invalid
from lerarenregister.kernel.hosts import on_this_machine

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
"""Signatures a provider can be configured with: public-key ones only. `none` and HS… are never among them."""

PASSKEY = "passkey"
"""What stands in the place of a provider where somebody signed in with a passkey: no provider has this slug."""

_NEEDED = ("slug", "name", "issuer", "client_id", "client_secret")
_KNOWN = {*_NEEDED, "person_bound", "algorithms", "acr_values", "second_factor"}
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `person_bound`: its identities are a person's own (eID, eduID), not an employer's to give and take.

    `algorithms` are the only signatures accepted, whatever the provider's metadata say. With `acr_values` the token
    must name one of these levels of assurance. `second_factor` are the levels that mean that the person used a second
    factor: staff must have.
    """

    slug: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    person_bound: bool
    algorithms: tuple[str, ...] = ("RS256",)
    acr_values: tuple[str, ...] = ()
    second_factor: tuple[str, ...] = ()

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        """The provider in an entry of `OIDC_PROVIDERS`; raises Invalid with what is wrong."""
        slug = str(raw.get("slug", ""))
        if unknown := sorted(set(raw) - _KNOWN):
            raise Invalid(f"provider {slug}: unknown setting {unknown[0]}")
        missing = [name for name in _NEEDED if not raw.get(name)]
        if missing:
            raise Invalid(f"provider {slug}: {missing[0]} is missing")
        if not _SLUG.fullmatch(slug):
            raise Invalid(f"provider {slug}: slug must be lower case letters, digits and hyphens")
        if slug == PASSKEY:
            raise Invalid(f"provider {slug}: this name is of signing in with a passkey; choose another slug")
        if not isinstance(raw.get("person_bound"), bool):
            raise Invalid(f"provider {slug}: person_bound must be true or false")
        if not private_transport(str(raw["issuer"])):
            raise Invalid(f"provider {slug}: issuer must begin with https:// (http:// only on this machine)")
        algorithms = tuple(raw.get("algorithms", ("RS256",)))
        if not algorithms or not set(algorithms) <= set(ALGORITHMS):
            raise Invalid(f"provider {slug}: algorithms must be among {', '.join(ALGORITHMS)}")
        acr_values, second_factor = tuple(raw.get("acr_values", ())), tuple(raw.get("second_factor", ()))
        if acr_values and not set(second_factor) <= set(acr_values):
            raise Invalid(f"provider {slug}: each level of second_factor must be among acr_values too")
        return cls(
            slug=slug,
            name=str(raw["name"]),
            issuer=str(raw["issuer"]),
            client_id=str(raw["client_id"]),
            client_secret=str(raw["client_secret"]),
            person_bound=raw["person_bound"],
            algorithms=algorithms,
            acr_values=acr_values,
            second_factor=second_factor,
        )


def parse_providers(entries: Iterable[Mapping[str, Any]]) -> dict[str, Provider]:
    """The providers by slug, person-bound first; raises Invalid, also when a slug or an issuer comes twice.

    One issuer is either person-bound or an employer's: were it both, one subject would be two kinds of identity.
    """
    found = [Provider.parse(entry) for entry in entries]
    for values in ([each.slug for each in found], [each.issuer for each in found]):
        if twice := next((value for value in values if values.count(value) > 1), None):
            raise Invalid(f"two providers are called {twice}")
    return {each.slug: each for each in sorted(found, key=lambda each: not each.person_bound)}


def private_transport(url: str) -> bool:
    """Whether nobody on the way can read or change what goes there: https, or http that stays on this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.hostname or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and on_this_machine(parts.hostname))
