"""Takes every mail the product sends and writes it to the mailbox folder.

Run it with `python -m demo.mailsink --mailbox DIR --port N`.

Binds loopback only. Each mail becomes `mail/<moment>-<number>.eml`; the envelope's recipients stand in `X-RcptTo`.
"""

import argparse
import asyncio
import itertools
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.controller import UnthreadedController


class Sink:
    """The handler that aiosmtpd calls with each mail."""

    def __init__(self, mailbox: Path) -> None:
        self._folder = mailbox / "mail"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._numbers = itertools.count(1)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (the library's name)
        """Write the mail whole: under another name first, so that no reader sees half of it."""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        name = f"{moment}-{next(self._numbers):06}.eml"
        header = f"X-RcptTo: {', '.join(envelope.rcpt_tos)}\r\n".encode("ascii", "replace")
        half = self._folder / f".{name}.part"
        half.write_bytes(header + envelope.content)
        half.rename(self._folder / name)
        return "250 OK"


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m demo.mailsink", description=__doc__)
    parser.add_argument("--mailbox", type=Path, required=True)
    parser.add_argument("--port", type=int, default=2525)
    given = parser.parse_args()
    loop = asyncio.new_event_loop()
    controller = UnthreadedController(Sink(given.mailbox), hostname="127.0.0.1", port=given.port, loop=loop)
    controller.begin()  # type: ignore[no-untyped-call]  # aiosmtpd has no types here
    try:
        loop.run_forever()
    except KeyboardInterrupt:
        controller.end()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
