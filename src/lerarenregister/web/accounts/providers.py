"""The providers of this installation, and the address each sends people back to."""

from django.conf import settings
from django.urls import reverse

from lerarenregister.accounts.oidc.providers import Provider, parse_providers
from lerarenregister.kernel.errors import Absent


def providers() -> dict[str, Provider]:
    """All of them by slug, person-bound first; raises Invalid when the configuration is wrong."""
    return parse_providers(settings.OIDC_PROVIDERS)


def provider_called(slug: str) -> Provider:
    """The provider with this slug; raises Absent."""
    found = providers().get(slug)
    if found is None:
        raise Absent
    return found


def redirect_uri(provider: Provider) -> str:
    """The address that is registered at the provider: from BASE_URL, never from what a request says its host is."""
    return str(settings.BASE_URL) + reverse("accounts:callback", args=[provider.slug])
