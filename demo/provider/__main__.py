"""Runs one provider on loopback: `python -m demo.provider --config FILE`."""

import argparse
import logging
from pathlib import Path

from werkzeug.serving import make_server

from demo.provider.app import make_app
from demo.provider.config import Config


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m demo.provider", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="JSON file; see demo/README.md")
    config = Config.load(parser.parse_args().config)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", config.port, make_app(config), threaded=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
