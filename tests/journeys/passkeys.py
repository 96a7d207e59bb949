"""A phone or key for the journeys: an authenticator that the browser itself plays (Chrome DevTools Protocol)."""

from typing import Any

from playwright.sync_api import CDPSession, Page


class Device:
    """An authenticator beside this page, with somebody who shows that it is she, or who does not."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable", {"enableUI": False})
        kind: dict[str, Any] = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": kind})
        self._id = made["authenticatorId"]

    def refuses(self, refuses: bool) -> None:
        """From now on she does not show, or shows again, that it is she."""
        self._session.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": not refuses})

    def passkeys(self) -> list[dict[str, Any]]:
        """What it holds."""
        found = self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return list(found["credentials"])

    def forget(self) -> None:
        """All its passkeys go."""
        self._session.send("WebAuthn.clearCredentials", {"authenticatorId": self._id})
