"""The vault as a WSGI server starts it, by its settings; what is wrong with them ends the start with a sentence."""

import logging
import sys
from datetime import UTC, datetime

from vault.app import Application
from vault.connecting import connected
from vault.errors import VaultError
from vault.settings import Settings


def _application() -> Application:
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(asctime)s %(levelname)s %(message)s")
    try:
        settings = Settings.read()
        vault = connected(settings)
        vault.forget(at=datetime.now(UTC))
    except (VaultError, ValueError) as error:
        sys.exit(f"The vault does not start: {error}")
    return Application(vault, settings.token, settings.site)


application = _application()
