"""Browser sessions that open with the browser's cookie alone (the setting SESSION_ENGINE names this module).

The row of a session is found by a keyed hash of the key in the cookie, and its data is sealed under another. So who
reads the table can neither take over a live session nor read what is in it: claims, unfinished sign-ins with the page
they lead to (which may hold an activation code), the sealed portfolio key.
"""

import base64
import hashlib
import hmac
import json
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from lerarenregister.kernel.envelopes import Sealer, Unreadable

_ROW_CHARACTERS = 40  # the width of Django's column: 160 bits


class SessionStore(DatabaseStore):
    """Django's database store, with rows that say nothing without the cookie."""

    def load(self) -> dict[str, Any]:
        """The data of a session that has not expired; an unknown key is forgotten, as Django's store does."""
        key = self.session_key
        row = Session.objects.filter(session_key=row_of(key), expire_date__gt=timezone.now()).first() if key else None
        if key is None or row is None:
            self._session_key = None
            return {}
        try:
            opened = Sealer(_digest("seal", key)).open(
                base64.b64decode(row.session_data), bound_to=row.session_key.encode()
            )
        except (ValueError, Unreadable):
            return {}
        data: dict[str, Any] = json.loads(opened)
        return data

    def exists(self, session_key: str | None) -> bool:
        """Whether there is a session with this key."""
        return session_key is not None and super().exists(row_of(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row as it is stored."""
        key = str(self._get_or_create_session_key())  # type: ignore[attr-defined]
        row = row_of(key)
        sealed = Sealer(_digest("seal", key)).seal(json.dumps(data).encode(), bound_to=row.encode())
        return Session(
            session_key=row, session_data=base64.b64encode(sealed).decode(), expire_date=self.get_expiry_date()
        )

    def delete(self, session_key: str | None = None) -> None:
        """Delete this session, or the one with the key that is given."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(row_of(key))


def row_of(session_key: str) -> str:
    """Under which name the row of a session is stored."""
    return _digest("row", session_key).hex()[:_ROW_CHARACTERS]


def _digest(purpose: str, session_key: str) -> bytes:
    said = f"session {purpose}\x1f{session_key}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).digest()
