"""Refuses to start when the web process could never open a portfolio, and tells who deploys it when it can not now."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from lerarenregister.web.portfolio import standing


@register("start")
def vault_is_known(**kwargs: Any) -> list[CheckMessage]:
    """Error `portfolio.E001`: no token for the vault."""
    if settings.VAULT_TOKEN:
        return []
    hint = "Set VAULT_TOKEN, the same as in the environment of the vault (docs/how-to/vault.md)."
    return [Error("VAULT_TOKEN is not set: no portfolio would open.", hint=hint, id="portfolio.E001")]


@register(Tags.security, deploy=True)
def vault_answers(**kwargs: Any) -> list[CheckMessage]:
    """Error `portfolio.E002`: the vault does not answer, or can not do its work. An ordinary start does without: the
    register works while the vault is away."""
    if not standing.trouble():
        return []
    hint = "Start the vault first (docs/how-to/vault.md), and look whether VAULT_URL is its address."
    return [Error("The vault does not answer.", hint=hint, id="portfolio.E002")]
