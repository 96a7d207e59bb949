"""Signing in through OpenID Connect: providers by configuration, the client, and the checks of an ID token."""

from lerarenregister.accounts.oidc.tokens import FreshSignIn

__all__ = ["FreshSignIn"]
