"""Refuses to start with a provider that is configured wrongly."""

from typing import Any

from django.core import checks

from lerarenregister.kernel.errors import Invalid
from lerarenregister.web.accounts.providers import providers


@checks.register("start")
def check_providers(**kwargs: Any) -> list[checks.CheckMessage]:
    """An error for what is wrong in `OIDC_PROVIDERS`; a warning when nobody can sign in with an identity of her own, or
    with a second factor."""
    try:
        found = providers()
    except Invalid as error:
        return [checks.Error(str(error), hint="Correct the file that PROVIDERS_FILE names.", id="accounts.E001")]
    if found and not any(each.person_bound for each in found.values()):
        return [checks.Warning("No provider is person-bound: nobody can open a portfolio.", id="accounts.W001")]
    if found and not any(each.second_factor for each in found.values()):
        return [checks.Warning("No provider has a second factor: the pages of staff stay closed.", id="accounts.W002")]
    return []
