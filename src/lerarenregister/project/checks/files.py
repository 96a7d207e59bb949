"""Files: secrets that only their owner reads, and static files that were collected."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

_OTHERS = 0o077
_OTHERS_THAN_OUR_GROUP = 0o037


def check_rights(**kwargs: Any) -> list[CheckMessage]:
    """`deploy.E040`: a file with secrets that others may read; the embedded database may lie in a closed folder."""
    secrets = {
        "SETTINGS_FILE": Path(settings.SETTINGS_FILE),
        "PROVIDERS_FILE": Path(settings.PROVIDERS_FILE),
    }
    found: list[CheckMessage] = [_open(name, path) for name, path in secrets.items() if _others_may(path)]
    database = settings.DATABASES["default"]
    rows = Path(str(database["NAME"]))
    if database["ENGINE"].endswith("sqlite3") and _others_may(rows) and _others_may(rows.parent):
        found.append(_open("DATABASE_URL", rows))
    return found


def check_static_files(**kwargs: Any) -> list[CheckMessage]:
    """`deploy.E041`: no page renders without them."""
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return []
    hint = "Run: manage.py collectstatic --noinput"
    return [Error(f"There are no static files in {settings.STATIC_ROOT}.", hint=hint, id="deploy.E041")]


def _others_may(path: Path) -> bool:
    """Whether others may; what somebody else put there for us, as a mounted secret, our group may read."""
    if not path.exists():
        return False
    status = path.stat()
    return bool(status.st_mode & (_OTHERS if status.st_uid == os.geteuid() else _OTHERS_THAN_OUR_GROUP))


def _open(name: str, path: Path) -> Error:
    mode = path.stat().st_mode & 0o777
    return Error(f"{name}: others may read {path} (mode {mode:04o}).", hint=f"chmod 600 {path}", id="deploy.E040")
