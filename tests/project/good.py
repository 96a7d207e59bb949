"""A right installation in a folder: keys, providers, files with their rights, a mail server that answers."""

import base64
import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from lerarenregister.project.settings import ROOT
from tests import vaults

PROVIDER = {
    "slug": "eid",
    "name": "eID",
    "issuer": "https://eid.leraren.internal",
    "client_id": "register",
    "client_secret": "s",
    "person_bound": True,
    "acr_values": ["substantial", "high"],
    "second_factor": ["high"],
}


class Mail:
    """A mail server that takes everything from one domain."""

    async def handle_MAIL(  # noqa: N802  (the name aiosmtpd calls)
        self, server: object, session: object, envelope: object, address: str, options: list[str]
    ) -> str:
        return "250 OK" if address.endswith(".internal") else "550 no"


@contextmanager
def mail_server(**how: Any) -> Iterator[int]:
    """Its port; `how` is for aiosmtpd's controller, such as encryption and a password."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(Mail(), hostname="127.0.0.1", port=port, **how)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextmanager
def vault(folder: Path) -> Iterator[dict[str, str]]:
    """A vault that answers, and the settings with which the register asks it; without the portfolio there is none."""
    token = key()
    if not vaults.INSTALLED:
        yield {"VAULT_TOKEN": token}
        return
    with vaults.served(vaults.settled(folder, token=token)) as url:
        yield {"VAULT_URL": url, "VAULT_TOKEN": token}


def key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def installed(folder: Path, mail_port: int, **more: str) -> dict[str, str]:
    """The environment of a right installation; its settings stand in a file, as an operator would have them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    values = {
        "SECRET_KEY": base64.b64encode(secrets.token_bytes(48)).decode(),
        "CODE_HASH_KEY": key(),
        "AUDIT_SIGNING_KEY": key(),
        "AUDIT_ORIGIN": "register.leraren.internal/log",
        "BASE_URL": "https://register.leraren.internal",
        "BEHIND_TLS_PROXY": "1",
        "ORGANISATION": "Stichting Leraren",
        "CONTACT_EMAIL": "hulp@leraren.internal",
        "SECURITY_EMAIL": "zwak@leraren.internal",
        "SOURCE_URL": "https://code.leraren.internal/register",
        "MAIL_FROM": "register@leraren.internal",
        "SMTP_PORT": str(mail_port),
        **more,
    }
    write(folder / "settings.env", "".join(f"{name}={value}\n" for name, value in values.items()))
    write(folder / "providers.json", json.dumps([PROVIDER]))
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {**kept, "VAR": str(folder)}


def write(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)


def manage(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
