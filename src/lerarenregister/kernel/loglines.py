"""One line of JSON for each log record, made so that it can hold nothing about people.

A line has: time, level, logger, event, request_id, and those of FIELDS that its writer gave. The event is the sentence
as it stands in the code: what would be filled in (`%s`) never is, nor is a sentence that another library composed
itself. An error is told by its type, its code and its stack; not by its message, which may quote what was typed or
stored (`invalid literal for int(): 'Bea'`), and not by local values.
"""

import errno
import json
import logging
import sys
import threading
import warnings
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import PurePath
from traceback import extract_tb
from types import TracebackType
from typing import Any, TextIO

from lerarenregister.kernel.errors import DomainError
from lerarenregister.kernel.masking import mask_codes

FIELDS = (
    "method",
    "route",
    "status",
    "duration_ms",
    "session",
    "provider",
    "check",
    "part",
    "done",
    "place",
    "kind",
)
"""What a line may say besides: words and numbers of ours, never of people: `log.info("…", extra={"part": "mail"})`."""

_OURS = ("lerarenregister", "vault", "_granian", "py.warnings")
_MOST_CHARACTERS = 200
_MOST_CAUSES = 5
# These say which setting is wrong or which module is missing, and nothing of people.
_MAY_SPEAK = ("ImproperlyConfigured", "ImportError", "ModuleNotFoundError")
_request: ContextVar[str] = ContextVar("request", default="")
_log = logging.getLogger("lerarenregister")


def begin_request(number: str) -> None:
    """Every line that this thread writes from now on carries the number of this request."""
    _request.set(number)


def end_request(**_: object) -> None:
    """The request is answered to its last byte."""
    _request.set("")


def request_id() -> str:
    """The number of the request at work, or "" outside one."""
    return _request.get()


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON; see the module for what it leaves out."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        if number := request_id():
            line["request_id"] = number
        for name in FIELDS:
            if (value := getattr(record, name, None)) is not None:
                plain = name == "route" or isinstance(value, int | float)  # a pattern is ours, `activeren/<code>/` too
                line[name] = value if plain else mask_codes(str(value))[:_MOST_CHARACTERS]
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _event(record: logging.LogRecord) -> str:
    ours = record.name.partition(".")[0] in _OURS
    if isinstance(record.msg, str) and (record.args or ours):
        return mask_codes(record.msg)[:_MOST_CHARACTERS]
    return f"withheld: {_place(record.pathname)}:{record.lineno}"


def told(error: BaseException) -> list[dict[str, Any]]:
    """The error and what caused it, each with its type, a code where it has one, and its stack, deepest call last."""
    found: list[dict[str, Any]] = []
    each: BaseException | None = error
    while each is not None and len(found) < _MOST_CAUSES:
        kind = type(each)
        one: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}"}
        if code := _code(each):
            one["code"] = code
        if kind.__name__ in _MAY_SPEAK:
            one["says"] = str(each)
        stack = extract_tb(each.__traceback__)
        one["stack"] = [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in stack]
        found.append(one)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return found


def _code(error: BaseException) -> str:
    """What is known of the error and says nothing of people: our own code, the system's, the database's."""
    if isinstance(error, DomainError):
        return type(error).code
    if isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode.get(error.errno, "")
    state = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    return state if isinstance(state, str) else ""


def _place(path: str) -> str:
    """A file within its package: where this machine keeps it is nobody's business."""
    parts = PurePath(path).parts
    for root in ("site-packages", "src"):
        if root in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(root) :])
    return "/".join(parts[-2:])


def take_over() -> None:
    """Have what Python itself would print (uncaught errors, warnings) written as lines too. For the entry points."""

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt) or kind.__name__ == "ImproperlyConfigured":
            sys.__excepthook__(kind, error, trace)
            return
        _log.critical("an error that nobody caught", exc_info=(kind, error, trace))

    def in_thread(given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None:
            uncaught(given.exc_type, given.exc_value, given.exc_traceback)

    def warned(  # noqa: PLR0917  (as Python calls it)
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        _log.warning("a warning of Python", extra={"kind": category.__name__, "place": f"{_place(filename)}:{lineno}"})

    sys.excepthook = uncaught
    threading.excepthook = in_thread
    sys.unraisablehook = lambda given: (
        uncaught(given.exc_type, given.exc_value, given.exc_traceback) if given.exc_value is not None else None
    )
    warnings.showwarning = warned
